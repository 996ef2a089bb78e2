"""Maintenance by forms, arriving by a cabinet's code, who is on duty, and whether people can be told."""

import re

import pytest
from fastapi.testclient import TestClient

from gateway.store import Batch, WindowSet
from tests.integration.dashboard_api.conftest import Town
from tests.integration.dashboard_api.test_staff_moves import hidden, signed_in
from tests.rosters import duty, person, roster

NEW = "/staff/maintenance/new"


@pytest.fixture
def worker(town: Town, resident: TestClient) -> TestClient:
    return signed_in(town, resident)


def test_every_mistake_stands_beside_its_field_in_the_readers_language(worker: TestClient) -> None:
    data = {"kind": "planned", "csrf": hidden(worker.get(NEW).text, "csrf"), "from": "2020-01-02T08:00", "to": "bald"}
    answer = worker.post(NEW, data=data)
    assert answer.status_code == 422
    assert re.findall(r'id="(\w+)-wrong"', answer.text) == ["target", "to"]
    assert 'value="2020-01-02T08:00"' in answer.text
    order = worker.post(f"{NEW}?lang=en", data={**data, "target": "cam-01", "to": "2019-01-01T08:00"})
    assert "The end must be later than the beginning." in order.text


def test_local_time_is_the_villages(still_town: Town, resident: TestClient) -> None:
    worker = signed_in(still_town, resident)
    data = {"kind": "planned", "target": "j-01", "from": "2026-11-24T08:00", "to": "2026-11-24T09:30"}
    answer = worker.post(NEW, data={**data, "csrf": hidden(worker.get(NEW).text, "csrf")}, follow_redirects=False)
    assert answer.status_code == 303
    asked = still_town.store.waiting_inputs()[-1]
    assert asked.kind == "planned"
    assert b'"from_ms":1795478400000,"to_ms":1795483800000' in asked.payload


def test_what_is_planned_is_listed_and_can_be_cancelled(town: Town, worker: TestClient) -> None:
    now, hour = town.now_ms(), 3_600_000
    window = WindowSet("planned", "j-01", now + hour, now + 2 * hour, now, "maintenance-1")
    town.store.record(Batch(at_ms=now, windows=[window]))
    page = worker.get("/staff/maintenance").text
    assert "小学门口" in page
    data = {name: hidden(page, name) for name in ("csrf", "kind", "target", "from_ms")}
    assert worker.post("/staff/maintenance/end", data=data, follow_redirects=False).status_code == 303
    assert town.store.waiting_inputs()[-1].kind == "cancel"
    assert worker.post("/staff/maintenance/end", data={**data, "csrf": "x"}).status_code == 403


@pytest.mark.usefixtures("clerk")
def test_scanning_a_cabinets_code_records_the_arrival_for_all_to_see(town: Town, worker: TestClient) -> None:
    number, other = town.breaks("cam-01", "frozen").id, town.breaks("wl-01", "dark").id
    page = worker.get("/here/j-01").text
    assert set(re.findall(r'name="fault" value="([^"]+)"', page)) == {number, other}
    answer = worker.post("/here/j-01", data={"csrf": hidden(page, "csrf"), "fault": [number]}, follow_redirects=False)
    assert answer.headers["location"] == "/here/j-01?done=arrived"
    last = town.store.fault_moves(number)[-1]
    assert (last.move, last.by, last.comment, last.place) == ("on_site", "maintenance-1", "扫码到场", "j-01")
    assert town.store.audit()[-1].action == "arrived"
    untouched = town.store.fault(other)
    assert untouched is not None
    assert untouched.order_state == "open"


def test_who_scans_without_signing_in_is_shown_the_way(town: Town, resident: TestClient) -> None:
    town.breaks("cam-01", "frozen")
    answer = resident.get("/here/j-01")
    assert answer.status_code == 401
    assert 'name="next" value="/here/j-01"' in answer.text
    assert "画面静止不动" not in answer.text
    assert signed_in(town, resident).get("/here/j-99").status_code == 404


def test_each_cabinet_has_a_code_that_leads_to_its_page(town: Town, worker: TestClient) -> None:
    page = worker.get("/staff/labels").text
    assert page.count('class="qr"') == len(list(town.village.junctions()))
    assert "/here/j-01" in page
    assert "style=" not in page


def test_the_roster_says_who_is_there_and_who_comes(still_town: Town, resident: TestClient) -> None:
    shifts = [
        duty("maintenance", "wang", **{"from": "08:00", "to": "20:00"}),
        duty("maintenance", "li", **{"from": "20:00", "to": "08:00"}),
    ]
    body = roster(person("wang"), person("li"), duties=shifts).model_dump_json(by_alias=True, exclude_none=True)
    still_town.store.load_roster("test", body.encode(), still_town.now_ms())
    page = signed_in(still_town, resident).get("/staff/roster").text
    assert "<b>Wang</b>" in page
    assert "20:00 交接给：Li" in page


def test_a_channel_says_how_it_does_and_a_trial_what_came_of_it(town: Town, worker: TestClient) -> None:
    town.store.channels_opened({"sms": "sms"}, town.now_ms())
    page = worker.get("/staff/channels").text
    assert "没有用过" in page
    town.breaks("channel:sms", "channel_dead")
    assert "不通" in worker.get("/staff/channels").text
    refused = worker.post("/staff/channels/sms/test", data={"csrf": "x"})
    assert (refused.status_code, town.store.waiting_inputs()) == (403, [])
    gone = worker.post("/staff/channels/mail/test", data={"csrf": hidden(page, "csrf")})
    assert gone.status_code == 404
