"""Something that takes long, done by a process of its own: fed by standard input, heard until it ends, and ended where
somebody says so or it takes too long."""

import subprocess
import tempfile
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress

# Nothing of ours, which holds secrets, goes into a process that needs none.
ENVIRONMENT = {"LANG": "C.UTF-8"}


class Failed(Exception):
    """It could not be done; the text says why."""


class Stop:
    """Tells a process to end."""

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


def run(command: Sequence[str], given: bytes, step: Callable[[str], None], stop: Stop, within_s: float) -> bytes:
    """What ``command`` writes on standard output; its lines that begin with ``Step`` go to ``step``. Raises
    :class:`Failed`."""
    with tempfile.TemporaryFile() as out:
        try:
            process = subprocess.Popen(  # noqa: S603  # our own modules, by this interpreter
                command, stdin=subprocess.PIPE, stdout=out, stderr=subprocess.PIPE, env=ENVIRONMENT
            )
        except OSError as error:
            raise Failed(f"the process cannot be started: {error}") from error
        clock = threading.Timer(within_s, process.kill)
        clock.start()
        stop.watch(process)
        try:
            said = _told(process, given, step)
        finally:
            stop.watch(None)
            clock.cancel()
        if process.returncode:
            raise Failed(_why(process.returncode, said, within_s))
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
