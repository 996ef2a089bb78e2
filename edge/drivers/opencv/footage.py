"""Whether a recorder has what it should have: one minute of an hour ago, one of the day before it may forget. Pure but
for ``asks``, which plays a minute.
"""

from collections.abc import Callable
from dataclasses import dataclass

from contracts.footage import Recording

MINUTE_S, HOUR_S, DAY_S = 60.0, 3600.0, 86_400.0
# A gap's begin is told to so many seconds, by so many questions at most.
FINE_S, MOST_ASKS = 300.0, 14


@dataclass(frozen=True, slots=True)
class Kept:
    """``recorded`` None: nobody could say. ``since``: Unix time from which on nothing is there."""

    recorded: bool | None
    since: float | None = None


class Rounds:
    """One camera's recording. ``asks(start)``: whether there are pictures of the minute from ``start`` (Unix time) on;
    it raises what keeps it from knowing.
    """

    def __init__(self, recording: Recording, asks: Callable[[float], bool]) -> None:
        self._recording, self._asks = recording, asks
        self.every_s = recording.every_s
        self._recorded_at: float | None = None
        self._since: float | None = None

    def look(self, now: float) -> Kept:
        """One round at Unix time ``now``."""
        fresh, old = now - HOUR_S, now - (self._recording.retention_days - 1) * DAY_S
        if not self._asks(fresh):
            if self._since is None:
                self._since = self._begin(old, fresh)
            return Kept(False, self._since)
        self._recorded_at, self._since = fresh, None
        if self._due(old) and not self._asks(old):
            return Kept(False, old)
        return Kept(True)

    def _due(self, old: float) -> bool:
        since = self._recording.since_s
        return since is None or old > since + DAY_S

    def _begin(self, old: float, missing: float) -> float:
        """When a gap that was there at ``missing`` began: halved between it and the last time known to be recorded."""
        good = self._recorded_at if self._recorded_at is not None and self._recorded_at > old else old
        if good == old and not self._asks(old):
            return old
        for _ in range(MOST_ASKS):
            if missing - good <= FINE_S:
                break
            middle = (good + missing) / 2
            if self._asks(middle):
                good = middle
            else:
                missing = middle
        self._recorded_at = good
        return missing
