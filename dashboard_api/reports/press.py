"""Drawing PDFs: each in a process of its own, one after another, and what is asked for twice is drawn once."""

import hashlib
import queue
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
from dashboard_api.reports.sheet import Sheet

COMMAND = (sys.executable, "-m", "dashboard_api.reports.main")
WITHIN_S = 600.0
# Jobs that wait or are drawn, and jobs that are remembered once they are over.
WAITING, KEPT, KEPT_BYTES = 8, 64, 48 * 1024 * 1024
State = Literal["waiting", "drawing", "done", "failed"]
OVER: frozenset[State] = frozenset({"done", "failed"})
log = structlog.get_logger(__name__)


class Unprintable(Exception):
    """It could not be drawn; the text says why."""


class Busy(Exception):
    """Too many are waiting."""


@dataclass(slots=True)
class Job:
    """One PDF to be. ``number``: hash of its sheet; ``step``: what is being done, as WeasyPrint says it; ``for_``: who
    may have it."""

    number: str
    name: str
    sheet: Sheet | None
    state: State = "waiting"
    step: str = ""
    body: bytes = b""
    error: str = ""
    for_: set[str] = field(default_factory=set)
    over: threading.Event = field(default_factory=threading.Event)


class Press:
    """Takes sheets and remembers what became of them; its thread begins with the first."""

    def __init__(self) -> None:
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._stop = Stop()
        self._thread: threading.Thread | None = None

    def submit(self, sheet: Sheet, name: str, for_: str) -> Job:
        """The job of ``sheet``, which was there already or waits now; raises :class:`Busy`. ``name``: of the file."""
        number = hashlib.sha256(msgspec.json.encode(sheet)).hexdigest()[:32]
        with self._lock:
            job = self._jobs.get(number)
            if job is None or job.state == "failed":
                if sum(1 for one in self._jobs.values() if one.state not in OVER) >= WAITING:
                    raise Busy
                job = self._jobs[number] = Job(number, name, sheet)
                self._begin()
                self._queue.put(job)
            job.for_.add(for_)
            self._jobs.move_to_end(number)
            return job

    def job(self, number: str) -> Job | None:
        """A job that is not forgotten yet."""
        with self._lock:
            return self._jobs.get(number)

    def close(self) -> None:
        """Draw no more; what is being drawn is given up."""
        self._stop.now()
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join()

    def _begin(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="press", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while (job := self._queue.get()) is not None and not self._stop.told:
            self._one(job)

    def _one(self, job: Job) -> None:
        def step(text: str) -> None:
            job.step = text

        assert job.sheet is not None  # noqa: S101  # it is given up only here
        job.state = "drawing"
        try:
            job.body = draw(job.sheet, step, self._stop)
            job.state = "done"
        except Unprintable as error:
            job.state, job.error = "failed", str(error)
            log.error("a report could not be drawn", name=job.name, reason=str(error))
        finally:
            job.sheet = None
            job.over.set()
            self._forget()

    def _forget(self) -> None:
        """The oldest of those that are over, until few enough are left."""
        with self._lock:
            over = [job for job in self._jobs.values() if job.state in OVER]
            size = sum(len(job.body) for job in over)
            while len(over) > KEPT or (size > KEPT_BYTES and len(over) > 1):
                oldest = over.pop(0)
                size -= len(oldest.body)
                del self._jobs[oldest.number]


def draw(sheet: Sheet, step: Callable[[str], None], stop: Stop, within_s: float = WITHIN_S) -> bytes:
    """The PDF of a sheet, drawn by another process. Raises :class:`Unprintable`."""
    try:
        return errand.run(COMMAND, msgspec.json.encode(sheet), step, stop, within_s)
    except Failed as error:
        raise Unprintable(str(error)) from error
