"""The harness as a command: what it says and how it ends."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]


@dataclass
class Chaos:
    """A run under way."""

    process: subprocess.Popen[bytes]
    file: Path
    log: Path

    def end(self) -> tuple[int, str]:
        """Its exit status and what it said."""
        status = self.process.wait()
        return status, self.log.read_text(encoding="utf-8")

    @property
    def result(self) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads(self.file.read_text(encoding="utf-8"))
        return loaded


@pytest.fixture
def chaos(mosquitto: Path, influxd: Path, tmp_path: Path) -> Iterator[Callable[..., Chaos]]:  # noqa: ARG001  # it needs both
    """Begins a run; several may go on beside each other."""
    started: list[Chaos] = []

    def begin(*options: str) -> Chaos:
        file, log = tmp_path / f"{len(started)}.json", tmp_path / f"{len(started)}.log"
        argv = [sys.executable, "-m", "demo.chaos", *options, "--json", str(file)]
        with log.open("wb") as said:
            process = subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=said)
        started.append(Chaos(process, file, log))
        return started[-1]

    yield begin
    for one in started:
        if one.process.poll() is None:
            one.process.terminate()
        one.process.wait()
