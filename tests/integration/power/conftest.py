"""Disks whose power can be cut and that can be full; writers in processes of their own."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from demo.loop_mount import LoopMount, why_not

Disks = Callable[[int], LoopMount]


@pytest.fixture(scope="session")
def loop_devices() -> None:
    """Skips where no disk can be made."""
    if reason := why_not():
        pytest.skip(reason)


@pytest.fixture
def new_disk(loop_devices: None, tmp_path: Path) -> Iterator[Disks]:  # noqa: ARG001  # it skips
    """Makes a disk of so many MiB; it is given back at the end."""
    made: list[LoopMount] = []

    def make(size_mib: int) -> LoopMount:
        folder = tmp_path / f"disk-{len(made)}"
        folder.mkdir()
        made.append(LoopMount.make(folder, size_mib))
        return made[-1]

    yield make
    for disk in made:
        disk.close()


@pytest.fixture
def start(root: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts a writer of this folder with its arguments; what still runs is killed at the end."""
    running: list[subprocess.Popen[bytes]] = []

    def starter(name: str, *arguments: object) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"tests.integration.power.{name}", *map(str, arguments)]
        running.append(subprocess.Popen(command, cwd=root, stderr=subprocess.DEVNULL))
        return running[-1]

    yield starter
    for process in running:
        process.kill()
        process.wait()
