"""Month reports over HTTP: the list, JSON, files, changes, areas, the audit log, and why there is none."""

import io
import json
from datetime import datetime
from typing import Any

import openpyxl
import pytest
from fastapi.testclient import TestClient

from dashboard_api.auth import sign_in
from gateway.months import freeze
from gateway.store import AuditWanted, Batch, IntervalFill, WindowSet
from tests.integration.dashboard_api.conftest import Town, bearer

HOUR = 3_600_000


def ms(text: str) -> int:
    return round(datetime.fromisoformat(f"{text}+08:00").timestamp()) * 1000


OCTOBER, DAY_5, LATER = ms("2026-10-01T00:00"), ms("2026-11-05T00:00"), ms("2026-11-09T10:00")
MONTH = "/api/v1/reports/2026-10"


@pytest.fixture
def lived(town: Town) -> Town:
    """An October of three cameras, frozen twice: cam-01 was frozen for two hours, cam-02's came late."""
    town.fixed_ms = LATER
    at = OCTOBER + 10 * HOUR
    town.was(
        "cam-01", (OCTOBER, at, "up", None), (at, at + 2 * HOUR, "down", "frozen"), (at + 2 * HOUR, None, "up", None)
    )
    town.was(
        "cam-02", (OCTOBER, at, "up", None), (at, at + 9 * HOUR, "unknown", None), (at + 9 * HOUR, None, "up", None)
    )
    town.was("cam-03", (OCTOBER, None, "up", None))
    freeze(town.store, town.village, DAY_5)
    late = IntervalFill("cam-02", at + HOUR, at + 2 * HOUR, "down", "black")
    town.store.record(Batch(LATER, intervals=[late]))
    freeze(town.store, town.village, LATER)
    return town


@pytest.fixture
def police(lived: Town, resident: TestClient) -> TestClient:
    resident.headers.update(bearer(lived, resident, "police"))
    return resident


def of_area(town: Town, client: TestClient, area: str) -> dict[str, str]:
    token = sign_in.invite(town.store, "police", 1, town.now_ms(), [area])
    return {"Authorization": f"Bearer {client.post('/api/v1/sign-in', json={'token': token}).json()['token']}"}


def audited(town: Town) -> list[Any]:
    return [json.loads(row.detail) for row in town.store.audit(0, 100, AuditWanted(actions=("month report drawn",)))]


def test_months_are_listed_newest_first_with_their_revisions(police: TestClient, lived: Town) -> None:
    items = police.get("/api/v1/reports").json()["items"]
    assert [(one["month"], one["provisional"], len(one["revisions"])) for one in items] == [
        ("2026-11", True, 0),
        ("2026-10", False, 2),
    ]
    assert [one["hash"] for one in items[1]["revisions"]] == [row.hash for row in lived.store.months()]


def test_the_newest_revision_is_told_unless_another_is_named(police: TestClient, lived: Town) -> None:
    newest, first = police.get(MONTH).json(), police.get(MONTH, params={"revision": 1}).json()
    assert [(one["revision"], one["hash"]) for one in (first, newest)] == [
        (row.revision, row.hash) for row in lived.store.months()
    ]
    downs = [{camera["camera"]: camera["D"] for camera in one["cameras"]} for one in (first, newest)]
    assert [(one["cam-01"], one["cam-02"]) for one in downs] == [(7200, 0), (7200, 3600)]
    assert newest["cameras"][0]["down_by"] == {"frozen": 7200}
    total = newest["total"]
    assert newest["fleet"] == round(100 * total["U"] / (total["U"] + total["D"]), 3)


def test_the_running_month_says_that_it_may_change(police: TestClient) -> None:
    found = police.get("/api/v1/reports/2026-11").json()
    assert (found["provisional"], found["revision"], found["hash"]) == (True, None, None)
    assert found["to"] == "2026-11-09T10:00:00+08:00"


def test_what_a_revision_changed_is_told_by_figure(police: TestClient) -> None:
    items = police.get(f"{MONTH}/changes", params={"before": 1, "after": 2}).json()["items"]
    assert {"camera": "cam-02", "field": "D", "before": 0, "after": 3600} in items
    assert {one["camera"] for one in items} == {"cam-02"}


SENTENCES = [
    ("/api/v1/reports/2026-12", 404, "future", "2026-12 has not begun: it begins 2026-12-01T00:00:00+08:00"),
    ("/api/v1/reports/2026-09", 404, "before", "nothing is stored of 2026-09: the first record is of 2026-10-01"),
    ("/api/v1/reports/October", 422, "bad_name", "'October' is no month; write year and month, such as 2026-10"),
    (f"{MONTH}?revision=3", 404, "no_revision", "2026-10 has revisions 1 to 2; there is no revision 3"),
    (f"{MONTH}/changes?before=2&after=9", 404, "no_revision", "there is no revision 9"),
    (f"{MONTH}/report.pdf?revision=3", 404, "no_revision", "there is no revision 3"),
]


@pytest.mark.parametrize(("path", "status", "reason", "text"), SENTENCES)
def test_why_there_is_no_report_is_a_sentence(
    police: TestClient, path: str, status: int, reason: str, text: str
) -> None:
    answer = police.get(path)
    assert (answer.status_code, answer.json()["reason"]) == (status, reason)
    assert answer.headers["content-type"] == "application/problem+json"
    assert text in answer.json()["detail"]


def test_a_file_of_a_frozen_revision_is_sent_once_and_noted_each_time(police: TestClient, lived: Town) -> None:
    first = police.get(f"{MONTH}/report.csv", params={"lang": "en"})
    again = police.get(f"{MONTH}/report.csv", params={"lang": "en"}, headers={"If-None-Match": first.headers["etag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    other = police.get(f"{MONTH}/report.csv", params={"revision": 1}, headers={"If-None-Match": first.headers["etag"]})
    assert other.status_code == 200
    told = [(one["as"], one.get("lang"), one["revision"], one["hash"]) for one in audited(lived)]
    newest, oldest = lived.store.months()[1].hash, lived.store.months()[0].hash
    assert told == [("csv", "en", 2, newest), ("csv", "en", 2, newest), ("csv", "zh", 1, oldest)]


def test_a_workbook_says_what_the_json_says(police: TestClient) -> None:
    book = openpyxl.load_workbook(io.BytesIO(police.get(f"{MONTH}/report.xlsx", params={"lang": "en"}).content))
    head, *rows = book["Cameras"].iter_rows(values_only=True)
    told = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
    for camera in police.get(MONTH).json()["cameras"]:
        row = told[camera["camera"]]
        assert [row[f"{name} s"] for name in ("In service S", "Up U", "Down D", "Unknown K")] == [
            camera[name] for name in "SUDK"
        ]
        assert row["Known U/(U+D) %"] == camera["known"]
    assert told["all"]["Down D s"] == 3 * 3600


def test_a_workbook_has_numbers_with_units_and_dates_of_the_village(police: TestClient, lived: Town) -> None:
    late = WindowSet("planned", "j-01", OCTOBER + 30 * HOUR, OCTOBER + 31 * HOUR, OCTOBER + 30 * HOUR, "li")
    lived.store.record(Batch(LATER, windows=[late]))
    freeze(lived.store, lived.village, LATER + 1)
    book = openpyxl.load_workbook(io.BytesIO(police.get(f"{MONTH}/report.xlsx", params={"lang": "en"}).content))
    facts = {row[0].value: row[1] for row in book["Facts"].iter_rows()}
    assert facts["Begins (UTC+8)"].value == datetime(2026, 10, 1)  # noqa: DTZ001  # a spreadsheet's date has no zone
    assert facts["Frozen (UTC+8)"].value == datetime(2026, 11, 9, 10)  # noqa: DTZ001  # as above
    assert all(facts[name].is_date for name in ("Begins (UTC+8)", "Until (UTC+8)", "Frozen (UTC+8)"))
    head, first, *_ = book["Cameras"].iter_rows()
    cells = {name.value: cell for name, cell in zip(head, first, strict=True)}
    assert (cells["Uptime %"].value, cells["Uptime %"].number_format) == (99.731, '0.000" %"')
    assert (cells["Down D s"].value, cells["Down D s"].number_format) == (7200, '#,##0" s"')
    assert {
        cell.data_type for name, cell in cells.items() if name.endswith((" s", " %")) and cell.value is not None
    } == {"n"}
    _, (target, begin, approved) = book["Late approvals"].iter_rows()
    assert (target.value, begin.is_date, approved.is_date) == ("j-01", True, True)
    assert begin.value == datetime(2026, 10, 2, 6)  # noqa: DTZ001  # as above
    _, (*_, seconds) = list(book["Gaps by cause"].iter_rows())[:2]
    assert (seconds.value, seconds.data_type) == (7200, "n")


def test_somebody_with_an_area_gets_their_cameras_in_every_form(lived: Town, resident: TestClient) -> None:
    theirs = of_area(lived, resident, "j-02")
    found = resident.get(MONTH, headers=theirs).json()
    assert ([one["camera"] for one in found["cameras"]], found["part"]) == (["cam-02"], True)
    table = resident.get(f"{MONTH}/report.csv", headers=theirs)
    assert "cam-02" in table.text
    assert "cam-01" not in table.text
    page = resident.get(f"{MONTH}/report.html", headers=theirs).text
    assert "cam-01" not in page
    assert "仅本人负责区域内的摄像头" in page
    whole = resident.get(f"{MONTH}/report.csv", headers=bearer(lived, resident, "police"))
    assert whole.headers["etag"] != table.headers["etag"]
    changed = resident.get(
        f"{MONTH}/changes", params={"before": 1, "after": 2}, headers=of_area(lived, resident, "j-01")
    )
    assert changed.json()["items"] == []


def test_the_printable_page_loads_nothing_but_its_style(police: TestClient) -> None:
    answer = police.get(f"{MONTH}/report.html")
    assert "style-src 'self'" in answer.headers["content-security-policy"]
    assert ("<script" in answer.text, " style=" in answer.text) == (False, False)
    assert "第 2 版" in answer.text
    assert "暂计" not in answer.text
    assert "暂计，截至 2026-11-09 10:00" in police.get("/api/v1/reports/2026-11/report.html").text
