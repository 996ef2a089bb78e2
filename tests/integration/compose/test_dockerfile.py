"""The Dockerfile's steps, run by hand in a scratch folder: what it copies is there, what it runs works."""

import fnmatch
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.compose.composefile import Stage

TARGETS = ["gateway", "dashboard_api"]


def ignored(root: Path, name: str) -> bool:
    """Whether .dockerignore keeps ``name`` out; its last line that fits decides, as docker has it."""
    lines = (root / ".dockerignore").read_text(encoding="utf-8").splitlines()
    kept_out = False
    for line in (line for line in lines if line and not line.startswith("#")):
        pattern = line.removeprefix("!")
        parts = [name, *(str(parent) for parent in Path(name).parents)]
        if any(fnmatch.fnmatch(part, pattern.replace("**/", "*")) for part in parts):
            kept_out = not line.startswith("!")
    return kept_out


def sources(stages: dict[str, Stage]) -> list[str]:
    """What is copied from the tree."""
    return [name for stage in stages.values() for copy in stage.copies for name in copy[:-1] if "--from" not in copy[0]]


def test_what_is_copied_is_there_and_not_kept_out(root: Path, stages: dict[str, Stage]) -> None:
    names = sources(stages)
    assert len(names) == 10
    assert not [name for name in names if not (root / name).exists() or ignored(root, name)]


@pytest.mark.parametrize("name", [".git", ".env", "site/ca/ca.key", "gateway/__pycache__/x.pyc", "tests", "docs"])
def test_what_an_image_does_not_need_is_kept_out(root: Path, name: str) -> None:
    assert ignored(root, name)


def test_it_runs_as_a_user_that_is_not_root(stages: dict[str, Stage]) -> None:
    assert [stages[target].user for target in TARGETS] == ["10001:10001"] * 2


def test_every_package_of_the_build_is_pinned_by_hash(stages: dict[str, Stage]) -> None:
    first, second = stages["build"].runs
    assert "--require-hashes" in first
    assert "--only-binary :all:" in first
    assert "--no-deps --no-build-isolation" in second


@pytest.mark.long
@pytest.mark.timeout(900)
def test_its_steps_make_an_environment_that_runs(root: Path, stages: dict[str, Stage], tmp_path: Path) -> None:
    """As it stands but for the paths, and for the lock of the Python that is here."""
    # Outside the test's own environment: it stands for the image's Python.
    python = Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}"
    here = f"py{sys.version_info.major}{sys.version_info.minor}"

    def mapped(text: str) -> str:
        moved = text.replace("/src", f"{tmp_path}/src").replace("/venv", f"{tmp_path}/venv")
        return moved.replace("py313", here).replace("python -m", f"{python} -m")

    for *names, target in stages["build"].copies:
        for name in map(mapped, names):
            _copy(root / name, Path(mapped(target)))
    environment = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")}
    for step in map(mapped, stages["build"].runs):
        said = subprocess.run(["/bin/sh", "-c", step], env=environment, capture_output=True, text=True, check=False)
        assert said.returncode == 0, said.stdout + said.stderr
    for target in TARGETS:
        entry = [mapped(word) for word in stages[target].entrypoint]
        said = subprocess.run([*entry, "--help"], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (said.returncode, "--config" in said.stdout) == (0, True), said.stderr


def _copy(source: Path, target: Path) -> None:
    """As COPY: a folder's content goes into the target, a file into it by its name."""
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        target.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)
