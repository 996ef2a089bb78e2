"""The generated units: systemd itself has nothing to say about them."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

SYSTEM = Path("/lib/systemd/system")


@pytest.fixture
def analyze() -> str:
    found = shutil.which("systemd-analyze")
    if found is None or not SYSTEM.is_dir():
        pytest.skip("systemd-analyze is not installed")
    return found


def test_systemd_says_nothing(analyze: str, generated: Callable[..., Path], tmp_path: Path) -> None:
    site, tree = generated(), tmp_path / "root"
    units, python = tree / "etc" / "systemd" / "system", tree / "opt" / "vsm" / "venv" / "bin" / "python"
    shutil.copytree(site / "systemd", units)
    (units / "vsm-edge@n-01.service").symlink_to("vsm-edge@.service")
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\n", encoding="utf-8")
    python.chmod(0o755)
    ours = tree / "usr" / "lib" / "systemd" / "system"
    ours.mkdir(parents=True)
    for unit in (*SYSTEM.glob("*.target"), *SYSTEM.glob("*.slice")):
        shutil.copy(unit, ours)
    names = ["vsm-edge@n-01.service", "vsm-gateway.service", "vsm-dashboard.service"]
    command = [analyze, "verify", f"--root={tree}", "--man=no", *names]
    said = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"})
    assert (said.returncode, said.stdout, said.stderr) == (0, "", "")
