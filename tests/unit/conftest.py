"""Unit tests do no I/O: a socket, a sleep, a process or a file outside the test's own folder fails the test."""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# Hypothesis keeps failing examples in a file; the seed it prints is enough to repeat them.
settings.register_profile("unit", database=None)
settings.load_profile("unit")

BANNED = {
    "socket.connect",
    "socket.bind",
    "socket.sendto",
    "time.sleep",
    "subprocess.Popen",
    "os.posix_spawn",
    "os.system",
}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC


class IoInUnitTest(AssertionError):
    """A unit test tried to reach the outside world."""


class _Guard:
    """An audit hook, which sees I/O from whichever library it comes. It cannot be taken out again, hence the switch."""

    def __init__(self) -> None:
        self.on = False
        self.own = ""

    def __call__(self, event: str, args: tuple[object, ...]) -> None:
        if not self.on:
            return
        if event in BANNED:
            raise IoInUnitTest(event)
        if event == "sqlite3.connect" and args[0] != ":memory:" and not self._ours(args[0]):
            raise IoInUnitTest(f"{event} {args[0]!r}")
        if event == "open" and isinstance(args[2], int) and args[2] & WRITING and not self._ours(args[0]):
            raise IoInUnitTest(f"writing {args[0]!r}")

    def _ours(self, target: object) -> bool:
        if isinstance(target, int):  # a descriptor: it was judged when it was opened
            return True
        path = os.fsdecode(target) if isinstance(target, bytes | str | os.PathLike) else ""
        # An import inside a test may write its byte code, and Hypothesis its tables of characters.
        return path.startswith(self.own) or "__pycache__" in path or ".hypothesis" in path or path == os.devnull


def _no_sleep(seconds: float) -> None:
    raise IoInUnitTest(f"time.sleep({seconds})")


_guard = _Guard()
sys.addaudithook(_guard)


@pytest.fixture(autouse=True)
def no_outside_world(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Files may be written in ``tmp_path`` only: what reads and writes files is tested there."""
    monkeypatch.setattr(time, "sleep", _no_sleep)
    _guard.own = str(tmp_path_factory.getbasetemp())
    _guard.on = True
    yield
    _guard.on = False


@pytest.fixture
def outside() -> Path:
    """A path that a unit test may not write."""
    return Path(tempfile.gettempdir()) / "not-the-tests-own-folder"
