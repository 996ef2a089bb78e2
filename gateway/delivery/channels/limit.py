"""So many a minute, kept by waiting."""

from gateway.delivery.channels.base import Clock
from gateway.dispatch.words import Failed

# A sender holds a letter for as long as its lease; a longer wait goes back to the outbox.
LONGEST_WAIT_S = 10.0
# Nobody's minute ends at the same instant as ours.
MARGIN = 1.02


class Limit:
    """At most ``per_minute`` in any minute: a quarter of them at once, the rest evenly spread.

    Spread, since a full minute's burst would be paid for by the next letter, which may be an urgent one.
    """

    def __init__(self, per_minute: int, clock: Clock) -> None:
        self._clock = clock
        burst = max(1, per_minute // 4)
        self._every_s = MARGIN * 60 / (per_minute - burst + 1)
        self._ahead_s = (burst - 1) * self._every_s
        self._due_s = float("-inf")  # when the bucket is full again

    def take(self) -> Failed | None:
        """Wait until one more may go. Failed: not within LONGEST_WAIT_S, nothing was taken."""
        now = self._clock.mono_s()
        due = max(self._due_s, now)
        wait = due - now - self._ahead_s
        if wait > LONGEST_WAIT_S:
            return Failed(True, "our own limit of letters a minute", wait)
        if wait > 0:
            self._clock.sleep(wait)
        self._due_s = due + self._every_s
        return None
