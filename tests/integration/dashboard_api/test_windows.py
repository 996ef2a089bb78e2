"""Planning maintenance and taking out of service, with the real gateway to apply it."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from dashboard_api.times import iso
from tests.integration.dashboard_api.conftest import CSRF, Clerk, Town
from tests.integration.dashboard_api.gateway import Watching
from tests.integration.dashboard_api.test_access import sign_in_by_page

HOUR_MS = 3_600_000
MAINTENANCE, OUT = "/api/v1/maintenance", "/api/v1/out-of-service"


@pytest.fixture
def watching(still_town: Town) -> Iterator[Watching]:
    made = Watching(still_town).run(120)
    with made.listening():
        yield made


def hours(watching: Watching, begin: float, end: float) -> dict[str, str]:
    """A period from now on."""
    return {key: iso(watching.now_ms + round(at * HOUR_MS)) for key, at in (("from", begin), ("to", end))}


def device(staff: TestClient, name: str) -> dict[str, Any]:
    found: dict[str, Any] = staff.get(f"/api/v1/devices/{name}").json()
    return found


def test_maintenance_is_planned_and_listed(watching: Watching, staff: TestClient) -> None:
    period = hours(watching, 2, 4)
    answer = staff.post(MAINTENANCE, json={"target": "j-01", **period})
    assert answer.status_code == 200, answer.text
    window = answer.json()["items"][0]
    assert (window["target"], window["name"]["zh"], window["from"], window["to"]) == (
        "j-01",
        "小学门口",
        period["from"],
        period["to"],
    )
    assert (window["by"], window["late"]) == ("maintenance-1", False)
    assert staff.get(MAINTENANCE).json()["items"] == [window]
    assert staff.get(OUT).json()["items"] == []


def test_a_period_and_a_target_narrow_the_list(watching: Watching, staff: TestClient) -> None:
    staff.post(MAINTENANCE, json={"target": "cam-01", **hours(watching, 2, 4)})
    assert staff.get(MAINTENANCE, params=hours(watching, 3, 9)).json()["items"]
    assert staff.get(MAINTENANCE, params=hours(watching, 4, 9)).json()["items"] == []
    assert staff.get(MAINTENANCE, params={"target": "cam-02"}).json()["items"] == []
    backwards = staff.get(MAINTENANCE, params=hours(watching, 9, 4))
    assert (backwards.status_code, backwards.json()["errors"][0]["field"]) == (422, "query.to")


def test_maintenance_of_a_junction_shows_on_its_devices(watching: Watching, staff: TestClient) -> None:
    period = hours(watching, 0, 1)
    late = staff.post(MAINTENANCE, json={"target": "j-02", **period}).json()["items"][0]
    assert late["late"] is True
    assert device(staff, "cp-01.1")["planned"] == {"now": True, "until": period["to"]}
    assert device(staff, "cam-01")["planned"] == {"now": False, "until": None}
    assert device(staff, "cam-02")["out_of_service"] == {"now": False, "until": None}


def test_during_maintenance_a_fault_is_listed_and_told_only_afterwards(watching: Watching, staff: TestClient) -> None:
    staff.post(MAINTENANCE, json={"target": "wl-01", **hours(watching, 0.01, 0.5)})
    watching.run(60).sees("wl-01", "dark").run(300)
    fault = staff.get("/api/v1/faults").json()["items"][0]
    assert staff.get(f"/api/v1/faults/{fault['id']}").json()["messages"] == []
    watching.run(1800)
    told = staff.get(f"/api/v1/faults/{fault['id']}").json()["messages"]
    assert [message["kind"] for message in told] == ["problem"]


def test_maintenance_is_cancelled(watching: Watching, staff: TestClient) -> None:
    period = hours(watching, 2, 4)
    staff.post(MAINTENANCE, json={"target": "cam-01", **period})
    gone = staff.delete(f"{MAINTENANCE}/cam-01", params={"from": period["from"]})
    assert (gone.status_code, gone.json()["items"]) == (200, [])
    assert staff.get(MAINTENANCE).json()["items"] == []
    again = staff.delete(f"{MAINTENANCE}/cam-01", params={"from": period["from"]})
    assert again.status_code == 404


def test_the_rest_of_maintenance_is_cancelled(watching: Watching, staff: TestClient) -> None:
    period = hours(watching, 0.01, 4)
    staff.post(MAINTENANCE, json={"target": "cam-01", **period})
    watching.run(600)
    left = staff.delete(f"{MAINTENANCE}/cam-01", params={"from": period["from"]}).json()["items"]
    assert [(window["from"], window["to"]) for window in left] == [(period["from"], iso(watching.now_ms))]
    over = staff.delete(f"{MAINTENANCE}/cam-01", params={"from": period["from"]})
    assert (over.status_code, over.json()["reason"]) == (409, "over")


def test_a_socket_out_of_service_is_closed_for_residents(watching: Watching, staff: TestClient) -> None:
    until = hours(watching, 0, 24)["to"]
    assert staff.post(OUT, json={"target": "cp-01.1", "to": until}).status_code == 200
    pile = staff.get("/api/v1/charge-points").json()["items"][0]
    first = pile["connectors"][0]
    assert (first["word"], first["since"]) == ("closed", iso(watching.now_ms))
    assert (pile["connectors"][1]["word"], pile["word"]) == ("free", "free")
    assert device(staff, "cp-01.1")["out_of_service"] == {"now": True, "until": until}
    page = staff.get("/village", headers={"Authorization": ""}).text
    assert "暂停开放" in page
    assert "1 个暂停开放" in page


def test_a_device_out_of_service_has_no_faults_until_it_is_back(watching: Watching, staff: TestClient) -> None:
    staff.post(OUT, json={"target": "wl-01"})
    watching.sees("wl-01", "dark").run(300)
    assert staff.get("/api/v1/faults").json()["items"] == []
    assert device(staff, "wl-01")["out_of_service"] == {"now": True, "until": None}
    assert "已停用，恢复时间未定" in staff.get("/village", headers={"Authorization": ""}).text
    back = staff.delete(f"{OUT}/wl-01")
    assert (back.status_code, back.json()["items"]) == (200, [])
    watching.run(120)
    assert [fault["code"] for fault in staff.get("/api/v1/faults").json()["items"]] == ["dark"]
    assert staff.delete(f"{OUT}/wl-01").status_code == 404


def test_all_mistakes_are_named_at_once(watching: Watching, staff: TestClient) -> None:
    bad = staff.post(MAINTENANCE, json={"target": "j-99", "from": "soon", "to": "2026-11-24T09:00:00"})
    assert bad.status_code == 422
    assert [error["field"] for error in bad.json()["errors"]] == ["body.target", "body.from", "body.to"]
    backwards = staff.post(MAINTENANCE, json={"target": "f-east", **hours(watching, -2, -3)})
    assert [error["field"] for error in backwards.json()["errors"]] == ["body.target", "body.to"]
    form = staff.post(MAINTENANCE, json={"target": 3, "until": "x"})
    assert {error["field"] for error in form.json()["errors"]} == {"body.target", "body.from", "body.to", "body.until"}
    assert watching.town.store.waiting_inputs() == []


@pytest.mark.parametrize(
    ("path", "target", "period", "field"),
    [
        (MAINTENANCE, "cam-01", (-3, -1), "body.to"),
        (MAINTENANCE, "cam-01", (1, 24 * 367 + 2), "body.to"),
        (MAINTENANCE, "cam-01", (24 * 367, 24 * 368), "body.from"),
        (OUT, "cam-01", (-1, 1), "body.from"),
        (OUT, "j-01", (1, 2), "body.target"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    watching: Watching, staff: TestClient, path: str, target: str, period: tuple[float, float], field: str
) -> None:
    answer = staff.post(path, json={"target": target, **hours(watching, *period)})
    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (422, [field])


def test_back_in_service_cannot_be_said_for_the_past(watching: Watching, staff: TestClient) -> None:
    staff.post(OUT, json={"target": "cam-01"})
    answer = staff.delete(f"{OUT}/cam-01", params={"from": iso(watching.now_ms - HOUR_MS)})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "query.from")


def test_a_cookie_plans_only_with_the_form_token(watching: Watching, resident: TestClient) -> None:
    csrf = sign_in_by_page(watching.town, resident)
    body = {"target": "cam-01"}
    refused = resident.post(OUT, json=body)
    assert (refused.status_code, refused.json()["reason"]) == (403, "csrf")
    assert resident.post(OUT, json=body, headers={CSRF: csrf}).status_code == 200


def test_what_the_gateway_refuses_is_said(town: Town, staff: TestClient) -> None:
    with Clerk(town, reason="no room for it"):
        answer = staff.post(OUT, json={"target": "cam-01"})
    assert (answer.status_code, answer.json()["detail"]) == (409, "no room for it")


def test_a_silent_gateway_leaves_it_written_down(town: Town, staff: TestClient) -> None:
    answer = staff.post(OUT, json={"target": "cam-01"})
    assert (answer.status_code, answer.json()["items"]) == (202, [])
    assert [asked.kind for asked in town.store.waiting_inputs()] == ["out_of_service"]
