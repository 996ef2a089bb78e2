"""The police's other pages: now, possible sabotage, response times, the archive; who may see them, and of what."""

import re

import pytest
from fastapi.testclient import TestClient

from dashboard_api.auth.roles import ROLES
from gateway.months import freeze
from gateway.store import Batch, DueOrder, FaultAcknowledge, FaultEnd, FaultOpen, FaultRoot, IntervalFill, WindowSet
from gateway.uptime.months import digest
from tests.integration.dashboard_api.conftest import Town
from tests.integration.dashboard_api.people import account, signs_in
from tests.integration.dashboard_api.test_access import sign_in_by_page
from tests.integration.dashboard_api.test_police_month import DAY, HOUR, NOVEMBER, OCTOBER, PASTS
from tests.integration.dashboard_api.test_police_statement import words

PAGES = ("/police", "/police/month", "/police/statement", "/police/archive")
MINUTE = 60_000


@pytest.fixture
def police(still_town: Town, resident: TestClient) -> TestClient:
    """Somebody of the police station in a browser, who reads English."""
    still_town.all_well()
    sign_in_by_page(still_town, resident, "police")
    resident.get("/?lang=en")
    return resident


def part(page: str, begin: str, end: str) -> str:
    return words(f"<main{page[page.index(begin) : page.index(end)]}</main>")


def test_down_and_unknown_stand_apart(still_town: Town, police: TestClient) -> None:
    still_town.was("cam-01", (still_town.now_ms() - HOUR, None, "down", "frozen"))
    still_town.sees("cam-01", "down", codes=("frozen",), for_s=3600)
    fault = still_town.breaks("cam-01", "frozen", ago_s=3600)
    still_town.was("cam-02", (still_town.now_ms() - 300_000, None, "unknown", None))
    still_town.sees("cam-02", "unknown", for_s=300, age_s=300)
    page = police.get("/police").text
    down, unknown = part(page, 'id="offline-now"', 'id="unknown-now"'), part(page, 'id="unknown-now"', 'id="sabotage"')
    assert (
        "School gate camera School gate · cam-01 picture is frozen since 13:08, for 1 h last word just now Failed"
        in down
    )
    assert f"Fault {fault.id}" in down
    assert "Service point camera" in unknown
    assert "Service point camera" not in down


def test_what_is_planned_is_not_counted(still_town: Town, police: TestClient) -> None:
    now = still_town.now_ms()
    still_town.sees("cam-01", "down", codes=("black",))
    planned = WindowSet("planned", "cam-01", now - HOUR, now + HOUR, now - 2 * HOUR, "li")
    still_town.store.record(Batch(at_ms=now, windows=[planned]))
    page = police.get("/police").text
    assert "Usable now 2 /2" in words(page)
    assert "No camera is known to be down" in words(page)


def test_a_gateway_that_is_silent_makes_nothing_down(still_town: Town, police: TestClient) -> None:
    assert still_town.fixed_ms is not None
    still_town.fixed_ms += 10 * MINUTE
    page = words(police.get("/police").text)
    assert "Usable now 0 /3" in page
    assert "nothing new from the gateway" in page


def test_possible_sabotage_names_the_road_and_both_cameras(still_town: Town, police: TestClient) -> None:
    now = still_town.now_ms()
    batch = Batch(at_ms=now)
    batch.faults.append(FaultOpen("r-1", "road", "j-01", "sabotage", None, 2, now - HOUR, latched=False))
    for device, code, ago in (("cam-01", "occluded", 60), ("cam-02", "moved", 54)):
        at = now - ago * MINUTE
        junction = still_town.village.places()[device].junction
        batch.faults.append(FaultOpen(device, "camera", junction, code, None, 2, at, latched=False))
        batch.faults.append(FaultRoot(device, code, None, "r-1", at))
    still_town.store.record(batch)
    old = FaultOpen("cam-03", "camera", "j-03", "view_lost", None, 2, now - 31 * DAY, latched=False)
    over = FaultEnd("cam-03", "view_lost", None, now - 31 * DAY + HOUR, now - 31 * DAY + HOUR)
    still_town.store.record(Batch(at_ms=now, faults=[old, over]))
    shown = part(police.get("/police").text, 'id="sabotage"', 'id="replies"')
    for word in ("School gate camera 13:08 · is covered", "Service point camera 13:14 · has been turned", "F-2026-"):
        assert word in shown
    assert "Dyke 2" not in shown, "more than 30 days ago"


def _handled(town: Town, code: str, opened: int, minutes: int) -> None:
    opening = FaultOpen("cam-01", "camera", "j-01", code, None, 2, opened, latched=False, reopen_ms=0)
    town.store.record(Batch(at_ms=opened, faults=[opening]))
    number = town.faults("open")[0].id
    taken, over = opened + minutes * MINUTE, opened + 3 * HOUR
    town.store.record(Batch(at_ms=taken, faults=[FaultAcknowledge(number, "li", taken, None, measured_dead=False)]))
    town.store.record(Batch(at_ms=over, faults=[FaultEnd("cam-01", code, None, over, over)]))
    fault = town.store.fault(number)
    assert fault is not None
    town.store.move_orders([DueOrder(number, fault.version, "verified")], over + HOUR)


def test_response_times_are_by_severity_and_month(still_town: Town, police: TestClient) -> None:
    for n in range(10):
        _handled(still_town, "frozen", NOVEMBER + n * DAY, n + 1)
    shown = part(police.get("/police").text, 'id="replies"', "</main>")
    assert "November 2026 This shift 10 half in 5 min 90 % in 9 min 10 of them none yet none yet half in 4 h" in shown


def test_too_few_give_no_median_and_no_percentile(still_town: Town, police: TestClient) -> None:
    for n in range(4):
        _handled(still_town, "frozen", NOVEMBER + n * DAY, n + 1)
    shown = part(police.get("/police").text, 'id="replies"', "</main>")
    assert "This shift 4 too few 4 of them" in shown
    assert "half in" not in shown


def _two_revisions(town: Town) -> None:
    for device, pieces in PASTS.items():
        town.was(device, *pieces)
    freeze(town.store, town.village, NOVEMBER + 5 * DAY)
    late = IntervalFill("cam-02", OCTOBER + 10 * HOUR, OCTOBER + 60 * HOUR, "down", "frozen")
    town.store.record(Batch(at_ms=NOVEMBER + 8 * DAY, intervals=[late]))
    freeze(town.store, town.village, NOVEMBER + 9 * DAY)


def test_the_archive_lists_revisions_and_their_files(still_town: Town, police: TestClient) -> None:
    _two_revisions(still_town)
    page = police.get("/police/archive").text
    rows = [row for row in still_town.store.months() if row.month == "2026-10"]
    assert [row.hash in page for row in rows] == [True, True]
    assert "not as it was frozen" not in words(page)
    assert "/police/month/2026-10/pdf?revision=2" in page
    body = police.get("/police/archive/2026-10/1.json")
    assert digest(body.content) == rows[0].hash
    assert [row.action for row in still_town.store.audit()][-1] == "month fetched"


def test_a_revision_says_what_it_changed(still_town: Town, police: TestClient) -> None:
    _two_revisions(still_town)
    page = words(police.get("/police/archive/2026-10/2").text)
    assert "Service point camera cam-02 Down D 0 s 2 d 2 h" in page
    assert "Down: picture is frozen — 2 d 2 h" in page
    assert "Coverage 86.559 % 93.280 %" in page
    assert "This is the first revision" in words(police.get("/police/archive/2026-10/1").text)


def test_a_month_that_somebody_changed_is_not_believed(still_town: Town, police: TestClient) -> None:
    _two_revisions(still_town)
    assert "not as it was frozen" not in police.get("/police/archive").text
    with still_town.store._write.begin() as db:
        db.exec_driver_sql("update months set body = replace(body, '\"D\":180000', '\"D\":1') where revision = 2")
    assert "not as it was frozen" in police.get("/police/archive").text


def test_a_month_that_cannot_be_read_is_said_to_be_spoilt(still_town: Town, police: TestClient) -> None:
    _two_revisions(still_town)
    with still_town.store._write.begin() as db:
        db.exec_driver_sql("update months set body = 'nonsense', hash = 'x' where revision = 2")
    assert "was changed and cannot be read" in police.get("/police/month?month=2026-10").text


def test_a_revision_that_is_not_there_is_not_found(police: TestClient) -> None:
    assert police.get("/police/archive/2026-10/1").status_code == 404
    assert police.get("/police/archive/2026-10/1.json").status_code == 404


def test_residents_are_asked_to_sign_in(resident: TestClient) -> None:
    for path in (*PAGES, "/police/statement/cam-01", "/police/archive/2026-10/1", "/police/archive/2026-10/1.json"):
        assert resident.get(path).status_code == 401, path


def test_everybody_who_may_look_sees_them(still_town: Town, resident: TestClient) -> None:
    for role in ROLES:
        sign_in_by_page(still_town, resident, role)
        assert [resident.get(path).status_code for path in PAGES] == [200] * len(PAGES), role


def test_the_police_begin_at_their_own_page(still_town: Town, resident: TestClient) -> None:
    account(still_town, "wang", "police")
    assert signs_in(resident, "wang").headers["location"] == "/police"
    assert 'href="/police/month"' in resident.get("/staff/devices").text
    asked = "/staff/devices?kind=camera"
    resident.cookies.clear()
    assert signs_in(resident, "wang", next=asked).headers["location"] == asked


def test_an_area_bounds_every_page(still_town: Town, resident: TestClient) -> None:
    _two_revisions(still_town)
    still_town.all_well()
    account(still_town, "wang", "police", "j-01")
    signs_in(resident, "wang")
    for path in ("/police", "/police/month?month=2026-10", "/police/statement", "/police/archive/2026-10/2"):
        page = resident.get(path).text
        assert ("cam-02" in page, "cam-03" in page) == (False, False), path
    assert "cam-01" in resident.get("/police/month?month=2026-10").text
    window = "from=2026-10-05T03:00&to=2026-10-05T05:00"
    assert resident.get(f"/police/statement/cam-02?{window}").status_code == 403
    assert resident.get(f"/police/statement/cam-01?{window}").status_code == 200
    assert resident.get("/police/archive/2026-10/1.json").status_code == 403
    assert "1 台" in re.sub(r"<[^>]+>", "", resident.get("/police/month?month=2026-10&lang=zh").text)
