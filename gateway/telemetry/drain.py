"""From the queue in the store to the time-series store: at least once, in order, and a rewrite overwrites itself."""

import threading
from collections.abc import Callable, Collection
from typing import Protocol

import structlog
from msgspec.structs import replace

from gateway.telemetry.base import Outcome, Telemetry

POINTS = 5_000
IDLE_S = 1.0
FIRST_S, LONGEST_S = 1.0, 60.0

log = structlog.get_logger(__name__)


class Queue(Protocol):
    """The store's side."""

    def next_lines(self, points: int) -> tuple[list[int], list[str]]:
        """The oldest rows and their lines."""
        ...

    def lines_written(self, ids: Collection[int], parked: Collection[tuple[str, str]], at_ms: int) -> None:
        """Rows are stored on the other side, but for the parked lines."""
        ...


def drain_once(queue: Queue, telemetry: Telemetry, now_ms: int) -> Outcome | None:
    """Move one piece; None if there was nothing to move. Errors of the queue's own database are the caller's."""
    ids, lines = queue.next_lines(POINTS)
    if not ids:
        return None
    outcome = telemetry.write(lines)
    if outcome.status == "ok":
        queue.lines_written(ids, outcome.parked, now_ms)
    return replace(outcome, points=len(lines))


class Drain:
    """A thread that drains until it is told to stop.

    ``store_errors``: what the queue raises when its database refuses.
    """

    def __init__(
        self,
        queue: Queue,
        telemetry: Telemetry,
        now_ms: Callable[[], int],
        jitter: Callable[[], float],
        store_errors: type[Exception],
    ) -> None:
        self._queue, self._telemetry, self._now_ms, self._jitter = queue, telemetry, now_ms, jitter
        self._store_errors = store_errors
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="telemetry", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        """End after the piece at hand; what is left stays in the queue."""
        self._stop.set()
        self._thread.join(timeout_s)

    def _run(self) -> None:
        failures = 0
        while not self._stop.is_set():
            try:
                outcome = drain_once(self._queue, self._telemetry, self._now_ms())
            except self._store_errors as error:
                outcome = Outcome("retry", reason=str(error))
            except Exception as error:  # the loop of a thread: one odd answer must not end telemetry for good
                log.exception("telemetry drain failed")
                outcome = Outcome("retry", reason=repr(error))
            failures = self._told(outcome, failures)
            self._stop.wait(self._pause(outcome, failures))

    def _told(self, outcome: Outcome | None, failures: int) -> int:
        """Log what changed; the number of failures in a row."""
        if outcome is not None and outcome.status == "retry":
            if failures == 0:
                log.warning("telemetry store away, points are kept in the queue", reason=outcome.reason)
            return failures + 1
        if failures and outcome is not None:
            log.info("telemetry store is back", failures=failures)
        for line, reason in outcome.parked if outcome else ():
            log.warning("telemetry line parked", line=line[:200], reason=reason)
        return 0 if outcome is not None else failures

    def _pause(self, outcome: Outcome | None, failures: int) -> float:
        if outcome is None:
            return IDLE_S
        if outcome.status == "ok":
            return IDLE_S if outcome.points < POINTS else 0.0  # a backlog goes on at once
        return float(min(LONGEST_S, FIRST_S * 2.0 ** min(failures - 1, 10)) * (0.5 + self._jitter() / 2))
