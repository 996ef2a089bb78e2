"""A rules file as somebody types it: as text, or as values in fields. Only what differs from the shipped rules is
written, as it stands in a rules file. Pure."""

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import AliasEvent

from contracts.yamlfile import InputError, InputErrors, parse, validate
from gateway.faults import Rules
from gateway.faults.catalogue import CATALOGUE

FILE = "rules.yaml"
LONGEST = 64 * 1024
SHIPPED = Rules()
# They stand in the fields' names, before what the rule is called.
VALUE, CODE = "v.", "f."
_PARTS = ("for_s", "dispatch")


@dataclass(frozen=True, slots=True)
class Bounds:
    """One value of the rules. ``low`` itself is allowed unless ``above``."""

    name: str
    default: float
    low: float
    high: float
    above: bool
    whole: bool


def bounds() -> tuple[Bounds, ...]:
    """Of every single value, in the order of the rules."""
    return tuple(_bounds(name) for name in Rules.model_fields if name not in _PARTS)


def _bounds(name: str) -> Bounds:
    field = Rules.model_fields[name]
    limits = _limits(field.metadata)
    above = "gt" in limits
    low = limits["gt" if above else "ge"]
    return Bounds(name, field.default, low, limits["le"], above, field.annotation is int)


def _limits(marks: Iterable[object]) -> dict[str, float]:
    """What a value's annotation says of it, by pydantic's names."""
    return {name: getattr(mark, name) for mark in marks for name in ("ge", "gt", "le") if hasattr(mark, name)}


def code_bounds() -> tuple[float, float]:
    """Least and most seconds of a code."""
    inner = get_args(get_args(Rules.model_fields["for_s"].annotation)[1])[1:]
    limits = _limits(mark for one in inner for mark in getattr(one, "metadata", (one,)))
    return limits["ge"], limits["le"]


def read(text: str, file: str = FILE) -> Rules:
    """The rules of a file's text; raises :class:`InputErrors` with all that is wrong."""
    if len(text.encode()) > LONGEST:
        raise InputErrors([InputError(file, 0, "", f"longer than {LONGEST} bytes", "too_long", LONGEST)])
    if not any(line.split("#")[0].strip() for line in text.splitlines()):
        return SHIPPED
    data = parse(text, file)
    if _aliases(text):
        raise InputErrors([InputError(file, 0, "", "holds aliases (*name); write the values themselves", "alias")])
    return validate(Rules, data, file)


def _aliases(text: str) -> bool:
    """A few lines of them can stand for more than fits into any memory."""
    try:
        return any(isinstance(event, AliasEvent) for event in YAML(typ="rt").parse(text))
    except YAMLError:
        return False


def written(rules: Rules) -> str:
    """The file of ``rules``."""
    return text_of(values(rules), rest(rules))


def values(rules: Rules) -> dict[str, str]:
    """Fields and what stands in them."""
    single = {VALUE + one.name: plain(getattr(rules, one.name)) for one in bounds()}
    return single | {CODE + code: plain(seconds) for code, seconds in rules.for_s.items()}


def rest(rules: Rules) -> dict[str, Any]:
    """Of the times of dispatch those that are not the shipped ones: no field shows them, and none may lose them."""
    shipped, own = (one.dispatch.model_dump(mode="json") for one in (SHIPPED, rules))
    return {key: value for key, value in own.items() if value != shipped[key]}


def text_of(fields: Mapping[str, str], more: Mapping[str, Any]) -> str:
    """The file of what was typed. What is no number stays as it is, so that :func:`read` names it."""
    lines = [f"{name}: {value}" for name, value in _changed(fields)]
    codes = [(code, typed) for code, typed in _codes(fields) if typed]
    own = [(code, typed) for code, typed in codes if _read(typed) != CATALOGUE[code].for_s]
    lines += ["for_s:", *(f"  {code}: {_yaml(typed)}" for code, typed in own)] if own else []
    lines += ["dispatch:", *(f"  {key}: {json.dumps(value)}" for key, value in more.items())] if more else []
    return "".join(f"{line}\n" for line in lines)


def _changed(fields: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for one in bounds():
        typed = fields.get(VALUE + one.name, "").strip()
        if typed and _read(typed) != one.default:
            yield one.name, _yaml(typed, one.whole)


def _codes(fields: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    return ((code, fields.get(CODE + code, "").strip()) for code in CATALOGUE)


def _read(typed: str) -> float | None:
    try:
        return float(typed) if typed.isascii() else None
    except ValueError:
        return None


def _yaml(typed: str, whole: bool = False) -> str:
    number = _read(typed)
    if number is None or not math.isfinite(number):
        return json.dumps(typed)
    return plain(number) if not whole or number.is_integer() else repr(number)


def plain(number: float) -> str:
    """``90``, not ``90.0``."""
    return str(int(number)) if float(number).is_integer() else repr(float(number))
