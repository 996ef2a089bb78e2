"""How long telemetry is kept; and, once, giving the rollups what was written before there were any.

Points are deleted only below a moment that is kept in the gateway's store, and nothing that begins before it is ever
computed again.
"""

import structlog

from gateway.faults.steady import EARLIEST_MS
from gateway.store import Store
from gateway.telemetry.base import Telemetry
from gateway.telemetry.rolling import BEGINS
from gateway.telemetry.rollup import DAY, DAY_MS, FIVE, ROLLED, Level
from gateway.telemetry.settings import KeepSettings

# Down to here, from now on backwards, old points were given to the rollups; 0: all of them.
FED = "rollups_fed"
FEED_MS, FEED_PENDING = 6 * 3_600_000, 2_000
EVENTS = "event"
# Trial points of `--check`.
TRIALS = "check"

log = structlog.get_logger(__name__)


def fed(store: Store) -> bool:
    """Whether all old points were given to the rollups: nothing is deleted before."""
    return store.telemetry_mark(FED) == 0


def feed(store: Store, telemetry: Telemetry, now_ms: int) -> bool:
    """Give the rollups some hours of points from before there were rollups; whether there may be more at once."""
    end = store.telemetry_mark(FED)
    if end is None:
        end = FIVE.begin(now_ms) + FIVE.step_ms
    if end == 0 or store.windows_pending() > FEED_PENDING:
        return False
    newest = {name: telemetry.newest_before(name, end) or 0 for name in ROLLED}
    if not any(newest.values()):
        store.touch_windows((), now_ms, (FED, 0))
        return False
    end = min(end, FIVE.begin(max(newest.values())) + FIVE.step_ms)
    begin = max(FIVE.step_ms, end - FEED_MS)
    known = [name for name in ROLLED if newest[name] >= begin]
    windows = [(name, FIVE.name, t) for name in known for t in range(begin, end, FIVE.step_ms)]
    store.touch_windows(windows, now_ms, (FED, begin))
    return True


def retain(store: Store, telemetry: Telemetry, keep: KeepSettings, now_ms: int) -> None:
    """Delete what is older than ``keep`` says, each once an hour at most.

    Raises TelemetryError where the time-series store cannot delete now, or at all.
    """
    points = _moved(store, FIVE, _day(now_ms, keep.raw_days), _first_day(store, telemetry))
    # What has no rollups to wait for follows, so that a clock that is wrong for a while costs little there too.
    today = points + keep.raw_days * DAY_MS
    wanted = _day(today, keep.five_minute_days)
    minutes = _moved(store, DAY, wanted, wanted - DAY_MS)
    cuts = dict.fromkeys((*ROLLED, TRIALS), points) | {FIVE.of(name): minutes for name in ROLLED}
    cuts[EVENTS] = _day(today, keep.event_days)
    if keep.day_days is not None:
        cuts |= {DAY.of(name): _day(today, keep.day_days) for name in ROLLED}
    for name, before_ms in cuts.items():
        if before_ms > 0:
            telemetry.delete(name, before_ms)


def _day(now_ms: int, days: int) -> int:
    """The begin of the day ``days`` ago."""
    return DAY.begin(now_ms) - days * DAY_MS


def _first_day(store: Store, telemetry: Telemetry) -> int | None:
    """The day of the oldest point, asked for as long as nothing is deleted; None if there is none."""
    if store.telemetry_mark(BEGINS[FIVE]):
        return None
    oldest = [at_ms for name in ROLLED if (at_ms := telemetry.oldest(name)) is not None]
    return DAY.begin(max(min(oldest), EARLIEST_MS)) if oldest else None


def _moved(store: Store, level: Level, wanted_ms: int, first_ms: int | None) -> int:
    """Below what the sources of ``level`` are deleted: from ``first_ms`` on to ``wanted_ms``, by a day at a time, so
    that a clock that is a year ahead for some hours costs little; not while windows below wait to be computed."""
    begins = store.telemetry_mark(BEGINS[level]) or 0
    start_ms = begins or first_ms
    if start_ms is None or (to_ms := min(wanted_ms, start_ms + DAY_MS)) <= max(start_ms, 0):
        return begins
    if store.windows_wait(level.name, 0, to_ms):
        log.warning("nothing is deleted before its rollups are computed", level=level.name, before_ms=to_ms)
        return begins
    store.nothing_before(level.name, BEGINS[level], to_ms)
    return to_ms
