"""Rollups and retention: what was written is computed once it has settled, and what is old is deleted.

Which windows are to be computed stands in the gateway's store, put there in the transaction that took their points out
of the queue, and goes once the figures are stored: a crash at any moment repeats a computation.
"""

from collections.abc import Callable

import structlog

from gateway.store import Store, StoreError
from gateway.telemetry.base import Telemetry, TelemetryError
from gateway.telemetry.retention import fed, feed, retain
from gateway.telemetry.rolling import roll
from gateway.telemetry.rollup import LEVELS
from gateway.telemetry.settings import KeepSettings
from gateway.telemetry.turns import Turns

IDLE_S, BUSY_S, PUT_OFF_S = 10.0, 1.0, 60.0
HOUR_MS = 3_600_000

log = structlog.get_logger(__name__)


class Keeper(Turns):
    """A thread that computes and forgets until it is told to stop; every turn is short. ``doubt``: why the clock is not
    believed, empty if it is; meanwhile nothing is deleted."""

    def __init__(
        self,
        store: Store,
        telemetry: Telemetry,
        now_ms: Callable[[], int],
        keep: KeepSettings,
        doubt: Callable[[], str] = str,
    ) -> None:
        super().__init__("rollups")
        self._store, self._telemetry, self._now_ms, self._keep = store, telemetry, now_ms, keep
        self._doubt = doubt
        self._hourly_ms: int | None = None
        self._failed = False

    def once(self) -> float:
        """One turn; how long to wait before the next, in s."""
        try:
            busy = self._turn(self._now_ms())
        except (TelemetryError, StoreError) as error:
            if not self._failed:
                log.warning("rollups and retention put off", reason=str(error))
            self._failed = True
            return PUT_OFF_S
        except Exception:  # the loop of a thread: one odd answer must not end it for good
            log.exception("rollups or retention failed")
            return PUT_OFF_S
        self._failed = False
        return BUSY_S if busy else IDLE_S

    def _turn(self, now_ms: int) -> bool:
        """Whether there may be more to do at once."""
        busy = [roll(self._store, self._telemetry, level, now_ms) for level in LEVELS]
        busy.append(feed(self._store, self._telemetry, now_ms))
        if not self._doubt() and (self._hourly_ms is None or abs(now_ms - self._hourly_ms) >= HOUR_MS):
            self._hourly_ms = now_ms  # before it: who cannot delete is asked again in an hour
            self._each_hour(now_ms)
        return any(busy)

    def _each_hour(self, now_ms: int) -> None:
        while self._store.sweep_parked(now_ms, self._keep.parked_days, self._keep.parked_lines):
            pass
        parked = self._store.parked_count()
        if parked:
            log.warning("telemetry lines are parked", lines=parked, see="python -m gateway parked list --config FILE")
        if fed(self._store):
            retain(self._store, self._telemetry, self._keep, now_ms)
