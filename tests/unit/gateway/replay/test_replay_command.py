"""The command: tables or JSON, other rules beside the shipped ones, and every mistake named."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gateway.replay import read, replay
from gateway.replay.main import main
from gateway.replay.report import text

Write = Callable[..., Path]


def line(clock: str, state: str, **more: Any) -> dict[str, Any]:
    return {"t": f"2026-10-01T{clock}+08:00", "device": "cam-01", "state": state, **more}


@pytest.fixture
def path(write: Write) -> Path:
    """A camera that is away from 05:00 to 06:00."""
    until = "2026-10-02T00:00:00+08:00"
    lines = [line("00:00:00", "up"), line("05:00:00", "down"), line("06:00:00", "up")]
    return write(*[{**one, "until": until} for one in lines])


@pytest.fixture
def patient(tmp_path: Path) -> Path:
    """Rules by which an hour without a camera is no fault."""
    rules = tmp_path / "patient.yaml"
    rules.write_text("for_s: {unreachable: 7200}\n")
    return rules


def test_tables_are_for_people(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(path)]) == 0
    shown = capsys.readouterr().out
    assert "2026-10-01 05:00:00  2026-10-01 06:00:00" in shown
    assert "Differences" not in shown
    assert main([str(path), "--lang", "zh"]) == 0
    assert "小学门口摄像头连接不上" in capsys.readouterr().out


def test_json_is_what_replay_returns(path: Path, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main([str(path), "--json", "-"]) == 0
    printed = capsysbinary.readouterr().out
    assert printed == text(replay(path))
    assert set(json.loads(printed)) == {"faults", "messages", "uptime"}
    assert main([str(path), "--json", str(tmp_path / "out.json")]) == 0
    assert (tmp_path / "out.json").read_bytes() == printed


def test_other_rules_show_what_the_shipped_ones_would_make(
    path: Path, patient: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(path), "--rules", str(patient)]) == 0
    before, _, after = capsys.readouterr().out.partition("Differences")
    assert "unreachable" not in before
    assert [row.split()[0] for row in after.splitlines() if "unreachable" in row] == ["-", "-", "-"]


def test_json_says_what_differs_when_asked(path: Path, patient: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(path), "--json", "-", "--compare", str(patient)]) == 0
    found = json.loads(capsys.readouterr().out)["differs"]
    assert [fault["code"] for fault in found["faults"]["+"]] == ["unreachable"]
    assert [message["kind"] for message in found["messages"]["+"]] == ["problem", "recovery"]
    assert found["faults"]["-"] == found["messages"]["-"] == []


def test_rules_compared_with_themselves_do_not_differ(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(path), "--json", "-", "--compare", "shipped"]) == 0
    none: dict[str, list[Any]] = {"+": [], "-": []}
    assert json.loads(capsys.readouterr().out)["differs"] == {"faults": none, "messages": none}


def test_mistakes_are_named_and_end_with_2(write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(line("05:00:00", "off"), line("05:00:00", "up", looks=0))
    assert main([str(path)]) == 2
    assert capsys.readouterr().err.splitlines() == [
        f"{path}:2: state: must be one of up, degraded, down, unknown",
        f"{path}:3: looks: Expected `int` >= 1",
    ]
    (tmp_path / "rules.yaml").write_text("hold: 3\n")
    assert main([str(path), "--rules", str(tmp_path / "rules.yaml")]) == 2
    assert "rules.yaml:1: hold: unknown key" in capsys.readouterr().err


def test_what_cannot_be_written_ends_with_1(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(path), "--json", str(tmp_path / "none" / "out.json")]) == 1
    assert "cannot be written" in capsys.readouterr().err


def test_progress_is_shown_while_a_long_file_is_read(write: Write) -> None:
    told: list[int] = []
    read(write(*[line("05:00:00", "up")] * 20_000), told=told.append)
    assert told == [10_000, 20_000]
