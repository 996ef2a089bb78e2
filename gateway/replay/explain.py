"""What is wrong with the form of a line: every key of it, not only the first that does not fit."""

from collections.abc import Iterator
from typing import Any, NamedTuple, get_args

import msgspec
from msgspec import Struct
from msgspec.structs import fields

from contracts.states import State
from gateway.replay.events import GatewayWord, LinkWord, MainsWord
from gateway.replay.lines import KINDS, Line, Time, decode, kinds_of


class Mistake(NamedTuple):
    """Which key, and what is wrong with it."""

    key: str
    text: str


_WORDS = tuple((kind, get_args(kind)) for kind in (State, LinkWord, MainsWord, GatewayWord))


def parse(text: bytes) -> Line | list[Mistake]:
    """A line, or all that is wrong with its form."""
    try:
        kinds = kinds_of(text)
        if len(kinds) == 1:
            return decode(text)
    except msgspec.ValidationError as error:
        return _of_line(text, str(error))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return [Mistake("", f"not JSON: {str(error)[:200]}")]
    return [_not_one(kinds, text)]


def _of_line(text: bytes, error: str) -> list[Mistake]:
    data = msgspec.json.decode(text)
    if not isinstance(data, dict):
        return [Mistake("", "must be a JSON object, {…}")]
    kind = next(key for key in KINDS if key in data)
    return list(explain(KINDS[kind], data)) or [Mistake("", error)]


def _not_one(kinds: list[str], text: bytes) -> Mistake:
    if kinds:
        return Mistake("", f"says {len(kinds)} things at once: {', '.join(kinds)}; write one line for each")
    data = msgspec.json.decode(text)
    if "node" in data:
        return Mistake("node", "a line of a node needs `link` (up, lost, disconnected) or `mains` (lost, back)")
    return Mistake("", f"says nothing known; a line has one of the keys {', '.join(KINDS)}")


def explain(kind: type[Struct], data: Any, inside: str = "") -> Iterator[Mistake]:
    """All keys of ``data`` that do not fit ``kind``."""
    if not isinstance(data, dict):
        yield Mistake(inside, "must be a JSON object, {…}")
        return
    known = {item.encode_name: item for item in fields(kind)}
    for key, value in data.items():
        if key in known:
            yield from _value(known[key].type, value, _path(inside, key))
        else:
            yield Mistake(_path(inside, key), f"unknown key; known here: {', '.join(known)}")
    for key, item in known.items():
        if item.required and key not in data:
            yield Mistake(_path(inside, key), "this key is required and missing")


def _path(inside: str, key: str) -> str:
    return f"{inside}.{key}" if inside else key


def _value(wanted: Any, value: Any, path: str) -> Iterator[Mistake]:
    parts = [part for part in (wanted, *get_args(wanted)) if isinstance(part, type) and issubclass(part, Struct)]
    if parts:
        yield from explain(parts[0], value, path)
        return
    listed = [part for option in (wanted, *get_args(wanted)) for part in get_args(option)]
    inner = [part for part in listed if isinstance(part, type) and issubclass(part, Struct)]
    if inner and isinstance(value, list):
        for index, item in enumerate(value):
            yield from explain(inner[0], item, f"{path}[{index}]")
        return
    try:
        msgspec.convert(value, wanted, builtin_types=())
    except msgspec.ValidationError as error:
        yield Mistake(path, _text(wanted, error))


def _text(wanted: Any, error: msgspec.ValidationError) -> str:
    if Time in (wanted, *get_args(wanted)):
        return "must be a time with its offset, such as 2026-10-01T08:00:00+08:00"
    for kind, words in _WORDS:
        if kind in (wanted, *get_args(wanted)):
            return f"must be one of {', '.join(words)}"
    return str(error)
