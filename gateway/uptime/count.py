"""Uptime of one device over a period, from its state intervals. Whole seconds, half-open, UTC.

Every second has exactly one class: OUT_OF_SERVICE > PLANNED > UNKNOWN > DOWN > UP. S = period - O - M, and U + D + K
= S to the second. ``degraded`` counts as up and is listed; so does a picture that the weather hid. Bounds in
milliseconds are rounded down to their second, so that neighbours stay neighbours; what no interval covers is UNKNOWN
with the cause ``no_record``.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from msgspec.structs import replace

from contracts.states import State
from gateway.uptime.figures import WEATHER, Class, Span, Uptime
from gateway.uptime.windows import Window, WindowKind

NO_RECORD = "no_record"
# What weather does to a picture. Black, occluded, moved and frozen are never its doing.
WEATHER_CODES = frozenset({"over_exposed", "blur", "noise"})
# Laid over one another, weakest first.
_ORDER: tuple[WindowKind, ...] = ("weather", "planned", "out_of_service")
_CLASS: dict[State, Class] = {"up": "up", "degraded": "up", "down": "down", "unknown": "unknown"}


class StateInterval(Protocol):
    """The device was ``state`` in ``[from_ms, to_ms)``; ``to_ms`` None = still is."""

    @property
    def from_ms(self) -> int: ...  # noqa: D102  # see the class
    @property
    def to_ms(self) -> int | None: ...  # noqa: D102  # see the class
    @property
    def state(self) -> State: ...  # noqa: D102  # see the class
    @property
    def code(self) -> str | None: ...  # noqa: D102  # see the class
    @property
    def cause(self) -> str | None: ...  # noqa: D102  # see the class


_Seconds = tuple[int, int]


def uptime(intervals: Sequence[StateInterval], from_ms: int, to_ms: int, windows: Sequence[Window] = ()) -> Uptime:
    """Account for ``[from_ms, to_ms)``. ``intervals`` of one device in order, without overlap; they may reach beyond.
    ``windows``: those that hit it, of any target.

    Raises ValueError if the period is negative or two intervals overlap.
    """
    period = (from_ms // 1000, to_ms // 1000)
    if period[1] < period[0]:
        raise ValueError("the period ends before it begins")
    spans = _base(intervals, period)
    for kind in _ORDER if windows else ():
        covers = _merged(_cut(window, period) for window in windows if window.kind == kind and not window.late)
        spans = _covered(spans, covers, kind) if covers else spans
    late = (window for window in windows if window.late)
    return _sum(_joined(spans), tuple(window for window in late if _length(_cut(window, period)) > 0))


def _cut(item: StateInterval | Window, period: _Seconds) -> _Seconds:
    start, end = item.from_ms // 1000, period[1] if item.to_ms is None else item.to_ms // 1000
    return max(start, period[0]), min(end, period[1])


def _length(bounds: _Seconds) -> int:
    return bounds[1] - bounds[0]


def _base(intervals: Sequence[StateInterval], period: _Seconds) -> Iterator[Span]:
    """Up, down and unknown, every second of the period once."""
    at = period[0]
    for interval in intervals:
        start, end = _cut(interval, period)
        if end <= start:
            continue
        if start < at:
            raise ValueError(f"two intervals overlap at {start}")
        if start > at:
            yield Span(at, start, "unknown", "unknown", None, NO_RECORD)
        yield Span(start, end, _CLASS[interval.state], interval.state, interval.code, interval.cause)
        at = end
    if at < period[1]:
        yield Span(at, period[1], "unknown", "unknown", None, NO_RECORD)


def _covered(spans: Iterable[Span], covers: list[_Seconds], kind: WindowKind) -> Iterator[Span]:
    """``spans`` with ``covers``, both in order, laid over them."""
    first = 0
    for span in spans:
        at = span.from_s
        while first < len(covers) and covers[first][1] <= at:
            first += 1
        for start, end in covers[first:]:
            if start >= span.to_s:
                break
            if at < start:
                yield replace(span, from_s=at, to_s=start)
            at = max(at, start)
            yield _as(kind, replace(span, from_s=at, to_s=min(end, span.to_s)))
            at = min(end, span.to_s)
        if at < span.to_s:
            yield replace(span, from_s=at)


def _as(kind: WindowKind, span: Span) -> Span:
    """What a stretch is under a window."""
    if kind != "weather":
        return replace(span, cls=kind)
    hidden = span.state in {"down", "degraded"} and span.code in WEATHER_CODES
    return replace(span, cls="up", cause=WEATHER) if hidden else span


def _merged(pairs: Iterable[_Seconds]) -> list[_Seconds]:
    """Sorted and without overlap."""
    merged: list[_Seconds] = []
    for start, end in sorted(pair for pair in pairs if pair[0] < pair[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Neighbours that say the same are one."""
    joined: list[Span] = []
    for span in spans:
        last = joined[-1] if joined else None
        if last and last.cls == span.cls and (last.state, last.code, last.cause) == (span.state, span.code, span.cause):
            joined[-1] = replace(last, to_s=span.to_s)
        else:
            joined.append(span)
    return tuple(joined)


def _sum(spans: tuple[Span, ...], late: tuple[Window, ...]) -> Uptime:
    seconds: dict[Class, int] = {"up": 0, "down": 0, "unknown": 0, "planned": 0, "out_of_service": 0}
    by: dict[str, dict[str, int]] = {"down": {}, "unknown": {}, "degraded": {}, "weather": {}}
    for span in spans:
        length = span.to_s - span.from_s
        seconds[span.cls] += length
        listed = by.get(_list_of(span))
        if listed is not None:
            reason = span.reason or "not_named"
            listed[reason] = listed.get(reason, 0) + length
    return Uptime(
        **seconds,
        degraded=sum(by["degraded"].values()),
        weather=sum(by["weather"].values()),
        spans=spans,
        late=late,
        down_by=by["down"],
        unknown_by=by["unknown"],
        degraded_by=by["degraded"],
    )


def _list_of(span: Span) -> str:
    """Which list names it."""
    if span.cls != "up":
        return span.cls
    return WEATHER if span.cause == WEATHER else span.state
