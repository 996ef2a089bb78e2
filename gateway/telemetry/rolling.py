"""Computing the windows that wait for it: bounded work, and whatever is repeated comes to the same."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice

import structlog

from gateway.store import RollupMark, Store
from gateway.telemetry.base import Telemetry, TelemetryError
from gateway.telemetry.rollup import DAY, FIVE, Level, Window, point

MINUTE_MS, HOUR_MS = 60_000, 3_600_000
# How long a window is left alone after its end, and after the last point that came into it.
SETTLE_MS = {FIVE: MINUTE_MS, DAY: 10 * MINUTE_MS}
# So long windows that could not be computed let all others go first.
PUT_OFF_MS = 10 * MINUTE_MS
# Of one turn: windows, and lines of one write.
WINDOWS, LINES = 60, 5_000
# Below it what windows of the level are computed from is deleted.
BEGINS = {FIVE: "telemetry_begins", DAY: "telemetry_5m_begins"}

log = structlog.get_logger(__name__)


def roll(store: Store, telemetry: Telemetry, level: Level, now_ms: int) -> bool:
    """Compute some of what has settled, the newest first; whether there may be more.

    Raises :class:`TelemetryError`, and StoreError of the store's; what could not be computed is put off. What fails for
    another reason is logged.
    """
    settle_ms = SETTLE_MS[level]
    due = store.due_windows(level.name, now_ms - level.step_ms - settle_ms, now_ms - settle_ms, WINDOWS)
    begins = store.telemetry_mark(BEGINS[level]) or 0
    # Half of a window's points must not take the place of the whole one's figures.
    store.windows_done([mark for mark in due if mark.from_ms < begins], (), (), now_ms)
    for marks in _together(level, [mark for mark in due if mark.from_ms >= begins]):
        if level is DAY and _in_the_making(store, marks[0]):
            store.put_off_windows(marks, now_ms)
            continue
        try:
            refused = _compute(telemetry, level, marks)
        except TelemetryError:
            store.put_off_windows(marks, now_ms + PUT_OFF_MS)
            raise
        except Exception:  # whatever is odd about these, the others are not to wait for it
            log.exception("rollups of some windows failed", measurement=marks[0].measurement, level=level.name)
            store.put_off_windows(marks, now_ms + PUT_OFF_MS)
            continue
        store.windows_done(marks, refused, _next(level, marks), now_ms)
    return len(due) == WINDOWS


def _together(level: Level, due: Iterable[RollupMark]) -> Iterator[Sequence[RollupMark]]:
    """Windows of one question: five minutes of the same hour, one day."""
    length_ms = max(HOUR_MS, level.step_ms)

    def key(mark: RollupMark) -> tuple[int, str]:
        return -((mark.from_ms - level.offset_ms) // length_ms), mark.measurement

    for _, marks in groupby(sorted(due, key=key), key=key):
        yield sorted(marks, key=lambda mark: mark.from_ms)


def _in_the_making(store: Store, day: RollupMark) -> bool:
    """Whether five minutes of it are still to be computed."""
    return store.windows_wait(FIVE.name, day.from_ms, day.from_ms + DAY.step_ms, day.measurement)


def _compute(telemetry: Telemetry, level: Level, marks: Sequence[RollupMark]) -> list[tuple[str, str]]:
    """Store the figures of ``marks``, and of what lies between them, which does no harm; what was refused."""
    measurement, begin, end = marks[0].measurement, marks[0].from_ms, marks[-1].from_ms + level.step_ms
    found = telemetry.totals(measurement, level, begin, end)
    lines = (text for totals in found if (text := point(measurement, level, totals)))
    refused: list[tuple[str, str]] = []
    while piece := list(islice(lines, LINES)):
        outcome = telemetry.write(piece)
        if outcome.status == "retry":
            raise TelemetryError(outcome.reason)
        refused += outcome.parked
    return refused


def _next(level: Level, marks: Sequence[RollupMark]) -> set[Window]:
    """The days that five minutes belong to."""
    if level is DAY:
        return set()
    return {(mark.measurement, DAY.name, DAY.begin(mark.from_ms)) for mark in marks}
