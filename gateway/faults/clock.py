"""What is remembered after the gateway's clock was put back: nothing of it can lie ahead of now.

A time ahead would make silence look fresh, and every deadline wait, until the clock has caught up: a day, or a year.
"""

from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import fields, replace

S = TypeVar("S", bound=Struct)


def not_after(value: S, now_ms: int) -> S:
    """``value`` with every moment in it (fields named ``…_ms``, at any depth) at ``now_ms`` at the latest."""
    names = [field.name for field in fields(value)]
    return replace(value, **{name: _field(name, getattr(value, name), now_ms) for name in names})


def _field(name: str, old: Any, now_ms: int) -> Any:
    if isinstance(old, int):
        return min(old, now_ms) if name.endswith("_ms") else old
    if isinstance(old, Struct):
        return not_after(old, now_ms)
    if isinstance(old, dict):
        return {key: _field(name, item, now_ms) for key, item in old.items()}
    if isinstance(old, tuple):
        return tuple(_field(name, item, now_ms) for item in old)
    return old
