"""Settings and rules as they hold now, with what each means. Nothing that is secret is shown."""

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel, SecretStr

from dashboard_api.desk import Desk

# What a URL may carry a password in.
_ADDRESSES = frozenset({"database"})


@dataclass(frozen=True, slots=True)
class Item:
    """One setting. ``given``: somebody has set it; ``hidden``: it is secret, and only whether it is set is told."""

    key: str
    value: str
    given: bool
    what: str
    hidden: bool = False


def settings_of(desk: Desk) -> list[tuple[str, list[Item]]]:
    """Rooms of settings, each with its items in the order of their description."""
    return [("page", list(_items(desk.settings))), ("rules", list(_items(desk.rules)))]


def _items(model: BaseModel, before: str = "") -> Iterator[Item]:
    for key, field in type(model).model_fields.items():
        value, name, given = getattr(model, key), f"{before}{key}", key in model.model_fields_set
        if isinstance(value, BaseModel):
            yield from _items(value, f"{name}.")
            continue
        hidden = isinstance(value, SecretStr) or (key in _ADDRESSES and value is not None)
        yield Item(name, "" if hidden else _text(value), given, field.description or "", hidden)


def _text(value: object) -> str:
    if value is None or value in ((), {}, ""):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)
