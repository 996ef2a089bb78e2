"""A front's settings, and the box's part of them: every mistake at once, and what to do about it."""

from pathlib import Path

import pytest

from dashboard_api.main import main


def said(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> list[str]:
    path = tmp_path / "x.yaml"
    path.write_text(text)
    assert main(["--config", str(path), "--check"]) == 2
    return [line.split(": ")[1] for line in capsys.readouterr().err.splitlines()]


def test_every_mistake_of_a_front_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "role: front\nkey: short\nstale_after_s: 0\npublic_url: village\ninventory: x\n"
    assert said(tmp_path, capsys, text) == ["key", "public_url", "stale_after_s", "inventory"]


def test_every_mistake_of_the_boxs_link_to_it_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "inventory: x\ndatabase: y\nfront:\n  url: http://village.example\n  key: short\n  wait_s: 0\n"
    assert said(tmp_path, capsys, text) == ["front.url", "front.key", "front.wait_s"]


def test_check_says_what_it_would_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "front.yaml"
    path.write_text(f"role: front\nkey: {'k' * 40}\nfolder: kept\npublic_url: https://village.example\n")
    assert main(["--config", str(path), "--check"]) == 0
    told = capsys.readouterr().out
    assert str(tmp_path / "kept") in told
    assert "https://village.example" in told
    assert "k" * 40 not in told


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "kept").write_text("a file")
    path = tmp_path / "front.yaml"
    path.write_text(f"role: front\nkey: {'k' * 40}\nfolder: kept\n")
    assert main(["--config", str(path)]) == 1
    assert "set folder to one that is yours" in capsys.readouterr().err
