"""Statements over HTTP: every second, codes, recording, clocks, months; what cannot be stated is said in a sentence."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from dashboard_api.auth import sign_in
from gateway.main import main
from gateway.months import freeze
from gateway.store import AuditWanted, Batch, FaultEnd, FaultOpen, IntervalFill, WindowSet
from gateway.uptime.months import digest
from tests.integration.dashboard_api.conftest import Town, bearer

MINUTE = 60_000
STATEMENT = "/api/v1/cameras/cam-01/statement"


def ms(text: str) -> int:
    return round(datetime.fromisoformat(f"{text}+08:00").timestamp()) * 1000


EVENING, NOW = ms("2026-10-12T21:15"), ms("2026-11-09T10:00")
WINDOW = {"from": "2026-10-12T21:15:00+08:00", "to": "2026-10-12T21:40:00+08:00"}


@pytest.fixture
def lived(town: Town) -> Town:
    """cam-01 from 12 October on: frozen 21:20 to 21:30, not recorded 21:25 to 21:35; out of service in November."""
    town.fixed_ms = NOW
    first, frozen, well = EVENING - 60 * MINUTE, EVENING + 5 * MINUTE, EVENING + 15 * MINUTE
    town.was("cam-01", (first, frozen, "up", None), (frozen, well, "down", "frozen"), (well, None, "up", None))
    begin, end = EVENING + 10 * MINUTE, EVENING + 20 * MINUTE
    gap = FaultOpen("cam-01", "camera", "j-01", "not_recorded", None, 2, begin)
    town.store.record(Batch(NOW, faults=[gap, FaultEnd("cam-01", "not_recorded", None, end, end)]))
    out = WindowSet("out_of_service", "cam-01", ms("2026-11-06T00:00"), None, NOW, "li")
    town.store.record(Batch(NOW, windows=[out]))
    freeze(town.store, town.village, ms("2026-11-05T00:00"))
    return town


@pytest.fixture
def police(lived: Town, resident: TestClient) -> TestClient:
    resident.headers.update(bearer(lived, resident, "police"))
    return resident


def ask(client: TestClient, begin: str, end: str, **more: str) -> Any:
    return client.get(STATEMENT, params={"from": begin, "to": end, **more})


def test_every_second_has_its_class_its_code_and_its_recording(police: TestClient) -> None:
    found = police.get(STATEMENT, params=WINDOW).json()["statement"]
    told = [(one["from"][11:19], one["seconds"], one["class"], one["code"], one["recording"]) for one in found["lines"]]
    assert told == [
        ("21:15:00", 300, "up", None, "no_gap_reported"),
        ("21:20:00", 300, "down", "frozen", "no_gap_reported"),
        ("21:25:00", 300, "down", "frozen", "missing"),
        ("21:30:00", 300, "up", None, "missing"),
        ("21:35:00", 300, "up", None, "no_gap_reported"),
    ]
    assert [found[name] for name in "SUDKMO"] == [1500, 900, 600, 0, 0, 0]
    assert (found["known"], found["down_by"]) == (60.0, {"frozen": 600})
    assert found["clock"] == {"measured": [], "camera_off": [], "ours_off": []}


def test_the_month_it_lies_in_is_named_with_its_revision(police: TestClient, lived: Town) -> None:
    (month,) = police.get(STATEMENT, params=WINDOW).json()["statement"]["months"]
    assert month == {"month": "2026-10", "revision": 1, "hash": lived.store.months()[0].hash}
    across = ask(police, "2026-10-31T23:50:00+08:00", "2026-11-01T00:10:00+08:00").json()["statement"]["months"]
    assert [(one["month"], one["revision"]) for one in across] == [("2026-10", 1), ("2026-11", None)]


def test_a_window_without_a_second_of_service_has_no_percentage(police: TestClient) -> None:
    window = ("2026-11-07T00:00:00+08:00", "2026-11-07T01:00:00+08:00")
    found = ask(police, *window).json()["statement"]
    assert (found["S"], found["O"], found["known"], found["coverage"]) == (0, 3600, None, None)
    page = police.get(f"{STATEMENT}.html", params={"from": window[0], "to": window[1]}).text
    assert "这段时间里没有应运行的时间，所以没有比率" in page
    assert "100.000" not in page


def test_what_lies_before_its_first_record_is_unknown_and_said_so(police: TestClient) -> None:
    window = {"from": "2026-10-12T20:00:00+08:00", "to": "2026-10-12T20:30:00+08:00"}
    found = police.get(STATEMENT, params=window).json()["statement"]
    assert (found["K"], found["unknown_by"], found["first"]) == (900, {"no_record": 900}, "2026-10-12T20:15:00+08:00")
    assert "在此之前的时间列为未知，不表示它有故障" in police.get(f"{STATEMENT}.html", params=window).text


def test_the_future_is_left_out_and_said_so(police: TestClient) -> None:
    window = {"from": "2026-11-09T09:00:00+08:00", "to": "2026-11-09T23:00:00+08:00"}
    found = police.get(STATEMENT, params=window).json()["statement"]
    assert (found["to"], sum(line["seconds"] for line in found["lines"])) == ("2026-11-09T10:00:00+08:00", 3600)
    assert "之后的时间还没有到来" in police.get(f"{STATEMENT}.html", params=window).text


def test_another_area_is_refused(lived: Town, resident: TestClient) -> None:
    token = sign_in.invite(lived.store, "police", 1, lived.now_ms(), ["j-02"])
    mine = {"Authorization": f"Bearer {resident.post('/api/v1/sign-in', json={'token': token}).json()['token']}"}
    assert resident.get(STATEMENT, params=WINDOW, headers=mine).status_code == 403


def test_who_drew_what_is_in_the_audit_log(police: TestClient, lived: Town) -> None:
    drawn = police.get(STATEMENT, params=WINDOW).json()
    (row,) = lived.store.audit(0, 10, AuditWanted(actions=("statement drawn",)))
    assert (row.who, row.role, row.subject) == ("police-1", "police", "cam-01")
    assert json.loads(row.detail) == {"as": "json", **WINDOW, "hash": drawn["hash"]}


@pytest.fixture
def config(root: Path, tmp_path: Path) -> Path:
    path, inventory = tmp_path / "gateway.yaml", root / "firmware_config" / "villages" / "three-junctions.yaml"
    path.write_text(f"inventory: {inventory}\ndatabase: sqlite:///{tmp_path}/gateway.db\n", encoding="utf-8")
    return path


Said = tuple[int, str]


def verified(config: Path, file: Path, capsys: pytest.CaptureFixture[str]) -> Said:
    status = main(["statement", "--verify", str(file), "--config", str(config)])
    said = capsys.readouterr()
    return status, said.out + said.err


def test_a_saved_statement_is_checked_and_a_changed_one_found_out(
    police: TestClient, config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, answer = tmp_path / "statement.json", police.get(STATEMENT, params=WINDOW)
    file.write_bytes(answer.content)
    status, said = verified(config, file, capsys)
    assert status == 0
    assert "drawn 2026-11-09T10:00:00+08:00 by police-1 (audit log, row" in said
    assert "drawn again today it would say the same" in said
    file.write_text(json.dumps(answer.json(), indent=4, ensure_ascii=False), encoding="utf-8")
    assert verified(config, file, capsys)[0] == 0
    changed = answer.json()
    changed["statement"]["D"] = 0
    file.write_text(json.dumps(changed), encoding="utf-8")
    status, said = verified(config, file, capsys)
    assert (status, "it was changed after it was drawn" in said) == (1, True)


def test_a_statement_with_a_hash_made_to_fit_was_never_drawn_here(
    police: TestClient, config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    forged = police.get(STATEMENT, params=WINDOW).json()
    forged["statement"]["D"] = 0
    body = json.dumps(forged["statement"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    forged["hash"] = digest(body.encode())
    file = tmp_path / "statement.json"
    file.write_text(json.dumps(forged), encoding="utf-8")
    status, said = verified(config, file, capsys)
    assert (status, "no statement with this hash was ever drawn here" in said) == (1, True)


def test_a_statement_that_late_data_overtook_is_still_what_was_drawn(
    police: TestClient, lived: Town, config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "statement.json"
    file.write_bytes(police.get(STATEMENT, params=WINDOW).content)
    over = IntervalFill("cam-01", EVENING, EVENING + MINUTE, "down", "black", over=True)
    lived.store.record(Batch(NOW, intervals=[over]))
    status, said = verified(config, file, capsys)
    assert status == 0
    assert "drawn again today it would differ in D, U, coverage" in said or "would differ in D, U, down_by" in said


NO_STATEMENTS = [("{", "is no statement"), ('{"statement":{},"hash":""}', "it lacks village")]


@pytest.mark.parametrize(("body", "said"), NO_STATEMENTS)
@pytest.mark.usefixtures("lived")
def test_what_is_no_statement_is_said(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], body: str, said: str
) -> None:
    file = tmp_path / "statement.json"
    file.write_text(body, encoding="utf-8")
    status, told = verified(config, file, capsys)
    assert (status, said in told) == (2, True)
    assert "cannot read" in verified(config, tmp_path / "none.json", capsys)[1]
