"""Trials of rules: each judged in a process of its own, one after another; what they found is kept for some hours."""

import queue
import secrets
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import msgspec
import structlog

from dashboard_api import errand
from dashboard_api.errand import Failed, Stop
from dashboard_api.trials.asked import Asked
from gateway.dry_run.words import Found, Wanted

COMMAND = (sys.executable, "-m", "gateway.dry_run")
WITHIN_S = 3600.0
# Trials that wait or are judged; those that are over are kept so long, so many and so much of them.
WAITING, KEPT, KEPT_BYTES, KEPT_MS = 4, 12, 64 * 1024 * 1024, 12 * 3_600_000
State = Literal["waiting", "judging", "done", "failed", "cancelled"]
OVER: frozenset[State] = frozenset({"done", "failed", "cancelled"})
log = structlog.get_logger(__name__)


class Busy(Exception):
    """Too many are waiting."""


@dataclass(slots=True)
class Trial:
    """``by``: who asked, at ``added_ms``; ``part``: percent of the days, and ``moment`` of theirs, that are judged;
    ``body``: what was found, as JSON."""

    number: str
    by: str
    added_ms: int
    asked: Asked
    wanted: bytes
    state: State = "waiting"
    part: int = 0
    moment: str = ""
    body: bytes = b""
    error: str = ""
    ended_ms: int | None = None
    stop: Stop = field(default_factory=Stop)
    over: threading.Event = field(default_factory=threading.Event)

    def found(self) -> Found:
        """What differs, of one that is done."""
        return msgspec.json.decode(self.body, type=Found)


class Bench:
    """Takes trials and remembers what became of them; its thread begins with the first. ``clock``: Unix ms."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._trials: OrderedDict[str, Trial] = OrderedDict()
        self._queue: queue.SimpleQueue[Trial | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._closed = False
        self._thread: threading.Thread | None = None

    def submit(self, wanted: Wanted, asked: Asked, by: str) -> Trial:
        """A trial that waits for its turn; raises :class:`Busy`."""
        with self._lock:
            if sum(1 for one in self._trials.values() if one.state not in OVER) >= WAITING:
                raise Busy
            trial = Trial(secrets.token_hex(16), by, self._clock(), asked, msgspec.json.encode(wanted))
            self._trials[trial.number] = trial
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="trials", daemon=True)
                self._thread.start()
        self._queue.put(trial)
        return trial

    def trial(self, number: str) -> Trial | None:
        """One that is not forgotten yet."""
        self._forget()
        with self._lock:
            return self._trials.get(number)

    def trials(self) -> list[Trial]:
        """All that are not forgotten yet, newest first."""
        self._forget()
        with self._lock:
            return list(reversed(self._trials.values()))

    def cancel(self, trial: Trial) -> None:
        """Judge it no further; one that is over stays as it is."""
        trial.stop.now()
        with self._lock:
            if trial.state == "waiting":
                self._end(trial, "cancelled")

    def close(self) -> None:
        """Judge no more; what is being judged is given up."""
        self._closed = True
        for trial in self.trials():
            self.cancel(trial)
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join()

    def _run(self) -> None:
        while (trial := self._queue.get()) is not None and not self._closed:
            with self._lock:
                if trial.state != "waiting":
                    continue
                trial.state = "judging"
            self._one(trial)

    def _one(self, trial: Trial) -> None:
        def step(text: str) -> None:
            _, part, moment = text.split()
            trial.part, trial.moment = int(part), moment

        try:
            trial.body = errand.run(COMMAND, trial.wanted, step, trial.stop, WITHIN_S)
        except Failed as error:
            trial.error = str(error)
            if not trial.stop.told:
                log.error("rules could not be tried", trial=trial.number, reason=str(error))
        with self._lock:
            self._end(trial, "done" if trial.body else "cancelled" if trial.stop.told else "failed")
        self._forget()

    def _end(self, trial: Trial, state: State) -> None:
        trial.state, trial.ended_ms, trial.wanted = state, self._clock(), b""
        trial.over.set()

    def _forget(self) -> None:
        """What is old; and the oldest of those that are over, until few enough are left."""
        now_ms = self._clock()
        with self._lock:
            over = [one for one in self._trials.values() if one.ended_ms is not None]
            size = sum(len(one.body) for one in over)
            while over and (_old(over[0], now_ms) or len(over) > KEPT or (size > KEPT_BYTES and len(over) > 1)):
                oldest = over.pop(0)
                size -= len(oldest.body)
                del self._trials[oldest.number]


def _old(trial: Trial, now_ms: int) -> bool:
    return trial.ended_ms is not None and now_ms - trial.ended_ms > KEPT_MS
