import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from demo.folder import sweep, workfolder

HOLD = """
import time
from demo.folder import workfolder
with workfolder(keep=False) as folder:
    print(folder, flush=True)
    time.sleep(60)
"""


@pytest.fixture(autouse=True)
def own_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def test_a_folder_goes_with_its_demo() -> None:
    with workfolder(keep=False) as folder:
        assert folder.is_dir()
    assert not folder.exists()


def test_a_kept_folder_stays_and_is_never_swept(capsys: pytest.CaptureFixture[str]) -> None:
    with workfolder(keep=True) as folder:
        pass
    assert sweep() == []
    assert capsys.readouterr().out == f"kept: {folder}\n"


def test_what_a_killed_demo_left_is_removed_and_what_a_living_one_has_is_not() -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD], stdout=subprocess.PIPE, text=True) as demo:
        assert demo.stdout is not None
        folder = Path(demo.stdout.readline().strip())
        assert sweep() == []
        os.kill(demo.pid, signal.SIGKILL)
    with workfolder(keep=False):
        assert not folder.exists()


def test_a_folder_without_a_lock_is_not_ours_to_remove(own_root: Path) -> None:
    (own_root / "vsm-demo-somebody").mkdir()
    assert sweep() == []
