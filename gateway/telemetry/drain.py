"""From the queue in the store to the time-series store: at least once, in order, and a rewrite overwrites itself."""

from collections.abc import Callable, Collection
from typing import Protocol

import structlog
from msgspec.structs import replace

from gateway.telemetry.base import Outcome, Telemetry
from gateway.telemetry.rollup import Window, touched
from gateway.telemetry.turns import Turns

POINTS = 5_000
# Who does not take a piece gets a smaller one, down to this: a slow server may have no time for the whole.
FEWEST = 250
IDLE_S = 1.0
# A piece that nobody takes costs little, and a store that is back is to have everything within seconds.
FIRST_S, LONGEST_S = 1.0, 4.0
# Turns of a backlog that moves between two looks at how long it is.
LOOK_TURNS = 50
# And retries between two looks: of a long outage's queue, to add it up may cost a tenth of a second.
LOOK_RETRIES = 8

log = structlog.get_logger(__name__)


class Queue(Protocol):
    """The store's side."""

    def next_lines(self, points: int) -> tuple[list[int], list[str]]:
        """The oldest rows and their lines."""
        ...

    def lines_written(
        self, ids: Collection[int], refused: Collection[tuple[str, str]], at_ms: int, windows: Collection[Window] = ()
    ) -> None:
        """Rows are stored on the other side, but for the refused lines; ``windows`` are to be rolled up."""
        ...

    def trim_lines(self, most: int, at_ms: int) -> int:
        """Drop what is more than ``most`` points; how many that were."""
        ...


def drain_once(queue: Queue, telemetry: Telemetry, now_ms: int, points: int = POINTS) -> Outcome | None:
    """Move one piece; None if there was nothing to move. Errors of the queue's own database are the caller's."""
    ids, lines = queue.next_lines(points)
    if not ids:
        return None
    outcome = telemetry.write(lines)
    if outcome.status == "ok":
        queue.lines_written(ids, outcome.parked, now_ms, touched(lines))
    return replace(outcome, points=len(lines))


class Drain(Turns):
    """A thread that drains until it is told to stop.

    ``most``: points that may wait; ``store_errors``: what the queue raises when its database refuses.
    """

    def __init__(
        self,
        queue: Queue,
        telemetry: Telemetry,
        clock: tuple[Callable[[], int], Callable[[], float]],
        store_errors: type[Exception],
        most: int,
    ) -> None:
        super().__init__("telemetry")
        self._queue, self._telemetry, self._most = queue, telemetry, most
        self._now_ms, self._jitter = clock
        self._store_errors = store_errors
        self._failures = self._turns = 0
        self._asked = POINTS
        # Since when the other side takes nothing, Unix ms; 0 = it does.
        self.away_ms = 0

    def once(self) -> float:
        """One turn; how long to wait before the next, in s."""
        try:
            outcome = drain_once(self._queue, self._telemetry, self._now_ms(), self._asked)
            self._trim(outcome)
        except self._store_errors as error:
            outcome = Outcome("retry", reason=str(error))
        except Exception as error:  # the loop of a thread: one odd answer must not end telemetry for good
            log.exception("telemetry drain failed")
            outcome = Outcome("retry", reason=repr(error))
        self._tell(outcome)
        pause = self._pause(outcome)
        if outcome is not None:
            self._asked = min(POINTS, self._asked * 2) if outcome.status == "ok" else max(FEWEST, self._asked // 2)
        return pause

    def _trim(self, outcome: Outcome | None) -> None:
        """See that the queue stays within its cap, by the one thread that also empties it: so none is counted twice."""
        self._turns += 1
        if outcome is None:
            return
        away = outcome.status == "retry"
        if (self._failures % LOOK_RETRIES if away else self._turns % LOOK_TURNS) == 0:
            dropped = self._queue.trim_lines(self._most, self._now_ms())
            if dropped:
                log.error("telemetry queue is full, the oldest points are dropped", dropped=dropped, most=self._most)

    def _tell(self, outcome: Outcome | None) -> None:
        """Log what changed, and count the failures in a row."""
        if outcome is not None and outcome.status == "retry":
            if self._failures == 0:
                log.warning("telemetry store away, points are kept in the queue", reason=outcome.reason)
                self.away_ms = self._now_ms()
            self._failures += 1
            return
        if self._failures and outcome is not None:
            log.info("telemetry store is back", failures=self._failures)
            self._failures = self.away_ms = 0
        if outcome and outcome.parked:
            line, reason = outcome.parked[0]
            log.warning("telemetry lines parked", lines=len(outcome.parked), first=line[:200], reason=reason)

    def _pause(self, outcome: Outcome | None) -> float:
        if outcome is None:
            return IDLE_S
        if outcome.status == "ok":
            return IDLE_S if outcome.points < self._asked else 0.0  # a backlog goes on at once
        return float(min(LONGEST_S, FIRST_S * 2.0 ** min(self._failures - 1, 10)) * (0.5 + self._jitter() / 2))
