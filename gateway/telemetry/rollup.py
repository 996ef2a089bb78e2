"""Rollups: what a window of a series came to. Pure; the stores compute the figures, here is what they are called.

A rollup of ``camera`` is a point of ``camera_5m`` or ``camera_1d`` with the same tags, at the begin of its window. Each
measurement and ``state`` has five fields in it: ``mean_fps``, ``min_fps``, ``max_fps``, ``sum_fps``, ``count_fps``. A
mean of a longer time is a sum by a count, so it is that of the points.
"""

from collections.abc import Iterable, Mapping
from math import isfinite

from msgspec import Struct
from msgspec.structs import astuple

from gateway.telemetry import line

MINUTES_MS, DAY_MS = 300_000, 86_400_000
ROLLED = tuple(dict.fromkeys(line.MEASUREMENTS.values()))
FIGURES = ("mean", "min", "max", "sum", "count")
_ROLLED = frozenset(ROLLED)
_PARTS = {"sum", "min", "max", "count"}
# How a day's figure is made of those of its minutes.
_ADDED = {"sum": "sum", "count": "sum", "min": "min", "max": "max"}
# The number of a record is no measurement.
_NO_FIGURE = "n"


class Level(Struct, frozen=True):
    """Windows ``step_ms`` long, ``offset_ms`` past a multiple of it; a rollup's measurement ends in ``_name``."""

    name: str
    step_ms: int
    offset_ms: int = 0

    def of(self, measurement: str) -> str:
        """The measurement of its rollups."""
        return f"{measurement}_{self.name}"

    def begin(self, t: int) -> int:
        """Begin of the window that ``t`` lies in."""
        return (t - self.offset_ms) // self.step_ms * self.step_ms + self.offset_ms

    def next(self, t: int) -> int:
        """The first begin of a window that is not before ``t``."""
        return self.begin(t + self.step_ms - 1)


FIVE = Level("5m", MINUTES_MS)
# Days are those of China, which has no summer time: they begin at 16:00 UTC.
DAY = Level("1d", DAY_MS, 16 * 3_600_000)
LEVELS = (FIVE, DAY)
Window = tuple[str, str, int]


class Figures(Struct, frozen=True):
    """Of the values of one field in one window."""

    sum: float
    min: float
    max: float
    count: float


class Totals(Struct, frozen=True):
    """The figures of all fields of one series in the window that begins at ``t``."""

    tags: Mapping[str, str]
    t: int
    fields: Mapping[str, Figures]


class Sum(Struct, frozen=True):
    """Of one field over some time: sum, number, least and greatest of its values, and of how many windows they come
    (0: of points)."""

    sum: float
    count: float
    min: float
    max: float
    windows: int = 0


def touched(lines: Iterable[str]) -> set[Window]:
    """The windows of five minutes (measurement, level, begin) that ``lines`` lie in, as far as they are rolled up."""
    # Ten seconds in words first: many points, few windows, and this is done for each point.
    tens = {(text[: text.find(",")], text[text.rfind(" ") + 1 : -4]) for text in lines}
    return {
        (measurement, FIVE.name, FIVE.begin(int(ten) * 10_000))
        for measurement, ten in tens
        if measurement in _ROLLED and ten.isdecimal()
    }


def point(measurement: str, level: Level, totals: Totals) -> str | None:
    """The rollup as a line; None if it has no figures."""
    fields = [text for field in sorted(totals.fields) for text in _fields(field, totals.fields[field])]
    if not fields:
        return None
    head = line.series(level.of(measurement), {name: totals.tags.get(name, "") for name in line.TAGS})
    return f"{head} {','.join(fields)} {totals.t}"


def _fields(field: str, figures: Figures) -> list[str]:
    if field == _NO_FIGURE or not figures.count or not all(map(isfinite, astuple(figures))):
        return []
    values = (figures.sum / figures.count, figures.min, figures.max, figures.sum, figures.count)
    return [f"{how}_{field}={float(value)!r}" for how, value in zip(FIGURES, values, strict=True)]


def figures_of(level: Level, values: Mapping[str, float | None]) -> dict[str, Figures]:
    """Figures by field from what a store computed, by name: ``sum_fps`` of points; of rollups, for a day,
    ``sum_sum_fps``, ``sum_count_fps``, ``min_min_fps``, ``max_max_fps``. What is incomplete is left out."""
    found: dict[str, dict[str, float]] = {}
    for name, value in values.items():
        how, _, field = name.partition("_")
        if level is DAY:
            outer, (how, _, field) = how, field.partition("_")
            if outer != _ADDED.get(how):
                continue
        if value is not None and field:
            found.setdefault(field, {})[how] = float(value)
    return {field: Figures(**parts) for field, parts in found.items() if parts.keys() == _PARTS}
