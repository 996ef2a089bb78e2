import subprocess
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from edge.check_camera.main import main
from edge.check_camera.texts import CODES, FIGURES, STATES, WORDS

ROOT = Path(__file__).parents[3]


def test_it_says_what_the_node_would_report_and_writes_a_picture(
    cameras: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VSM_SECRET_CAM_01", "vsm:ge-heim")
    server = cameras("/cam", login="vsm:ge-heim")
    out = tmp_path / "out.jpg"
    argv = [server.url("/cam"), "--login", "cam-01", "--seconds", "4", "--language", "zh", "--picture", str(out)]
    assert main(argv) == 0
    said = capsys.readouterr()
    assert "状态: 正常 (up)" in said.out
    assert "每秒画面 (fps): 5" in said.out
    assert "ge-heim" not in said.out + said.err
    picture = cv2.imread(str(out))
    assert picture is not None
    assert picture.shape[1] == 960
    assert picture.shape[0] > 540


def test_a_wrong_password_is_tried_once_even_for_the_picture(
    cameras: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VSM_SECRET_CAM_01", "vsm:wrong")
    server = cameras("/cam", login="vsm:ge-heim")
    argv = [server.url("/cam"), "--login", "cam-01", "--seconds", "2", "--language", "en", "--picture", "x.jpg"]
    assert main(argv) == 1
    assert "wrong password" in capsys.readouterr().out
    assert len(server.server.book.failed_logins) == 1


def test_a_picture_file_is_looked_at_without_a_display(tmp_path: Path) -> None:
    path = tmp_path / "dark.png"
    cv2.imwrite(str(path), np.zeros((180, 320, 3), np.uint8))
    argv = [sys.executable, "-m", "edge.check_camera", str(path), "--seconds", "3", "--language", "en"]
    said = subprocess.run(argv, cwd=ROOT, env={}, capture_output=True, text=True, check=False, timeout=60)
    assert said.returncode == 1, said.stderr
    assert "found: the picture is black (black)" in said.stdout


def test_a_login_in_the_address_is_a_wrong_call(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rtsp://admin:ge-heim@10.0.0.7/1", "--language", "en"]) == 2
    said = capsys.readouterr()
    assert "must not hold a login" in said.err
    assert "ge-heim" not in said.err


def test_every_word_is_said_in_both_languages() -> None:
    assert all(zh and en for table in (CODES, FIGURES, STATES, WORDS) for zh, en in table.values())
