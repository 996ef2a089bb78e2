"""The command that makes the published figures, and judges that know nothing before it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest


def evaluated(out: Path, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "demo.evaluate", "--json", str(out), *more]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=1000)


@pytest.mark.long
@pytest.mark.timeout(1100)
@pytest.mark.parametrize("control", ["never", "always", "nc"])
@pytest.mark.parametrize("what", [("--drawn", "--kinds", "asphalt"), ("--days", "1")])
def test_a_judge_that_knows_nothing_fails(tmp_path: Path, what: tuple[str, ...], control: str) -> None:
    said = evaluated(tmp_path / "out.json", *what, "--control", control)
    assert said.returncode == 1, said.stderr
    assert "not reached" in said.stdout
    figures = json.loads((tmp_path / "out.json").read_text())["figures"]
    assert any(figure["met"] is False for figure in figures)


def test_a_folder_without_clips_is_a_mistake(tmp_path: Path) -> None:
    said = evaluated(tmp_path / "out.json", "--clips", str(tmp_path))
    assert said.returncode == 2
    assert "no clips in this folder" in said.stderr
