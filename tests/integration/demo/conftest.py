import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]


class Demo:
    """A running demo: its output so far, its processes, and in the end its exit status and report."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.report_file = folder / "report.json"
        argv = [sys.executable, "-m", "demo", *options, "--report", str(self.report_file)]
        self.process = subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.output = ""
        self._status: int | None = None

    def read_until(self, text: str) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.output += line
            if text in line:
                return
        raise AssertionError(f"the demo ended without {text!r}:\n{self.output}")

    def end(self) -> int:
        """Wait for it; its exit status."""
        if self._status is None:
            rest, _ = self.process.communicate()
            self.output += rest
            self._status = self.process.returncode
        return self._status

    @property
    def report(self) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads(self.report_file.read_text(encoding="utf-8"))
        return loaded

    def children(self) -> list[int]:
        return [
            int(pid) for pid in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        ]

    def folder(self) -> Path:
        """Its working directory, as its processes are told of it."""
        for pid in self.children():
            for word in Path(f"/proc/{pid}/cmdline").read_text().split("\0"):
                if word.endswith("gateway.yaml"):
                    return Path(word).parent
        raise AssertionError("no gateway runs")

    def pid_of(self, name: str) -> int:
        """The process whose settings file is ``name``.yaml; one that is being started again is waited for."""
        end = time.monotonic() + 15
        while time.monotonic() < end:
            for pid in self.children():
                with contextlib.suppress(FileNotFoundError):
                    if f"/{name}.yaml".encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
                        return pid
            time.sleep(0.1)
        raise AssertionError(f"no {name} among {self.children()}")


@contextlib.contextmanager
def starting(folders: pytest.TempPathFactory) -> Iterator[Callable[..., Demo]]:
    """Starts demos; those that still run at the end are killed."""
    started: list[Demo] = []

    def begin(*options: str) -> Demo:
        started.append(Demo(folders.mktemp("demo"), *options))
        return started[-1]

    yield begin
    for demo in started:
        if demo.process.poll() is None:
            demo.process.kill()
        demo.process.wait()
        if demo.process.stdout is not None:
            demo.process.stdout.close()


@pytest.fixture
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Demo]]:
    with starting(tmp_path_factory) as begin:
        yield begin


@pytest.fixture(scope="module")
def start_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Demo]]:
    """For demos that several tests of a module look at."""
    with starting(tmp_path_factory) as begin:
        yield begin
