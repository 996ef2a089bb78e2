"""Who may try a login now. Cameras and recorders lock accounts that fail too often, so all that speaks to one address
under one user goes through one gate: streams, sub-streams, recordings, the clock.
"""

import threading
from collections import deque
from collections.abc import Callable
from typing import Literal

from edge.drivers.opencv.refusal import Refusal

Turn = Literal["go", "soon", "later"]
# One more try after 10 min, then hourly.
WAITS_S = (600.0, 3600.0)
HOUR_S = 3600.0
MOST_FAILED = 3
# After a restart nobody knows when the last refusals were: two within 10 min, and then one after each restart.
AFRESH_S = 1800.0


class Gate:
    """Logins of one user at one address. ``what`` is the stream asked for: a right login may be refused one of them.
    ``refusal``: what is known from before ``now``.
    """

    def __init__(self, now: float = 0.0, refusal: Refusal | None = None) -> None:
        self._guard = threading.Lock()
        self._refusal = refusal or Refusal()
        self._failed: deque[float] = deque()
        self._in_flight = 0
        self._trusted = False
        # Streams whose newest login was right: while there is one, the account is, whatever others are refused.
        self._right: set[str] = set()
        self._refused: dict[str, tuple[int, float]] = {}
        if self._refusal.stands:
            self._refused[""] = (1, now + AFRESH_S)

    def ask(self, now: float, what: str) -> Turn:
        """``go``: try, and :meth:`tell` what came of it; ``soon``: others are trying; ``later``: see :meth:`wait_s`."""
        with self._guard:
            if self._wait_s(now, what) > 0:
                return "later"
            free = MOST_FAILED - len(self._failed) - self._in_flight
            if free <= 0 or (self._in_flight and not self._trusted):
                return "soon"
            self._in_flight += 1
            return "go"

    def tell(self, now: float, what: str, *, accepted: bool | None) -> None:
        """What came of a turn; ``accepted`` None: the camera said neither yes nor no."""
        with self._guard:
            self._in_flight -= 1
            if accepted is None:
                return
            self._trusted = accepted
            (self._right.add if accepted else self._right.discard)(what)
            self._refusal.note(refused=not self._right)
            if accepted:
                self._refused.pop(what, None)
                self._refused.pop("", None)
                return
            self._failed.append(now)
            for name in {what, ""}:
                count = self._refused.get(name, (0, 0.0))[0]
                self._refused[name] = (count + 1, now + WAITS_S[min(count, len(WAITS_S) - 1)])

    def wait_s(self, now: float, what: str) -> float:
        """Seconds until :meth:`ask` may say go; 0 for now."""
        with self._guard:
            return self._wait_s(now, what)

    def _wait_s(self, now: float, what: str) -> float:
        while self._failed and now - self._failed[0] >= HOUR_S:
            self._failed.popleft()
        # While no login has been right since the last refusal, all wait for that refusal's time: the account is wrong.
        names = [what] if self._trusted else [what, ""]
        waits = [self._refused[name][1] - now for name in names if name in self._refused]
        if len(self._failed) >= MOST_FAILED:
            waits.append(self._failed[0] + HOUR_S - now)
        return max([0.0, *waits])


class Gates:
    """All gates of a process."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._gates: dict[tuple[str, str], Gate] = {}

    def of(self, host: str, user: str, make: Callable[[], Gate] = Gate) -> Gate:
        """The one gate of ``user`` at ``host``; ``make`` gives it where there is none yet."""
        with self._guard:
            known = self._gates.get((host.lower(), user))
            if known is None:
                known = self._gates[host.lower(), user] = make()
            return known
