"""One figure of the system's own health, held against its limit. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

Level = Literal["good", "attention", "bad", "unknown"]
Unit = Literal["", "points", "lines", "records", "letters", "bytes", "s", "ms", "days"]
LEVELS: tuple[Level, ...] = get_args(Level)
# From what is to be looked at first to what may be left alone.
WORST_FIRST: tuple[Level, ...] = ("bad", "attention", "unknown", "good")


@dataclass(frozen=True, slots=True)
class Check:
    """``value`` in ``unit`` as it was at ``at_ms`` (Unix ms), None = not known; ``limit``: what it is held against, in
    the same unit. ``note``: which of its sentences fits, ``facts``: what that needs. ``subject``: whose, where there
    are several. ``codes``: the catalogue's words for it, ``fault``: the number of the open fault that says so.
    """

    key: str
    level: Level
    value: float | None = None
    unit: Unit = ""
    limit: float | None = None
    at_ms: int | None = None
    note: str = ""
    facts: Mapping[str, str | float] = field(default_factory=dict)
    subject: str = ""
    codes: tuple[str, ...] = ()
    fault: str = ""


def worst(levels: Iterable[Level]) -> Level:
    """The one to be looked at first; "good" without any."""
    return min(levels, key=WORST_FIRST.index, default="good")


def graded(value: float, attention: float, bad: float) -> Level:
    """What a figure that should be small is, by the values from which it is no longer well."""
    return "bad" if value >= bad else "attention" if value >= attention else "good"
