"""Signing in by name and password, as a browser without any script does it."""

import asyncio

import pytest
from fastapi.testclient import TestClient

from dashboard_api.limits import LOGIN, LOGIN_ADDRESS, WRITES, Tries
from dashboard_api.passwords import AT_ONCE, WAITING, Passwords, wrong
from dashboard_api.problems import Problem
from dashboard_api.settings import Settings
from dashboard_api.web.access_next import LANDING, own
from tests.integration.dashboard_api.conftest import Town, bearer
from tests.integration.dashboard_api.people import PASSWORD, account, hashed, hidden, signs_in

PATIENT = {"inventory": "-", "database": "-"}


def test_name_and_password_sign_in_and_lead_on(town: Town, resident: TestClient) -> None:
    account(town)
    answer = signs_in(resident, " LI.Wei ", next="/faults/F-2026-0001?lang=en")
    assert (answer.status_code, answer.headers["location"]) == (303, "/faults/F-2026-0001?lang=en")
    assert resident.get("/account").status_code == 200
    assert resident.get("/sign-in", follow_redirects=False).status_code == 303


@pytest.mark.parametrize(("name", "password"), [("li.wei", "wrong password"), ("nobody", PASSWORD), ("invited", "")])
def test_whatever_is_wrong_is_said_in_the_same_words(
    town: Town, resident: TestClient, name: str, password: str
) -> None:
    account(town)
    answer = signs_in(resident, name, password)
    assert answer.status_code == 401
    assert "登录名或密码不对" in answer.text
    assert f'value="{name}"' in answer.text
    assert password not in answer.text or not password


ELSEWHERE = ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/a\tb", "/\n/x"]


@pytest.mark.parametrize("path", [*ELSEWHERE, "evil", "", "/" * 600])
def test_signing_in_never_leads_to_another_site(path: str) -> None:
    assert own(path) == LANDING
    assert own("/faults/F-2026-0001?lang=en") == "/faults/F-2026-0001?lang=en"


def test_a_form_that_another_site_sends_is_refused(town: Town, resident: TestClient) -> None:
    account(town)
    csrf = hidden(resident.get("/sign-in").text)
    resident.cookies.clear()
    form = {"name": "li.wei", "password": PASSWORD, "csrf": csrf}
    assert resident.post("/sign-in", data=form).status_code == 403
    assert "vsm_session" not in resident.cookies
    assert signs_in(resident).status_code == 303


def test_five_wrong_passwords_and_the_sixth_has_to_wait(town: Town, resident: TestClient) -> None:
    account(town)
    for _ in range(LOGIN.amount):
        assert signs_in(resident, password="wrong").status_code == 401
    stopped = signs_in(resident)
    assert stopped.status_code == 429
    assert 0 < int(stopped.headers["retry-after"]) <= 900
    assert "请等 15 分钟再试" in stopped.text
    account(town, "wang")
    assert signs_in(resident, "wang").status_code == 303


def test_a_right_password_forgives_the_wrong_ones_before() -> None:
    tries = Tries()
    assert [tries.wait_s(LOGIN, "li", "a") > 0 for _ in range(LOGIN.amount + 1)] == [False] * LOGIN.amount + [True]
    tries.forgive(LOGIN, "li", "a")
    assert tries.wait_s(LOGIN, "li", "a") == 0


def test_a_village_behind_one_address_is_not_held_up_by_one_of_them() -> None:
    tries = Tries()
    assert not any(tries.wait_s(LOGIN_ADDRESS, "a") for _ in range(LOGIN_ADDRESS.amount))
    assert tries.wait_s(LOGIN_ADDRESS, "a") > 0
    assert tries.wait_s(LOGIN_ADDRESS, "b") == 0


def test_too_many_changes_in_a_minute_are_told_kindly(town: Town, resident: TestClient) -> None:
    resident.headers.update(bearer(town, resident))
    statuses = {resident.post("/api/v1/maintenance", json={}).status_code for _ in range(WRITES.amount)}
    assert statuses == {422}
    stopped = resident.post("/api/v1/maintenance", json={})
    assert (stopped.status_code, stopped.json()["reason"]) == (429, "writes")
    assert stopped.headers["content-type"] == "application/problem+json"
    assert 0 < int(stopped.headers["retry-after"]) <= 60
    assert resident.get("/api/v1/devices").status_code == 200


def test_a_sign_in_begins_a_new_session_and_ends_the_one_before(town: Town, resident: TestClient) -> None:
    made = account(town)
    signs_in(resident)
    first = resident.cookies["vsm_session"]
    resident.post(f"/sign-in/{town.link()}", follow_redirects=False)
    assert resident.cookies["vsm_session"] != first
    assert town.store.sessions_of(made.id, town.now_ms()) == []


def test_an_ended_account_loses_all_its_sessions_at_once(town: Town, resident: TestClient) -> None:
    made = account(town)
    signs_in(resident)
    assert resident.get("/account").status_code == 200
    town.ends(made)
    assert resident.get("/account").status_code == 401
    assert signs_in(resident).status_code == 401


def test_over_https_the_cookies_carry_the_host_prefix(town: Town) -> None:
    account(town)
    town.settings = Settings.model_validate({**PATIENT, "public_url": "https://village.example"})
    with TestClient(town.app(), base_url="https://village.example") as client:
        cookies = signs_in(client).headers.get_list("set-cookie")
        assert client.get("/account").status_code == 200
    session = next(one for one in cookies if one.startswith("__Host-vsm_session="))
    assert all(word in session for word in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"))
    assert "Domain" not in session


def test_the_present_password_is_asked_for_a_new_one(town: Town, resident: TestClient) -> None:
    account(town)
    signs_in(resident)
    csrf = hidden(resident.get("/account").text)
    form = {"csrf": csrf, "present": "wrong", "password": "another good one", "repeat": "another good one"}
    refused = resident.post("/account/password", data=form)
    assert (refused.status_code, "当前密码不对" in refused.text) == (422, True)
    short = resident.post("/account/password", data={**form, "present": PASSWORD, "repeat": "x"})
    assert "两次输入的密码不一样" in short.text
    changed = resident.post("/account/password", data={**form, "present": PASSWORD})
    assert "密码已修改" in changed.text
    resident.cookies.clear()
    assert signs_in(resident).status_code == 401
    assert signs_in(resident, password="another good one").status_code == 303


COMMON = ["1234567890", "aaaaaaaaaaaa", "li.wei-2026"]


@pytest.mark.parametrize(
    ("password", "word"),
    [("short", "password_short"), ("x" * 129, "password_long"), (PASSWORD, None)]
    + [(one, "password_common") for one in COMMON],
)
def test_what_makes_a_password(password: str, word: str | None) -> None:
    assert wrong(password, "li.wei") == word


def test_a_few_passwords_are_checked_at_once_and_a_crowd_is_sent_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard_api.passwords.WAITING", 3)
    kept = hashed()

    async def crowd() -> list[bool | str]:
        passwords = Passwords()
        results = await asyncio.gather(*(passwords.fits(PASSWORD, kept) for _ in range(5)), return_exceptions=True)
        return [one.reason or "" if isinstance(one, Problem) else bool(one) for one in results]

    assert asyncio.run(crowd()) == [True, True, True, "busy", "busy"]
    assert (AT_ONCE, WAITING) == (2, 20)


def test_sign_ins_stand_in_the_audit_log_good_and_refused(town: Town, resident: TestClient) -> None:
    account(town)
    signs_in(resident, password="wrong")
    signs_in(resident)
    told = [(one.who, one.role, one.action) for one in town.store.audit()][1:]
    assert told == [("li.wei", "", "sign-in refused"), ("li.wei", "maintenance", "signed in")]
    assert town.store.verify_audit() is None
