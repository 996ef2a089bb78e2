"""The shell scripts, as shellcheck sees them."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest


@pytest.fixture
def shellcheck(root: Path) -> list[str]:
    found = shutil.which("shellcheck")
    if found is None:
        reason = "shellcheck is not installed (scripts/test installs it as root on Debian)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return [found, "--external-sources", f"--source-path={root}"]


def _scripts(root: Path) -> list[Path]:
    return sorted(path for path in (root / "scripts").iterdir() if path.is_file() and path.suffix != ".py")


def test_shellcheck_has_nothing_to_say(shellcheck: list[str], root: Path) -> None:
    said = subprocess.run([*shellcheck, *_scripts(root)], cwd=root, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout


def test_shellcheck_would_speak_of_a_mistake(shellcheck: list[str], tmp_path: Path) -> None:
    bad = tmp_path / "bad"
    bad.write_text("#!/bin/bash\nrm -rf $1/*\n", encoding="utf-8")
    assert subprocess.run([*shellcheck, bad], capture_output=True, text=True, check=False).returncode == 1
