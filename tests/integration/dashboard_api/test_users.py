"""Accounts, links and tokens by page and by program; every change is in the audit log."""

import csv
import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gateway.store import Deed
from tests.integration.dashboard_api.conftest import Town, bearer
from tests.integration.dashboard_api.people import PASSWORD, account, hidden, signs_in

USERS, TOKENS = "/api/v1/users", "/api/v1/tokens"
LI = {"name": "li.wei", "role": "maintenance", "areas": ["j-01"], "display": "李伟"}


@pytest.fixture
def admin(town: Town, resident: TestClient) -> TestClient:
    """A program of an administrator."""
    resident.headers.update(bearer(town, resident, "admin"))
    return resident


@pytest.fixture
def chief(town: Town, resident: TestClient) -> TestClient:
    """An administrator's browser."""
    account(town, "chief", "admin")
    signs_in(resident, "chief")
    return resident


def actions(town: Town) -> list[str]:
    return [one.action for one in town.store.audit()]


def makes(admin: TestClient, **more: object) -> dict[str, Any]:
    answer = admin.post(USERS, json={**LI, **more})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def uses(town: Town, link: str, password: str = PASSWORD) -> TestClient:
    """The browser of whoever got a link and set a password by it."""
    client = TestClient(town.app())
    answer = client.post(
        link[link.index("/sign-in/") :], data={"password": password, "repeat": password}, follow_redirects=False
    )
    assert answer.status_code == 303, answer.text
    return client


def test_an_invited_person_sets_a_password_and_sees_their_area(town: Town, admin: TestClient) -> None:
    made = makes(admin)
    client = uses(town, made["link"])
    assert {one["junction"] for one in client.get("/api/v1/devices").json()["items"]} == {"j-01"}
    assert "李伟" in client.get("/account").text
    client.cookies.clear()
    assert signs_in(client).status_code == 303
    assert client.post(made["link"][-60:], data={}).status_code == 404
    assert actions(town).count("account made") == 1


def test_a_change_counts_at_once_also_for_who_is_signed_in(town: Town, admin: TestClient) -> None:
    made = makes(admin)
    client = uses(town, made["link"])
    admin.patch(f"{USERS}/{made['user']['id']}", json={"areas": [], "role": "police"})
    assert client.get("/api/v1/devices").json()["items"] == []
    assert "account changed" in actions(town)


def test_ending_an_account_ends_its_sessions_and_tokens(town: Town, admin: TestClient) -> None:
    made = makes(admin, role="admin", areas=["*"])
    client = uses(town, made["link"])
    csrf = hidden(client.get("/tokens").text)
    token = client.post(TOKENS, json={"name": "grafana", "role": "police"}, headers={"X-CSRF-Token": csrf}).json()
    program = {"Authorization": f"Bearer {token['token']}"}
    assert TestClient(town.app()).get("/api/v1/devices", headers=program).status_code == 200
    assert admin.post(f"{USERS}/{made['user']['id']}/end").status_code == 204
    assert client.get("/account").status_code == 401
    assert TestClient(town.app()).get("/api/v1/devices", headers=program).status_code == 401
    assert admin.post(f"{USERS}/{made['user']['id']}/end").status_code == 409
    assert makes_again(admin) == 422


def makes_again(admin: TestClient) -> int:
    """The name of an ended account stays taken."""
    return admin.post(USERS, json=LI).status_code


def test_the_last_administrator_stays(admin: TestClient) -> None:
    for path, body in (("/1/end", None), ("/1", {"role": "police"}), ("/1", {"areas": ["j-01"]})):
        answer = admin.request("PATCH" if body else "POST", f"{USERS}{path}", json=body)
        assert (answer.status_code, answer.json()["reason"]) == (409, "last_admin")
    makes(admin, role="admin", areas=["*"])
    assert admin.patch(f"{USERS}/1", json={"role": "police"}).status_code == 200


def test_an_administrator_of_one_junction_manages_nobody(town: Town, resident: TestClient) -> None:
    account(town, "chief", "admin", "j-01")
    signs_in(resident, "chief")
    assert resident.get("/users").status_code == 403
    assert {resident.get(path).status_code for path in (USERS, TOKENS, "/api/v1/audit")} == {403}


def test_every_mistake_is_named_at_once(admin: TestClient) -> None:
    answer = admin.post(USERS, json={"name": "a b", "role": "police", "areas": ["j-99"], "person": "p-99"})
    assert answer.status_code == 422
    assert {one["field"] for one in answer.json()["errors"]} == {"body.name", "body.areas", "body.person"}


def test_a_token_that_reads_changes_nothing_and_is_listed_with_its_last_use(town: Town, admin: TestClient) -> None:
    made = admin.post(TOKENS, json={"name": "grafana", "role": "maintenance", "days": 30}).json()
    program = {"Authorization": f"Bearer {made['token']}"}
    assert admin.get(TOKENS).json()["items"][0]["seen"] is None
    assert admin.get("/api/v1/devices", headers=program).status_code == 200
    refused = admin.post("/api/v1/faults/F-2026-0001/acknowledge", headers=program)
    assert (refused.status_code, refused.json()["reason"]) == (403, "scope")
    (listed,) = admin.get(TOKENS).json()["items"]
    assert (listed["name"], listed["scope"], listed["seen"] is None) == ("grafana", "read", False)
    assert "token" not in listed
    assert admin.delete(f"{TOKENS}/{listed['id']}").status_code == 204
    assert admin.get("/api/v1/devices", headers=program).status_code == 401
    assert {"token made", "token revoked"} <= set(actions(town))


@pytest.mark.usefixtures("clerk")
def test_a_token_that_writes_is_named_in_what_it_did(town: Town, admin: TestClient) -> None:
    fault = town.breaks("cam-01", "frozen")
    body = {"name": "desk", "role": "maintenance", "scope": "write"}
    program = {"Authorization": f"Bearer {admin.post(TOKENS, json=body).json()['token']}"}
    answer = admin.post(f"/api/v1/faults/{fault.id}/acknowledge", headers=program)
    assert answer.json()["acknowledged_by"] == "admin-1/desk"


def test_sessions_are_listed_and_ended_one_by_one(town: Town, admin: TestClient) -> None:
    client = uses(town, makes(admin)["link"])
    (session,) = admin.get(f"{USERS}/2/sessions").json()["items"]
    assert admin.delete(f"{USERS}/2/sessions/{session['id']}").status_code == 204
    assert client.get("/account").status_code == 401
    assert {"sessions viewed", "session ended"} <= set(actions(town))


def test_the_page_invites_with_a_link_and_a_picture_of_it(town: Town, chief: TestClient) -> None:
    csrf = hidden(chief.get("/users").text)
    page = chief.post("/users", data={"csrf": csrf, "name": "wang", "role": "police", "areas": "g-1"})
    assert page.headers["cache-control"] == "no-store"
    assert "<svg" in page.text.partition('class="qr"')[2]
    link = re.search(r'href="http[^"]*(/sign-in/[^"]+)"', page.text)
    assert link
    client = uses(town, link[1])
    assert client.get("/api/v1/faults").status_code == 200
    assert "使用中" in chief.get("/users").text


def test_a_mistake_is_said_beside_its_field_and_nothing_typed_is_lost(chief: TestClient) -> None:
    form = {
        "csrf": hidden(chief.get("/users").text),
        "name": "王 芳",
        "display": "王芳",
        "role": "police",
        "areas": "g-1",
    }
    page = chief.post("/users", data=form)
    assert page.status_code == 422
    assert re.search(r'value="王 芳"[^>]*aria-invalid="true"[^>]*aria-describedby="w-name', page.text)
    assert 'value="王芳"' in page.text
    assert re.search(r'value="police" selected', page.text)
    assert re.search(r'value="g-1" checked', page.text)


@pytest.mark.parametrize(
    "path", ["/users", "/users/1", "/users/1/link", "/users/1/end", "/tokens", "/account/password"]
)
def test_no_form_is_taken_without_its_token(town: Town, chief: TestClient, path: str) -> None:
    before = town.store.accounts()
    assert chief.post(path, data={"csrf": "0" * 64}).status_code == 403
    assert town.store.accounts() == before


@pytest.mark.parametrize("path", ["/users", "/users/1", "/tokens"])
def test_the_pages_are_for_administrators(town: Town, resident: TestClient, path: str) -> None:
    assert resident.get(path).status_code == 401
    account(town)
    signs_in(resident)
    assert resident.get(path).status_code == 403


def test_who_looked_at_accounts_is_written_down(town: Town, chief: TestClient) -> None:
    chief.get("/users")
    chief.get("/users/1")
    assert actions(town)[-2:] == ["accounts viewed", "account viewed"]


def test_the_audit_log_goes_into_a_spreadsheet_without_becoming_a_formula(town: Town, admin: TestClient) -> None:
    town.store.note(Deed(town.now_ms(), "=1+1", "", "sign-in refused", "x"))
    answer = admin.get("/api/v1/audit.csv")
    rows = list(csv.DictReader(answer.text.removeprefix("\ufeff").splitlines()))
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert [one["action"] for one in rows] == ["link used", "sign-in refused", "audit log exported"]
    assert rows[1]["who"] == "'=1+1"
