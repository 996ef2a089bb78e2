"""Drawing PDFs: each in a process of its own, one after another, and what is asked for twice is drawn once."""

import hashlib
import queue
import subprocess
import sys
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

import msgspec
import structlog

from dashboard_api.reports.sheet import Sheet

COMMAND = (sys.executable, "-m", "dashboard_api.reports.main")
# Nothing of ours, which holds secrets, goes into a process that needs none.
ENVIRONMENT = {"LANG": "C.UTF-8"}
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


class Stop:
    """Tells a process that is drawing to end."""

    def __init__(self) -> None:
        self.told = False
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def now(self) -> None:
        """End it, and let none begin."""
        with self._lock:
            self.told = True
            if self._process is not None:
                self._process.kill()

    def watch(self, process: subprocess.Popen[bytes] | None) -> None:
        """This one, None = none any more."""
        with self._lock:
            self._process = process
            if self.told and process is not None:
                process.kill()


def draw(sheet: Sheet, step: Callable[[str], None], stop: Stop, within_s: float = WITHIN_S) -> bytes:
    """The PDF of a sheet, drawn by another process. Raises :class:`Unprintable`."""
    with tempfile.TemporaryFile() as out:
        try:
            process = subprocess.Popen(  # noqa: S603  # our own module, by this interpreter
                COMMAND, stdin=subprocess.PIPE, stdout=out, stderr=subprocess.PIPE, env=ENVIRONMENT
            )
        except OSError as error:
            raise Unprintable(f"the process that draws cannot be started: {error}") from error
        clock = threading.Timer(within_s, process.kill)
        clock.start()
        stop.watch(process)
        try:
            said = _told(process, msgspec.json.encode(sheet), step)
        finally:
            stop.watch(None)
            clock.cancel()
        if process.returncode:
            raise Unprintable(_why(process.returncode, said, within_s))
        out.seek(0)
        return out.read()


def _told(process: subprocess.Popen[bytes], given: bytes, step: Callable[[str], None]) -> str:
    """Feed it, hear its steps until it ends; the last line that was none."""
    assert process.stdin is not None  # noqa: S101  # it is a pipe
    assert process.stderr is not None  # noqa: S101  # as above
    said = ""
    with process:
        with suppress(BrokenPipeError):
            process.stdin.write(given)
            process.stdin.close()
        for raw in process.stderr:
            line = raw.decode("utf-8", "replace").strip()
            if line.startswith("Step "):
                step(line)
            elif line:
                said = line
    return said


def _why(status: int, said: str, within_s: float) -> str:
    if status < 0:
        why = f"it took longer than {within_s:g} s, or the machine has too little memory"
        return f"it was ended by signal {-status}: {why}"
    return said or f"it ended with {status}"
