"""What the tests of the house share: a copy of the tree to break, and the tools that must notice."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

PACKAGES = ("contracts", "edge", "gateway", "dashboard_api", "firmware_config", "demo")
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def run() -> Run:
    """Run a tool of this environment: ``run(folder, "ruff", "check", …)``; its exit status is the caller's to judge."""

    def tool(folder: Path, name: str, *args: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
        program = Path(sys.executable).parent / name
        return subprocess.run(
            [program, *args], cwd=folder, input=given, capture_output=True, text=True, check=False, timeout=60
        )

    return tool


@pytest.fixture(scope="session")
def copy(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages and the tools' configuration, in a folder that may be broken; put back what you change."""
    folder = tmp_path_factory.mktemp("tree")
    for name in PACKAGES:
        shutil.copytree(root / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "static"))
    for name in (".importlinter", "pyproject.toml"):
        shutil.copy(root / name, folder / name)
    for neighbour in ("edge/planted_room.py", "edge/drivers/planted_room.py", "gateway/planted_room.py"):
        (folder / neighbour).touch()
    return folder


@pytest.fixture
def plant(copy: Path) -> Iterator[Callable[[str, str], None]]:
    """``plant(module, line)`` appends a line to a module of the copy, for the length of a test."""
    before: dict[Path, str | None] = {}

    def put(module: str, line: str) -> None:
        target = copy / module
        before[target] = target.read_text(encoding="utf-8") if target.exists() else None
        target.write_text(f"{before[target] or ''}\n{line}\n", encoding="utf-8")

    yield put
    for target, text in before.items():
        target.unlink() if text is None else target.write_text(text, encoding="utf-8")
