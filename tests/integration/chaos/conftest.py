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

    process: subprocess.Popen[str]
    file: Path

    def end(self) -> tuple[int, str]:
        """Its exit status and what it said."""
        said, _ = self.process.communicate()
        return self.process.returncode, said

    @property
    def result(self) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads(self.file.read_text(encoding="utf-8"))
        return loaded


@pytest.fixture
def chaos(mosquitto: Path, influxd: Path, tmp_path: Path) -> Iterator[Callable[..., Chaos]]:  # noqa: ARG001  # it needs both
    """Begins a run; several may go on beside each other."""
    started: list[Chaos] = []

    def begin(*options: str) -> Chaos:
        file = tmp_path / f"{len(started)}.json"
        argv = [sys.executable, "-m", "demo.chaos", *options, "--json", str(file)]
        process = subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        started.append(Chaos(process, file))
        return started[-1]

    yield begin
    for one in started:
        if one.process.poll() is None:
            one.process.terminate()
            one.process.communicate()
