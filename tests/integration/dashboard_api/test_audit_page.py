"""The audit log as a page: filters, sentences, pages, the chain, and what is taken along."""

import csv
import hashlib
import io
import json
import sqlite3
from pathlib import Path

import msgspec
import pytest
from fastapi.testclient import TestClient

from dashboard_api.web.audit.routes import PAGE
from gateway.store import Deed
from tests.integration.dashboard_api.conftest import Town, bearer
from tests.integration.dashboard_api.people import account, signs_in

NIGHT = 1_795_380_000_000


def did(town: Town, who: str, action: str, subject: str = "", **more: object) -> None:
    role = str(more.pop("role", "maintenance"))
    at_ms = more.pop("at_ms", town.now_ms())
    assert isinstance(at_ms, int)
    detail = msgspec.json.encode(more).decode() if more else ""
    town.store.note(Deed(at_ms, who, role, action, subject, detail=detail))


@pytest.fixture
def chief(still_town: Town, resident: TestClient) -> TestClient:
    """An administrator, after some things were done."""
    account(still_town, "li.wei", "maintenance", display="李伟")
    did(still_town, "li.wei", "signed in", "li.wei", at_ms=NIGHT, address="192.0.2.7")
    did(still_town, "li.wei", "on_site", "F-2026-0007", comment="<b>门锁着</b>")
    did(still_town, "li.wei", "refused forwarded", "F-2026-0007", reason="state")
    did(still_town, "police-1", "photo viewed", "F-2026-0007", role="police")
    did(still_town, "police-1", "statement drawn", "cam-01", role="police", **{"as": "pdf"})
    did(still_town, "somebody", "a deed without words", "wl-01")
    resident.headers.update(bearer(still_town, resident, "admin"))
    return resident


def test_each_entry_reads_as_a_sentence(chief: TestClient) -> None:
    page = chief.get("/admin/audit?lang=zh").text
    for sentence in ("李伟 登录", "李伟 登记到达现场：F-2026-0007", " 查看了 F-2026-0007 的照片"):
        assert sentence in page, sentence
    english = chief.get("/admin/audit?lang=en").text
    for sentence in (
        "is on site for F-2026-0007",
        "looked at a photo of F-2026-0007",
        "somebody: a deed without words",
    ):
        assert sentence in english, sentence
    assert "192.0.2.7" in page
    assert "&lt;b&gt;门锁着" in page
    assert "<b>门锁着" not in page


def test_what_was_not_done_says_so(chief: TestClient) -> None:
    page = chief.get("/admin/audit?result=refused&lang=zh").text
    assert "李伟 转交了 F-2026-0007——未照办" in page
    assert "登记到达现场：F" not in page.partition("entries")[2].partition("</ol>")[0]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("who=li.wei", 3),
        ("who=li.wei&result=done", 2),
        ("role=police", 2),
        ("action=photo+viewed", 1),
        ("subject=F-2026-0007", 3),
        ("from=2026-11-23&to=2026-11-23&who=li.wei", 3),
        ("from=2026-11-24&who=li.wei", 0),
        ("to=2026-11-22&who=li.wei", 0),
    ],
)
def test_filters_find_the_same_on_the_page_and_in_both_files(chief: TestClient, query: str, found: int) -> None:
    page = chief.get(f"/admin/audit?{query}").text
    assert page.count('<li id="e-') == found
    link = page.partition('href="/api/v1/audit.csv?')[2].partition('"')[0].replace("&amp;", "&")
    rows = list(csv.DictReader(io.StringIO(chief.get(f"/api/v1/audit.csv?{link}").text.removeprefix("\ufeff"))))
    lines = [json.loads(line) for line in chief.get(f"/api/v1/audit.jsonl?{link}").text.splitlines()]
    assert len(rows) == len(lines) == found
    assert [row["hash"] for row in rows] == [line["hash"] for line in lines]


def test_the_file_of_the_page_holds_what_the_page_shows(chief: TestClient) -> None:
    page = chief.get("/admin/audit?who=li.wei&result=done&from=2026-11-23&to=2026-11-23").text
    link = page.partition('href="/api/v1/audit.jsonl?')[2].partition('"')[0].replace("&amp;", "&")
    lines = [json.loads(line) for line in chief.get(f"/api/v1/audit.jsonl?{link}").text.splitlines()]
    assert [line["action"] for line in lines] == ["signed in", "on_site"]


def test_taking_it_along_is_written_down_with_its_filters(still_town: Town, chief: TestClient) -> None:
    chief.get("/api/v1/audit.csv?who=li.wei&result=refused")
    last = still_town.store.audit(limit=500)[-1]
    assert (last.role, last.action) == ("admin", "audit log exported")
    assert json.loads(last.detail) == {"as": "csv", "who": ["li.wei"], "refused": True}


def test_the_chain_can_be_computed_again_from_the_file(chief: TestClient) -> None:
    before = ""
    lines = [json.loads(line) for line in chief.get("/api/v1/audit.jsonl").text.splitlines()]
    for line in lines:
        row = [line[name] for name in ("id", "at_ms", "who", "role", "action", "subject", "place", "detail")]
        before = hashlib.sha256(
            json.dumps([before, *row], ensure_ascii=False, separators=(",", ":")).encode()
        ).hexdigest()
        assert before == line["hash"]
    assert len(lines) > 6


def test_a_whole_chain_is_said_to_be_whole_and_is_remembered(still_town: Town, chief: TestClient) -> None:
    assert "还没有核对过" in chief.get("/admin/audit?lang=zh").text
    count = len(still_town.store.audit(limit=500))
    assert f"第 1 至第 {count} 条全部完好" in chief.get("/admin/audit?verify=true").text
    did(still_town, "li.wei", "signed out")
    assert f"第 1 至第 {count} 条全部完好" in chief.get("/admin/audit").text


def test_a_row_that_was_changed_is_named(still_town: Town, chief: TestClient, tmp_path: Path) -> None:
    row = next(row for row in still_town.store.audit(limit=500) if row.action == "photo viewed")
    with sqlite3.connect(tmp_path / "gateway.db") as db:
        db.execute("UPDATE audit SET who = 'nobody' WHERE id = ?", (row.id,))
    page = chief.get("/admin/audit?verify=true&lang=zh").text
    assert f"第 {row.id} 条与写入时不符" in page
    assert f'href="/admin/audit?before={row.id + 1}#e-{row.id}"' in page
    assert 'class=" bad-entry"' in page


def test_pages_go_back_to_the_first_entry_and_no_row_is_twice(still_town: Town, chief: TestClient) -> None:
    for number in range(2 * PAGE):
        did(still_town, "grafana", "signed in", str(number))
    seen: list[str] = []
    address = "/admin/audit?who=grafana"
    while address:
        page = chief.get(address).text
        seen += [part.partition('"')[0] for part in page.split('<li id="e-')[1:]]
        older = page.rpartition('href="/admin/audit?')[2].partition('"')[0].replace("&amp;", "&")
        address = f"/admin/audit?{older}" if "before=" in older and len(seen) < 2 * PAGE else ""
    assert len(seen) == len(set(seen)) == 2 * PAGE
    assert seen == sorted(seen, key=int, reverse=True)


def test_days_that_are_none_are_named(chief: TestClient) -> None:
    wrong = chief.get("/admin/audit?from=gestern&to=2026-11-01&lang=zh")
    assert (wrong.status_code, "请写日期" in wrong.text) == (422, True)
    assert chief.get("/admin/audit?from=2026-11-02&to=2026-11-01").status_code == 422


def test_it_is_for_administrators_of_the_whole_village(still_town: Town, resident: TestClient) -> None:
    for role in ("police", "maintenance", "electrician", "duty_desk", "safety_centre"):
        headers = bearer(still_town, resident, role)
        for path in ("/admin/audit", "/admin/audit?verify=true", "/api/v1/audit.jsonl"):
            assert resident.get(path, headers=headers).status_code == 403, (role, path)
    assert resident.get("/admin/audit").status_code == 401
    account(still_town, "half", "admin", "j-01")
    signs_in(resident, "half")
    assert resident.get("/admin/audit").status_code == 403
