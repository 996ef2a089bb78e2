"""Uptime of one device over a period, from its state intervals. Pure arithmetic in whole seconds, half-open, UTC.

Every second has exactly one class: OUT_OF_SERVICE > PLANNED > UNKNOWN > DOWN > UP. S = period - O - M, and U + D + K
= S to the second. ``degraded`` counts as up and is listed. Bounds in milliseconds are rounded down to their second,
so that neighbours stay neighbours; what no interval covers is UNKNOWN with the cause ``not_recorded``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Literal, Protocol

from contracts.states import State

Class = Literal["up", "down", "unknown", "planned", "out_of_service"]
ENOUGH_COVERAGE = Decimal(95)
_PLACES = Decimal("0.001")
_WEIGHT: dict[Class, int] = {"up": 0, "down": 1, "unknown": 2, "planned": 3, "out_of_service": 4}


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


@dataclass(frozen=True, slots=True)
class Window:
    """Planned maintenance or out of service, ``[from_ms, to_ms)``; ``to_ms`` None = open.

    ``approved_ms``: maintenance approved at or after its beginning counts for nothing; None = in time.
    """

    from_ms: int
    to_ms: int | None
    approved_ms: int | None = None

    @property
    def late(self) -> bool:
        """Whether it was approved too late to count."""
        return self.approved_ms is not None and self.approved_ms >= self.from_ms


@dataclass(frozen=True, slots=True)
class Span:
    """One stretch of a statement, whole seconds since the epoch: its class, what was seen, and why."""

    from_s: int
    to_s: int
    cls: Class
    state: State
    reason: str | None

    @property
    def seconds(self) -> int:
        """Its length."""
        return self.to_s - self.from_s


@dataclass(frozen=True, slots=True)
class Headline:
    """What is printed large: ``percent`` of the known time; or, with too little known, None and ``[strict, upper]``."""

    percent: Decimal | None
    between: tuple[Decimal, Decimal] | None


@dataclass(frozen=True, slots=True)
class Uptime:
    """Whole seconds by class, and what follows from them. ``spans`` account for every second of the period.

    ``late``: maintenance windows that count for nothing. Percentages are rounded half-even to 3 decimals; None =
    divisor 0.
    """

    up: int = 0
    down: int = 0
    unknown: int = 0
    planned: int = 0
    out_of_service: int = 0
    degraded: int = 0
    spans: tuple[Span, ...] = ()
    late: tuple[Window, ...] = ()
    down_by: Mapping[str, int] = field(default_factory=dict)
    unknown_by: Mapping[str, int] = field(default_factory=dict)
    degraded_by: Mapping[str, int] = field(default_factory=dict)

    @property
    def service(self) -> int:
        """S: seconds in which it had to work."""
        return self.up + self.down + self.unknown

    @property
    def known(self) -> Decimal | None:
        """U / (U + D)."""
        return percent(self.up, self.up + self.down)

    @property
    def strict(self) -> Decimal | None:
        """U / S: as if all that is unknown had been down."""
        return percent(self.up, self.service)

    @property
    def upper(self) -> Decimal | None:
        """(U + K) / S: as if all that is unknown had been up."""
        return percent(self.up + self.unknown, self.service)

    @property
    def coverage(self) -> Decimal | None:
        """(U + D) / S."""
        return percent(self.up + self.down, self.service)

    @property
    def headline(self) -> Headline:
        """The known rate if enough is known (judged before rounding), else the bounds, else nothing."""
        if self.strict is None or self.upper is None:
            return Headline(None, None)
        if (self.up + self.down) * 100 >= ENOUGH_COVERAGE * self.service:
            return Headline(self.known, None)
        return Headline(None, (self.strict, self.upper))


def percent(part: int, whole: int) -> Decimal | None:
    """``part`` of ``whole`` in per cent, rounded half-even to 3 decimals; None if ``whole`` is 0."""
    if whole == 0:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(_PLACES, ROUND_HALF_EVEN)


def fleet(uptimes: Iterable[Uptime]) -> Decimal | None:
    """The rate of many devices: sum U / sum (U + D), never a mean of percentages."""
    known = [(uptime.up, uptime.up + uptime.down) for uptime in uptimes]
    return percent(sum(up for up, _ in known), sum(both for _, both in known))


def uptime(
    intervals: Sequence[StateInterval],
    from_ms: int,
    to_ms: int,
    planned: Sequence[Window] = (),
    out_of_service: Sequence[Window] = (),
) -> Uptime:
    """Account for ``[from_ms, to_ms)``. ``intervals`` of one device in order, without overlap; they may reach beyond.

    Raises ValueError if the period is negative or two intervals overlap.
    """
    period = (from_ms // 1000, to_ms // 1000)
    if period[1] < period[0]:
        raise ValueError("the period ends before it begins")
    base = list(_base(intervals, period))
    counted = [window for window in planned if not window.late]
    spans = _cover(_cover(base, counted, "planned"), out_of_service, "out_of_service")
    late = tuple(window for window in planned if window.late and _touches(window, period))
    return _sum(_joined(spans), late)


def _touches(window: Window, period: tuple[int, int]) -> bool:
    start, end = _seconds(window, period)
    return start < end


def _seconds(item: StateInterval | Window, period: tuple[int, int]) -> tuple[int, int]:
    end = period[1] if item.to_ms is None else min(item.to_ms // 1000, period[1])
    return max(item.from_ms // 1000, period[0]), end


def _base(intervals: Sequence[StateInterval], period: tuple[int, int]) -> Iterator[Span]:
    """Up, down and unknown, every second of the period once."""
    at = period[0]
    for interval in intervals:
        start, end = _seconds(interval, period)
        if end <= start:
            continue
        if start < at:
            raise ValueError(f"two intervals overlap at {start}")
        if start > at:
            yield Span(at, start, "unknown", "unknown", "not_recorded")
        yield Span(start, end, _class(interval.state), interval.state, interval.code or interval.cause)
        at = end
    if at < period[1]:
        yield Span(at, period[1], "unknown", "unknown", "not_recorded")


def _class(state: State) -> Class:
    return "up" if state == "degraded" else state


def _cover(spans: Sequence[Span], windows: Sequence[Window], cls: Class) -> list[Span]:
    """The spans with ``cls`` laid over them; it covers what weighs less."""
    if not spans or not windows:
        return list(spans)
    period = (spans[0].from_s, spans[-1].to_s)
    covers = _merged(_seconds(window, period) for window in windows)
    found: list[Span] = []
    for span in spans:
        at = span.from_s
        for start, end in covers:
            start, end = max(start, at), min(end, span.to_s)  # noqa: PLW2901  # cut to the span
            if start < end and _WEIGHT[cls] > _WEIGHT[span.cls]:
                found += [Span(at, start, span.cls, span.state, span.reason)] if at < start else []
                found.append(Span(start, end, cls, span.state, span.reason))
                at = end
        if at < span.to_s:
            found.append(Span(at, span.to_s, span.cls, span.state, span.reason))
    return found


def _merged(pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sorted and without overlap."""
    merged: list[tuple[int, int]] = []
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
        if last and (last.to_s, last.cls, last.state, last.reason) == (
            span.from_s,
            span.cls,
            span.state,
            span.reason,
        ):
            joined[-1] = Span(last.from_s, span.to_s, span.cls, span.state, span.reason)
        else:
            joined.append(span)
    return tuple(joined)


def _sum(spans: tuple[Span, ...], late: tuple[Window, ...]) -> Uptime:
    seconds = dict.fromkeys(_WEIGHT, 0)
    by: dict[str, dict[str, int]] = {"down": {}, "unknown": {}, "degraded": {}}
    for span in spans:
        seconds[span.cls] += span.seconds
        kind = "degraded" if span.cls == "up" and span.state == "degraded" else span.cls
        if kind in by:
            reason = span.reason or "not_named"
            by[kind][reason] = by[kind].get(reason, 0) + span.seconds
    return Uptime(
        **seconds,
        degraded=sum(by["degraded"].values()),
        spans=spans,
        late=late,
        down_by=by["down"],
        unknown_by=by["unknown"],
        degraded_by=by["degraded"],
    )
