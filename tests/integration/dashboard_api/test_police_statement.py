"""The police's statement: every second of it, in the form that asks for it and on the sheet that is printed."""

import html
import json
import re

import pytest
from fastapi.testclient import TestClient

from contracts.inventory import Village
from gateway.months import freeze
from gateway.reports.statement import told
from gateway.reports.window import Asked, draw
from gateway.store import Batch, CameraClock, FaultOpen, WindowSet
from gateway.uptime import uptime
from tests.integration.dashboard_api.conftest import Town
from tests.integration.dashboard_api.people import account, signs_in
from tests.integration.dashboard_api.test_access import sign_in_by_page
from tests.integration.dashboard_api.test_police_month import DAY, HOUR, NOVEMBER, OCTOBER, PASTS

MINUTE = 60_000
FORM = "/police/statement"
MEASURED = ((-25, 9000), (-5, 1200), (1, 2400))


@pytest.fixture
def october(still_town: Town) -> Town:
    for device, pieces in PASTS.items():
        still_town.was(device, *pieces)
    return still_town


@pytest.fixture
def police(october: Town, resident: TestClient) -> TestClient:
    """Somebody of the police station in a browser, who reads English."""
    sign_in_by_page(october, resident, "police")
    resident.get("/?lang=en")
    return resident


def words(page: str) -> str:
    """What a reader sees of the main part."""
    main = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", main)))


def sheet(police: TestClient, camera: str, begin: str, end: str) -> str:
    answer = police.get(f"{FORM}/{camera}", params={"from": begin, "to": end})
    assert answer.status_code == 200, answer.text
    return answer.text


def pieces(page: str) -> list[list[str]]:
    """The table's lines."""
    table = page[page.index('<table class="table pieces">') :]
    table = table[: table.index("</table>")]
    lines = re.findall(r"<tr>(.*?)</tr>", table[table.index("<tbody>") :], re.DOTALL)
    return [[words(f"<main>{cell}</main>").strip() for cell in re.findall(r"<td.*?</td>", line)] for line in lines]


def test_every_second_is_in_the_table_once(october: Town, police: TestClient) -> None:
    found = pieces(sheet(police, "cam-01", "2026-10-05T03:00:00+08:00", "2026-10-05T11:30:00+08:00"))
    begin, end = OCTOBER + 99 * HOUR, OCTOBER + 107 * HOUR + 30 * MINUTE
    spans = uptime(october.store.intervals("cam-01", begin, end), begin, end).spans
    assert [int(line[2]) for line in found] == [span.seconds for span in spans] == [3600, 21600, 5400]
    assert [line[3] for line in found] == ["up", "down", "up"]
    assert found[1][4] == "frozen School gate camera shows a frozen picture"
    assert [line[5] for line in found] == ["no gap reported"] * 3
    assert [line[1] for line in found[:-1]] == [line[0] for line in found[1:]]


def test_the_command_line_states_the_same(october: Town, police: TestClient) -> None:
    page = sheet(police, "cam-02", "2026-10-01T08:00:00+08:00", "2026-10-05T18:00:00+08:00")
    place = october.village.places()["cam-02"]
    asked = Asked(place, OCTOBER + 8 * HOUR, OCTOBER + 114 * HOUR)
    printed = "\n".join(told(draw(october.store, october.village, asked), "en"))
    assert draw(october.store, october.village, asked).hash in page
    assert draw(october.store, october.village, asked).hash in printed
    lines = re.findall(r"^(\S+)  (\S+) +(\d+) s  (\w+)", printed, re.MULTILINE)
    shown = pieces(page)
    assert [(line[2], line[3]) for line in shown] == [(seconds, word) for _, _, seconds, word in lines]
    assert [line[0].replace(" ", "T") + "+08:00" for line in shown] == [begin for begin, *_ in lines]


def test_missing_recordings_stand_beside_it(october: Town, police: TestClient) -> None:
    begin = OCTOBER + 98 * HOUR
    gap = FaultOpen("cam-01", "camera", "j-01", "not_recorded", None, 2, begin, latched=False)
    october.store.record(Batch(at_ms=begin, faults=[gap]))
    page = sheet(police, "cam-01", "2026-10-05T01:00:00+08:00", "2026-10-05T03:00:00+08:00")
    assert [(line[2], line[5]) for line in pieces(page)] == [("3600", "no gap reported"), ("3600", "not recorded")]
    assert "Recordings were reported missing for 1 h" in words(page)


def test_a_clock_that_nobody_measured_is_said_not_to_be(police: TestClient) -> None:
    page = words(sheet(police, "cam-01", "2026-10-05T01:00:00", "2026-10-05T03:00:00"))
    assert "Error of the camera's clock Not measured." in page


def test_what_was_measured_of_a_clock_is_told_with_its_moments(october: Town, police: TestClient) -> None:
    begin = OCTOBER + 97 * HOUR
    known = [CameraClock("cam-01", begin + hours * HOUR, error) for hours, error in MEASURED]
    october.store.record(Batch(at_ms=begin, clocks=known))
    page = words(sheet(police, "cam-01", "2026-10-05T01:00:00", "2026-10-05T03:00:00"))
    said = "+1.2 … +2.4 s against the clock of its node, measured 2026-10-04 20:00:00 to 2026-10-05 02:00:00"
    assert said in page


def test_a_clock_that_was_measured_too_long_ago_is_not_vouched_for(october: Town, police: TestClient) -> None:
    begin = OCTOBER + 97 * HOUR
    october.store.record(Batch(at_ms=begin, clocks=[CameraClock("cam-01", begin - 25 * HOUR, 9000)]))
    page = words(sheet(police, "cam-01", "2026-10-05T01:00:00", "2026-10-05T03:00:00"))
    assert "Error of the camera's clock Not measured." in page


def test_each_one_that_is_drawn_is_in_the_audit_log(october: Town, police: TestClient) -> None:
    page = sheet(police, "cam-01", "2026-10-05T01:00:00", "2026-10-05T03:00:00")
    [row] = [row for row in october.store.audit() if row.action == "statement drawn"]
    assert (row.role, row.subject) == ("police", "cam-01")
    told = json.loads(row.detail)
    assert (told["as"], told["from"], told["to"]) == ("page", "2026-10-05T01:00:00+08:00", "2026-10-05T03:00:00+08:00")
    assert told["hash"] in page
    police.get(f"{FORM}/cam-01", params={"from": "2027-10-05T01:00:00", "to": "2027-10-05T03:00:00"})
    assert len([row for row in october.store.audit() if row.action == "statement drawn"]) == 1


def test_the_form_leads_to_the_sheet(police: TestClient) -> None:
    typed = {"camera": "cam-01", "day": "2026-10-05", "from": "21:15", "to": "0:40:30", "until": "2026/10/6"}
    answer = police.get(FORM, params=typed, follow_redirects=False)
    assert answer.status_code == 303
    page = police.get(answer.headers["location"])
    assert "2026-10-05 21:15:00 to 2026-10-06 00:40:30" in words(page.text)


MISTAKES: list[tuple[dict[str, str], dict[str, str]]] = [
    ({"camera": "", "from": "21:15", "to": "21:40", "day": "2026-10-05"}, {"camera": "Choose a camera"}),
    ({"camera": "cam-99"}, {"camera": "there is no camera cam-99"}),
    ({"camera": "wl-01"}, {"camera": "wl-01 is no camera"}),
    ({"day": "2026-02-31"}, {"day": "There is no such day"}),
    ({"day": "", "from": ""}, {"day": "Fill in the day", "from": "Fill in the time"}),
    ({"from": "25:00", "to": "21.40"}, {"from": "There is no such time", "to": "There is no such time"}),
    ({"from": "21:40", "to": "21:15"}, {"to": "the end must be later than the beginning"}),
    ({"day": "2026-12-24"}, {"from": "this time has not come yet"}),
    ({"day": "2026-09-01", "until": "2026-11-05"}, {"to": "a statement covers 62 days at most"}),
    ({"day": "9999-12-31", "to": "24:00"}, {"day": "There is no such day"}),
]


def test_every_mistake_stands_beside_its_field(police: TestClient) -> None:
    for typed, wrong in MISTAKES:
        whole = {"camera": "cam-01", "day": "2026-10-05", "from": "21:15", "to": "21:40", "until": "", **typed}
        answer = police.get(FORM, params=whole)
        said = {name: words(f"<main>{text}</main>") for name, text in _beside(answer.text).items()}
        assert (answer.status_code, set(said)) == (422, set(wrong)), typed
        assert {name: text for name, text in wrong.items() if text not in said[name]} == {}, typed


def _beside(page: str) -> dict[str, str]:
    return dict(re.findall(r'<p class="wrong" id="(\w+)-wrong">(.*?)</p>', page, re.DOTALL))


def test_nothing_that_was_typed_is_lost(police: TestClient) -> None:
    typed = {"camera": "cam-02", "day": "5.10.26", "from": "quarter past", "to": "21:40", "until": "2026-10-06"}
    page = police.get(FORM, params=typed).text
    for name in ("day", "from", "to", "until"):
        assert re.search(rf'<input[^>]* id="{name}"[^>]* value="{typed[name]}"', page), name
    assert '<option value="cam-02" selected>' in page
    assert re.search(r'type="text"[^>]* id="day"', page), "a browser's own field would drop it"


def test_signing_in_meanwhile_keeps_what_was_asked(october: Town, resident: TestClient) -> None:
    account(october, "wang", "police")
    where = f"{FORM}?camera=cam-01&day=2026-10-05&from=21%3A15&to=21%3A40"
    asked = resident.get(where)
    assert asked.status_code == 401
    assert where.replace("&", "&amp;") in asked.text
    assert signs_in(resident, "wang", next=where).headers["location"] == where


SPECIAL = [
    ("cam-01", "2026-11-23T14:00:00", "2026-11-23T15:00:00", ["It ends at 2026-11-23 14:08:31"]),
    ("cam-01", "2026-10-31T20:00:00", "2026-11-01T04:00:00", ["The window reaches across months"]),
    ("cam-01", "2026-09-29T12:00:00", "2026-09-30T12:00:00", ["The records of this camera begin at"]),
    ("cam-02", "2026-10-01T11:00:00", "2026-10-01T12:00:00", ["Too little data", "0.000–100.000 %"]),
]


def test_what_is_special_is_said(police: TestClient) -> None:
    for camera, begin, end, notes in SPECIAL:
        page = words(sheet(police, camera, begin, end))
        assert [note for note in notes if note not in page] == [], begin


def test_without_time_in_service_there_is_a_dash(october: Town, police: TestClient) -> None:
    out = WindowSet("out_of_service", "cam-01", OCTOBER, None, OCTOBER, "li")
    october.store.record(Batch(at_ms=NOVEMBER, windows=[out]))
    page = words(sheet(police, "cam-01", "2026-10-05T01:00:00", "2026-10-05T03:00:00"))
    assert "None of it is time in service, so there is no rate." in page
    assert "— No rate can be given" in page
    assert not re.search(r"\d %", page)


def test_a_frozen_month_vouches_with_its_revision_and_hash(october: Town, police: TestClient) -> None:
    [row] = freeze(october.store, october.village, NOVEMBER + 5 * DAY)[1:]
    page = words(sheet(police, "cam-01", "2026-10-05T01:00:00", "2026-10-05T03:00:00"))
    assert "revision 1, frozen" in page
    assert row.hash in page


def test_a_camera_that_left_the_inventory_still_has_its_statement(october: Town) -> None:
    freeze(october.store, october.village, NOVEMBER + 5 * DAY)
    october.village = _without(october.village, "cam-01")
    with TestClient(october.app()) as client:
        sign_in_by_page(october, client, "police")
        window = {"from": "2026-10-05T03:00", "to": "2026-10-05T05:00", "lang": "en"}
        page = client.get(f"{FORM}/cam-01", params=window)
        months = client.get("/police/month?month=2026-10&lang=en")
    assert "no longer in the inventory" in words(page.text)
    assert [line[2] for line in pieces(page.text)] == ["3600", "3600"]
    assert "School gate camera" in words(months.text)


def _without(village: Village, device: str) -> Village:
    plain = village.model_dump(by_alias=True)
    for grid in plain["grids"]:
        for junction in grid["junctions"]:
            for node in junction["nodes"]:
                node["devices"] = [one for one in node["devices"] if one["id"] != device]
    return Village.model_validate(plain)


def test_what_is_no_camera_has_none(police: TestClient) -> None:
    for camera, status in (("cam-99", 404), ("wl-01", 404), ("CAM_1", 422)):
        answer = police.get(f"{FORM}/{camera}?from=2026-10-05T03:00&to=2026-10-05T05:00")
        assert answer.status_code == status, camera


def test_an_address_that_cannot_be_read_gives_the_form(police: TestClient) -> None:
    for query in ("", "?from=yesterday&to=now", "?from=2026-10-05T03:00", "?from=0001-01-01&to=9999-12-31"):
        answer = police.get(f"{FORM}/cam-01{query}")
        assert (answer.status_code, bool(_beside(answer.text))) == (422, True), query
