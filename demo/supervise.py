"""Keeps the demo's processes running: starts them, restarts what dies, holds down what a scenario has taken away."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

FIRST_BACK_OFF_S = 0.2
LONGEST_BACK_OFF_S = 10.0
SETTLED_AFTER_S = 15.0
STOP_WITHIN_S = 6.0


@dataclass
class Child:
    """One process: how it is started and what became of it. Times are monotonic seconds."""

    name: str
    argv: Sequence[str]
    log: Path
    env: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    held: bool = False
    started: float = 0.0
    start_at: float = 0.0
    back_off_s: float = FIRST_BACK_OFF_S
    restarts: int = 0

    @property
    def running(self) -> bool:
        """Whether the process is there and has not ended."""
        return self.process is not None and self.process.poll() is None


@dataclass
class Supervisor:
    """``say`` tells the user; call :meth:`tick` often (each 100 ms or so)."""

    say: Callable[[str], None]
    children: dict[str, Child] = field(default_factory=dict)

    def start(self, name: str, argv: Sequence[str], log: Path, env: dict[str, str]) -> None:
        """Start ``python ARGV`` under ``name`` and keep it running."""
        self.run(name, [sys.executable, *argv], log, env)

    def run(self, name: str, argv: Sequence[str], log: Path, env: dict[str, str]) -> None:
        """The same with a program of any kind."""
        child = Child(name, argv, log, env)
        self.children[name] = child
        _launch(child)

    def tick(self) -> None:
        """Notice what died, and start it again after a back-off that doubles while it keeps dying."""
        now = time.monotonic()
        for child in self.children.values():
            if child.held or child.running:
                continue
            if child.process is not None:
                self._bury(child, now)
            elif now >= child.start_at:
                _launch(child)
                child.restarts += 1

    def hold(self, name: str) -> None:
        """Kill a process as a power cut would, and leave it down until :meth:`release`."""
        child = self.children[name]
        child.held = True
        if child.process is not None:
            child.process.kill()
            _collect(child)

    def release(self, name: str) -> None:
        """Start a held process again, now."""
        child = self.children[name]
        child.held = False
        _launch(child)

    def send(self, names: Sequence[str], number: signal.Signals) -> None:
        """Send a signal to those of ``names`` that run."""
        for child in (self.children[name] for name in names):
            if child.process is not None and child.running:
                child.process.send_signal(number)

    def stop(self, names: Sequence[str] | None = None) -> None:
        """End processes in order (default: all): SIGTERM, and after a few seconds SIGKILL. They are not started
        again; what never was started is left out.
        """
        chosen = [self.children[name] for name in names or self.children if name in self.children]
        for child in chosen:
            child.held = True
        self.send([child.name for child in chosen], signal.SIGTERM)
        deadline = time.monotonic() + STOP_WITHIN_S
        for child in chosen:
            if child.process is not None and not self._ended(child, deadline):
                self.say(f"{child.name} does not stop; ending it")
                child.process.kill()
            _collect(child)

    def pids(self) -> dict[str, int]:
        """The process number of everything that runs now."""
        return {
            name: child.process.pid
            for name, child in self.children.items()
            if child.process is not None and child.running
        }

    @staticmethod
    def _ended(child: Child, deadline: float) -> bool:
        try:
            if child.process is not None:
                child.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            return False
        return True

    def _bury(self, child: Child, now: float) -> None:
        status = _collect(child)
        if now - child.started > SETTLED_AFTER_S:
            child.back_off_s = FIRST_BACK_OFF_S
        child.start_at = now + child.back_off_s
        again = f"starting it again in {child.back_off_s:.1f} s"
        self.say(f"{child.name} died ({_reason(status)}); {again}{last_words(child.log)}")
        child.back_off_s = min(LONGEST_BACK_OFF_S, 2 * child.back_off_s)


def _launch(child: Child) -> None:
    with child.log.open("ab") as log:
        # Its own session: a Ctrl-C at the terminal reaches the demo alone, which then stops its processes in order.
        child.process = subprocess.Popen(
            child.argv,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=child.env,
            start_new_session=True,
        )
    child.started = time.monotonic()


def _collect(child: Child) -> int:
    if child.process is None:
        return 0
    status = child.process.wait()
    if child.process.stdin is not None:
        child.process.stdin.close()
    child.process = None
    return status


def _reason(status: int) -> str:
    return f"signal {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"


def last_words(log: Path) -> str:
    """The end of a process's log, indented, for the user."""
    lines = log.read_bytes()[-4000:].decode(errors="replace").splitlines()[-3:]
    return "".join(f"\n    | {line[:200]}" for line in lines)
