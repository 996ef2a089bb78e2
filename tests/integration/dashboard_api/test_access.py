"""Who may do what, by cookie and by token."""

import itertools
import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

from dashboard_api.auth.roles import ROLES
from dashboard_api.limits import FAILURES
from dashboard_api.settings import Settings
from tests.integration.dashboard_api.conftest import CSRF, Town, bearer

EVERYBODY = frozenset({"resident", *ROLES})
STAFF = frozenset(ROLES)
TAKERS = STAFF - {"police", "safety_centre"}
PLANNERS = TAKERS - {"duty_desk"}
WATCHERS = PLANNERS | {"police"}
ADMIN = frozenset({"admin"})
# Whoever is not in a route's set is refused. A route that is not here fails the test.
MATRIX: dict[tuple[str, str], frozenset[str]] = {
    ("get", "/api/v1/devices"): STAFF,
    ("get", "/api/v1/devices/{device_id}"): STAFF,
    ("get", "/api/v1/devices/{device_id}/series"): STAFF,
    ("get", "/api/v1/devices/{device_id}/intervals"): STAFF,
    ("get", "/api/v1/devices/{device_id}/neighbours"): STAFF,
    ("get", "/api/v1/roster"): STAFF,
    ("get", "/api/v1/channels"): STAFF,
    ("post", "/api/v1/channels/{name}/test"): TAKERS,
    ("get", "/api/v1/faults"): STAFF,
    ("get", "/api/v1/faults/{number}"): STAFF,
    ("post", "/api/v1/faults/{number}/acknowledge"): TAKERS,
    ("post", "/api/v1/faults/{number}/moves"): TAKERS,
    ("get", "/api/v1/faults/{number}/photos/{photo}"): STAFF,
    ("get", "/api/v1/faults/{number}/evidence"): WATCHERS,
    ("get", "/api/v1/faults/{number}/evidence/{evidence}/{which}"): WATCHERS,
    ("get", "/api/v1/orders"): STAFF,
    ("get", "/api/v1/commands"): STAFF,
    ("post", "/api/v1/commands"): PLANNERS,
    ("get", "/api/v1/commands/{command}"): STAFF,
    ("get", "/api/v1/reports"): STAFF,
    ("get", "/api/v1/reports/{month}"): STAFF,
    ("get", "/api/v1/reports/{month}/changes"): STAFF,
    ("get", "/api/v1/reports/{month}/report.{format}"): STAFF,
    ("post", "/api/v1/reports/{month}/pdf"): STAFF,
    ("get", "/api/v1/report-jobs/{job}"): STAFF,
    ("get", "/api/v1/report-jobs/{job}/file"): STAFF,
    ("get", "/api/v1/cameras/{device_id}/statement"): STAFF,
    ("get", "/api/v1/cameras/{device_id}/statement.{format}"): STAFF,
    ("get", "/api/v1/audit"): ADMIN,
    ("get", "/api/v1/audit.csv"): ADMIN,
    ("get", "/api/v1/audit.jsonl"): ADMIN,
    ("get", "/api/v1/rules"): ADMIN,
    ("get", "/api/v1/rules/trials"): ADMIN,
    ("post", "/api/v1/rules/trials"): ADMIN,
    ("get", "/api/v1/rules/trials/{trial}"): ADMIN,
    ("delete", "/api/v1/rules/trials/{trial}"): ADMIN,
    ("get", "/api/v1/faults/{number}/letters"): STAFF,
    ("get", "/api/v1/unheard"): STAFF,
    ("get", "/api/v1/messages"): STAFF,
    ("get", "/api/v1/maintenance"): STAFF,
    ("post", "/api/v1/maintenance"): PLANNERS,
    ("delete", "/api/v1/maintenance/{target}"): PLANNERS,
    ("get", "/api/v1/out-of-service"): STAFF,
    ("post", "/api/v1/out-of-service"): PLANNERS,
    ("delete", "/api/v1/out-of-service/{target}"): PLANNERS,
    ("get", "/api/v1/cameras/{device_id}/uptime"): STAFF,
    ("get", "/api/v1/charge-points"): EVERYBODY,
    ("get", "/public/chargers"): EVERYBODY,
    ("get", "/ocpi/2.2.1/locations"): EVERYBODY,
    ("get", "/api/v1/events"): EVERYBODY,
    ("get", "/api/v1/health"): EVERYBODY,
    ("get", "/api/v1/ready"): EVERYBODY,
    ("get", "/metrics"): STAFF,
    ("get", "/api/v1/system"): frozenset({"maintenance", "admin"}),
    ("get", "/api/v1/users"): ADMIN,
    ("post", "/api/v1/users"): ADMIN,
    ("get", "/api/v1/users/{user}"): ADMIN,
    ("patch", "/api/v1/users/{user}"): ADMIN,
    ("post", "/api/v1/users/{user}/link"): ADMIN,
    ("post", "/api/v1/users/{user}/end"): ADMIN,
    ("get", "/api/v1/users/{user}/sessions"): ADMIN,
    ("delete", "/api/v1/users/{user}/sessions/{session}"): ADMIN,
    ("get", "/api/v1/tokens"): ADMIN,
    ("post", "/api/v1/tokens"): ADMIN,
    ("delete", "/api/v1/tokens/{token}"): ADMIN,
    ("post", "/api/v1/sign-in"): EVERYBODY,
    ("post", "/api/v1/sign-out"): STAFF,
}
VALUES = {
    "device_id": "cam-01",
    "number": "F-2026-0001",
    "target": "cam-01",
    "photo": 1,
    "name": "paper",
    "user": 99,
    "session": "0" * 16,
    "token": "0" * 16,
    "month": "2026-10",
    "format": "csv",
    "job": "0" * 32,
    "trial": "0" * 32,
    "command": 1,
    "evidence": 1,
    "which": "after",
}
# The same for everybody, whatever they send along.
ASKS_NOBODY = {
    ("get", "/api/v1/charge-points"),
    ("get", "/public/chargers"),
    ("get", "/ocpi/2.2.1/locations"),
    ("get", "/api/v1/health"),
    ("get", "/api/v1/ready"),
    ("post", "/api/v1/sign-in"),
}
SESSION = "vsm_session"


def operations(document: dict[str, Any]) -> list[tuple[str, str]]:
    return [(method, path) for path, item in document["paths"].items() for method in item]


def sign_in_by_page(town: Town, client: TestClient, role: str = "maintenance") -> str:
    """The form token of the page afterwards."""
    client.post(f"/sign-in/{town.link(role)}")
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', client.get("/village").text)
    assert found
    return found[1]


def test_every_role_sees_exactly_its_routes(town: Town, resident: TestClient) -> None:
    routes = operations(resident.get("/api/v1/openapi.json").json())
    assert set(routes) == set(MATRIX)
    for role, (method, path) in itertools.product(sorted(EVERYBODY), sorted(MATRIX)):
        if path == "/api/v1/events":
            continue  # endless; its own test
        headers = {} if role == "resident" else bearer(town, resident, role)
        answer = resident.request(method, path.format(**VALUES), headers=headers)
        refused = answer.status_code in (401, 403)
        assert refused == (role not in MATRIX[method, path]), (role, method, path, answer.status_code)


def test_a_token_that_reads_is_refused_by_everything_that_writes(town: Town, resident: TestClient) -> None:
    chief = bearer(town, resident, "admin")
    body = {"name": "grafana", "role": "admin", "scope": "read"}
    token = resident.post("/api/v1/tokens", json=body, headers=chief).json()["token"]
    for method, path in sorted(set(MATRIX) - {("post", "/api/v1/sign-in"), ("post", "/api/v1/sign-out")}):
        if path == "/api/v1/events":
            continue  # endless; it writes nothing
        answer = resident.request(method, path.format(**VALUES), headers={"Authorization": f"Bearer {token}"})
        wrote = method != "get"
        assert (answer.status_code == 403) == wrote, (method, path, answer.status_code)
        assert not wrote or answer.json()["reason"] == "scope", (method, path)
    number = town.breaks("cam-01", "frozen").id
    for path in (f"/staff/faults/{number}/acknowledged", "/staff/maintenance/new", "/here/j-01", "/users", "/tokens"):
        answer = resident.post(path, data={"kind": "planned"}, headers={"Authorization": f"Bearer {token}"})
        assert (answer.status_code, town.store.waiting_inputs()) == (403, []), path


def test_a_wrong_token_is_not_taken_for_a_resident(resident: TestClient) -> None:
    for method, path in sorted(set(MATRIX) - ASKS_NOBODY):
        answer = resident.request(method, path.format(**VALUES), headers={"Authorization": "Bearer nonsense"})
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer"), path


def test_what_asks_nobody_who_they_are_answers_a_wrong_token_too(resident: TestClient) -> None:
    for method, path in sorted(ASKS_NOBODY):
        answer = resident.request(method, path.format(**VALUES), headers={"Authorization": "Bearer nonsense"})
        assert answer.status_code in {200, 422}, path


def test_looking_at_a_link_changes_nothing(town: Town, resident: TestClient) -> None:
    token = town.link()
    for _ in range(3):
        assert "维修人员" in resident.get(f"/sign-in/{token}").text
    answer = resident.post(f"/sign-in/{token}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff")


def test_a_link_works_once(town: Town, resident: TestClient) -> None:
    token = town.link()
    resident.post(f"/sign-in/{token}")
    again = resident.post(f"/sign-in/{token}")
    assert again.status_code == 404
    assert "已经用过" in again.text


def test_an_old_link_is_refused(still_town: Town, resident: TestClient) -> None:
    token = still_town.link()
    assert still_town.fixed_ms is not None
    still_town.fixed_ms += 3_600_001
    assert resident.post("/api/v1/sign-in", json={"token": token}).status_code == 404


def test_a_session_ends_by_itself(still_town: Town, staff: TestClient) -> None:
    assert staff.get("/api/v1/devices").status_code == 200
    assert still_town.fixed_ms is not None
    still_town.fixed_ms += 12 * 3_600_000
    assert staff.get("/api/v1/devices").status_code == 401


def test_signing_out_ends_the_token_and_is_written_down(town: Town, staff: TestClient) -> None:
    assert staff.post("/api/v1/sign-out").status_code == 204
    assert staff.get("/api/v1/devices").status_code == 401
    assert (town.store.audit()[-1].who, town.store.audit()[-1].action) == ("maintenance-1", "signed out")


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(town: Town, resident: TestClient) -> None:
    cookie = resident.post(f"/sign-in/{town.link()}", follow_redirects=False).headers["set-cookie"]
    assert cookie.startswith(f"{SESSION}=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie


def test_behind_https_the_cookie_never_travels_without(town: Town) -> None:
    town.settings = Settings.model_validate(
        {"inventory": "-", "database": "-", "public_url": "https://village.example"}
    )
    with TestClient(town.app()) as client:
        answer = client.post(f"/sign-in/{town.link()}", follow_redirects=False)
    assert "Secure" in answer.headers["set-cookie"]
    assert answer.headers["strict-transport-security"]


@pytest.mark.usefixtures("clerk")
def test_a_cookie_writes_only_with_the_form_token(town: Town, resident: TestClient) -> None:
    fault = town.breaks("cam-01", "frozen")
    csrf = sign_in_by_page(town, resident)
    address = f"/api/v1/faults/{fault.id}/acknowledge"
    refused = resident.post(address)
    assert (refused.status_code, refused.json()["reason"]) == (403, "csrf")
    assert resident.post(address, headers={CSRF: csrf}).status_code == 200


def test_a_cookie_is_no_bearer_token(town: Town, resident: TestClient) -> None:
    sign_in_by_page(town, resident)
    token = resident.cookies[SESSION]
    answer = resident.get("/api/v1/devices", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401


@pytest.mark.parametrize("field", ["csrf", "none"])
def test_a_form_from_elsewhere_is_refused(town: Town, resident: TestClient, field: str) -> None:
    fault = town.breaks("cam-01", "frozen")
    sign_in_by_page(town, resident)
    answer = resident.post(f"/faults/{fault.id}/acknowledge", data={field: "0" * 64})
    assert answer.status_code == 403
    assert "页面已过期" in answer.text
    assert town.store.waiting_inputs() == []


@pytest.mark.usefixtures("clerk")
def test_the_page_works_without_any_script(town: Town, resident: TestClient) -> None:
    fault = town.breaks("cam-01", "frozen")
    csrf = sign_in_by_page(town, resident)
    form = {"csrf": csrf, "version": "1", "comment": "出发"}
    answer = resident.post(f"/faults/{fault.id}/acknowledge", data=form)
    assert answer.status_code == 200
    assert "维修人员 1 已签收" in answer.text


def test_what_was_typed_comes_back_with_the_mistake(town: Town, resident: TestClient) -> None:
    fault = town.breaks("cam-01", "frozen")
    csrf = sign_in_by_page(town, resident)
    form = {"csrf": csrf, "version": "9", "comment": "十分钟到"}
    answer = resident.post(f"/faults/{fault.id}/acknowledge", data=form, headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert answer.text.startswith('<section id="faults"')
    assert "十分钟到</textarea>" in answer.text
    assert "又有了变化" in answer.text


def test_police_look_and_do_not_touch(town: Town, resident: TestClient) -> None:
    fault = town.breaks("cam-01", "frozen")
    csrf = sign_in_by_page(town, resident, "police")
    assert "我来处理" not in resident.get("/village").text
    answer = resident.post(f"/faults/{fault.id}/acknowledge", data={"csrf": csrf})
    assert answer.status_code == 403


def test_guessing_links_is_stopped_and_time_forgives(still_town: Town, resident: TestClient) -> None:
    for number in range(FAILURES):
        assert resident.post("/api/v1/sign-in", json={"token": f"guess-{number}"}).status_code == 404
    stopped = resident.post("/api/v1/sign-in", json={"token": still_town.link()})
    assert (stopped.status_code, stopped.headers["retry-after"]) == (429, "900")
    assert still_town.fixed_ms is not None
    still_town.fixed_ms += 15 * 60_000
    assert resident.post("/api/v1/sign-in", json={"token": still_town.link()}).status_code == 200
