"""Line protocol: building our own points, and reading them back.

Tags are frozen; fields are floats, in ``event`` also strings; times are ms.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from math import isfinite
from typing import Literal

import msgspec
from msgspec import Struct

TAGS = ("village", "grid", "junction", "node", "device")
MEASUREMENTS = {
    "camera": "camera",
    "warning_light": "warning_light",
    "charge_point": "charge_point",
    "connector": "charge_point",
    "contact": "contact",
    "node": "node",
}
EventKind = Literal["state", "fault_opened", "fault_acknowledged", "fault_cleared", "fault_closed", "command"]
EVENTS: dict[EventKind, str] = {
    "state": "what is seen of a device changed: `state`, its `code`s (words with blanks between)",
    "fault_opened": "a fault was confirmed: its `code` and number (`fault`); `start_ms` is the first bad look",
    "fault_acknowledged": "a person took the fault",
    "fault_cleared": "the condition ended, and the fault waits for its release; `start_ms` is the first good look",
    "fault_closed": "the fault is over; `start_ms` is the first good look",
    "command": "a node (the `device`) answered a command: its `state` is done or refused, `code` the word why",
}
STATE_FIELD = {"up": 0.0, "degraded": 1.0, "unknown": 2.0, "down": 3.0}


class BadLine(ValueError):
    """Text that is not a point of ours."""


class Point(Struct, frozen=True):
    """One point: ``tags`` as name -> value, ``t`` in ms."""

    measurement: str
    tags: dict[str, str]
    fields: dict[str, float | str]
    t: int


_encode = msgspec.json.Encoder().encode
_ESCAPE = str.maketrans({",": r"\,", "=": r"\=", " ": r"\ "})
_NAME_ESCAPES, _STRING_ESCAPES = re.compile(r"\\([,= ])"), re.compile(r'\\(["\\])')
_QUOTE = str.maketrans({"\\": r"\\", '"': r"\"", "\n": " ", "\r": " "})


def escaped(text: str) -> str:
    """``text`` as a tag's value."""
    return text.translate(_ESCAPE)


def series(measurement: str, tags: Mapping[str, str]) -> str:
    """The part of a line before its fields: a measurement and its tags, in the frozen order."""
    return ",".join([measurement, *(f"{name}={escaped(value)}" for name, value in tags.items() if value)])


@lru_cache(4096)
def usable_field(name: str) -> bool:
    """A node may name its measurements as it likes; what would break a line or hide our own fields is not written."""
    return name.isascii() and name.isidentifier() and name not in ("n", "state", "time")


def reading(head: str, metrics: Mapping[str, float], state: str, n: int, t: int) -> str:
    """A reading's point: its measurements, its state (0 up, 1 degraded, 2 unknown, 3 down) and its record's number."""
    return f"{head} {_measured(metrics)}state={STATE_FIELD[state]},n={n}.0 {t}"


def _measured(metrics: Mapping[str, float]) -> str:
    """Fields with a comma behind each. JSON of plain names and numbers differs from them by quotes and colons only, and
    is made in a sixth of the time.
    """
    if not metrics:
        return ""
    if _all_usable(tuple(metrics)):
        text = _encode(metrics)[1:-1].decode()
        if "null" not in text:  # it would be a number that is not finite
            return text.replace('"', "").replace(":", "=") + ","
    return "".join([f"{name}={value!r}," for name, value in metrics.items() if usable_field(name) and isfinite(value)])


@lru_cache(4096)
def _all_usable(names: tuple[str, ...]) -> bool:
    return all(usable_field(name) for name in names)


def event(head: str, texts: Mapping[str, str], numbers: Mapping[str, float], t: int) -> str:
    """An event's point: string fields and float fields."""
    fields = [f'{name}="{value.translate(_QUOTE)}"' for name, value in texts.items()]
    fields += [f"{name}={float(value)!r}" for name, value in numbers.items()]
    return f"{head} {','.join(fields)} {t}"


def parse(line: str) -> Point:
    """Read one of our lines; raises :class:`BadLine`."""
    head, fields, t = cut(line)
    measurement, tags = series_of(head)
    return Point(measurement, tags, fields_of(fields), t)


def cut(line: str) -> tuple[str, str, int]:
    """A line's series, its fields and its time; raises :class:`BadLine`."""
    parts = line.split(" ") if _simple(line) else _parts(line)
    if len(parts) != 3 or not parts[2].lstrip("-").isdigit():
        raise BadLine("not 'measurement,tags fields time'")
    return parts[0], parts[1], int(parts[2])


def _parts(line: str) -> list[str]:
    head = next(_split(line, " ", quotes=False))  # a quote is a letter in a name
    return [head, *_split(line[len(head) + 1 :], " ")]


def series_of(head: str) -> tuple[str, dict[str, str]]:
    """Measurement and tags; raises :class:`BadLine`."""
    measurement, *tags = _split(head, ",", quotes=False)
    return measurement, dict(_pair(tag) for tag in tags)


def fields_of(text: str) -> dict[str, float | str]:
    """Fields by name; raises :class:`BadLine`."""
    if not _simple(text):
        return dict(_field(item) for item in _split(text, ","))
    pairs = [item.partition("=") for item in text.split(",")]
    try:
        return {name or _nameless(): float(value) for name, _, value in pairs}
    except ValueError as error:
        raise BadLine(f"not 'field=float': {text[:80]!r}") from error


def _simple(text: str) -> bool:
    """Without an escape or a quote: cut by the fast way."""
    return "\\" not in text and '"' not in text


def _nameless() -> str:
    raise BadLine("a field without a name")


def _split(text: str, separator: str, quotes: bool = True) -> Iterator[str]:
    """Cut at ``separator`` where it is neither escaped nor inside ``quotes``; escapes stay."""
    start, quoted, index = 0, False, 0
    while index < len(text):
        if text[index] == "\\":
            index += 1
        elif text[index] == '"' and quotes:
            quoted = not quoted
        elif text[index] == separator and not quoted:
            yield text[start:index]
            start = index + 1
        index += 1
    yield text[start:]


def _name(text: str) -> str:
    """A name or a tag's value without its escapes; another backslash is a letter."""
    return _NAME_ESCAPES.sub(r"\1", text)


def _pair(text: str) -> tuple[str, str]:
    name, *value = _split(text, "=", quotes=False)
    if not name or len(value) != 1:
        raise BadLine(f"not 'name=value': {text[:80]!r}")
    return _name(name), _name(value[0])


def _field(text: str) -> tuple[str, float | str]:
    name, *value = _split(text, "=")
    if not name or len(value) != 1 or not value[0]:
        raise BadLine(f"not 'field=value': {text[:80]!r}")
    if value[0].startswith('"'):
        return _name(name), _STRING_ESCAPES.sub(r"\1", value[0][1:-1])
    try:
        return _name(name), float(value[0])
    except ValueError as error:
        raise BadLine(f"field {name[:40]!r} is neither a float nor a string") from error
