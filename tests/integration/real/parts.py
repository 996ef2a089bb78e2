"""One program of a village: started, killed as a power cut does, frozen, and started again on the same files."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[3]


def until(
    true: Callable[[], object], what: str, within_s: float = 45.0, instead: Callable[[], object] = lambda: ""
) -> None:
    """Wait for ``true``; if it never is, the test fails and says ``what`` it waited for and what there was
    ``instead``.
    """
    end = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end, f"waited {within_s:.0f} s in vain: {what}; {instead()}"
        time.sleep(0.1)


@dataclass
class Part:
    """``port``: where it listens once it is up; 0 when it listens nowhere. ``env`` comes on top of the environment."""

    name: str
    argv: list[str]
    folder: Path
    port: int = 0
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: Path = ROOT
    process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name}.log"

    @property
    def runs(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Start it, or let it go on, and wait until it listens."""
        self.launch()
        if self.port:
            until(self._listens, f"{self.name} listens at port {self.port}")

    def launch(self) -> None:
        """Start it, or let it go on."""
        self.thaw()
        if not self.runs:
            with self.log.open("ab") as log:
                # What follows its parent ends with this process, however that ends, since standard input closes.
                self.process = subprocess.Popen(
                    self.argv,
                    stdin=subprocess.PIPE,
                    stdout=log,
                    stderr=log,
                    cwd=self.cwd,
                    env={**os.environ, **self.env},
                )

    def kill(self) -> None:
        """As a power cut does."""
        if self.process is None:
            return
        self.process.kill()
        self.process.wait()
        if self.process.stdin:
            self.process.stdin.close()
        self.process = None

    def stop(self, within_s: float = 10.0) -> None:
        """As an orderly end does; what does not end in time is killed."""
        if self.process is not None and self.runs:
            self.thaw()
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(within_s)
        self.kill()

    def freeze(self) -> None:
        """Let it hang: its connections stay and nothing comes."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        if self.process is not None:
            self.process.send_signal(signal.SIGCONT)

    def last_words(self, lines: int = 15) -> str:
        """The end of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:]) if self.log.exists() else ""

    def _listens(self) -> bool:
        assert self.runs, f"{self.name} has ended:\n{self.last_words()}"
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False
