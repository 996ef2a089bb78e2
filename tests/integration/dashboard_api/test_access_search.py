"""Forty accounts and thirty tokens: found by a word, by a role, in an order, with when they were last used."""

import re

import pytest
from fastapi.testclient import TestClient

from gateway.store import Deed, NewAccount, NewSession, NewToken
from tests.integration.dashboard_api.conftest import Town, bearer

DAY_MS = 86_400_000
ROLES = ("maintenance", "police", "duty_desk", "electrician")


@pytest.fixture
def chief(still_town: Town, resident: TestClient) -> TestClient:
    """An administrator of many."""
    now_ms = still_town.now_ms()
    for number in range(40):
        area = "j-01" if number == 7 else "*"
        new = NewAccount(f"user.{number:02d}", ROLES[number % 4], f"员工 {number:02d}", (area,), None, None)
        made = still_town.store.add_account(new, still_town.deed())
        assert made is not None
        if number in (3, 9):
            session = NewSession(f"{number:064d}", made.id, "cookie", now_ms - number * DAY_MS, now_ms + DAY_MS, "")
            still_town.store.create_session(session)
    resident.headers.update(bearer(still_town, resident, "admin"))
    owner = next(one for one in still_town.store.accounts() if one.role == "admin")
    for number in range(30):
        ends = now_ms + (number + 1) * 10 * DAY_MS
        token = NewToken(
            f"{number:02d}{'a' * 62}", f"tool-{number:02d}", owner.id, "police", "read", ("*",), now_ms, ends
        )
        still_town.store.add_token(token, Deed(now_ms, "test", "admin", "token made", "tool"))
    return resident


def shown(page: str, pattern: str) -> list[str]:
    part = page.partition('class="rows card"')[2].partition("</ul>")[0]
    return re.findall(pattern, part)


def test_a_word_finds_names_displays_and_areas(chief: TestClient) -> None:
    assert shown(chief.get("/users?q=user.07").text, r"员工 \d\d") == ["员工 07"]
    assert shown(chief.get("/users?q=员工+12").text, r"员工 \d\d") == ["员工 12"]
    assert shown(chief.get("/users?q=USER.1").text, r"员工 \d\d") == [f"员工 {number}" for number in range(10, 20)]
    assert "没有找到" in chief.get("/users?q=nobody&lang=zh").text


def test_a_role_leaves_out_the_others(chief: TestClient) -> None:
    page = chief.get("/users?role=police&lang=zh").text
    assert len(shown(page, r"员工 \d\d")) == 10
    assert "10 / 41" in page


def test_who_was_active_last_comes_first(chief: TestClient) -> None:
    page = chief.get("/users?sort=seen&q=员工&lang=zh").text
    assert shown(page, r"员工 \d\d")[:2] == ["员工 03", "员工 09"]
    assert page.count("最近活动") == 2
    assert page.count("没有在任何设备上登录") == 38


def test_tokens_by_their_end_and_the_soonest_are_marked(chief: TestClient) -> None:
    page = chief.get("/tokens?sort=ends&lang=zh").text
    assert shown(page, r"<b>(tool-\d\d)</b>")[:3] == ["tool-00", "tool-01", "tool-02"]
    assert page.count("两周内到期") == 1
    assert shown(chief.get("/tokens?q=tool-17").text, r"<b>(tool-\d\d)</b>") == ["tool-17"]


def test_what_each_scope_may_is_said(chief: TestClient) -> None:
    page = chief.get("/tokens?lang=en").text
    for said in ("it changes nothing", "as a person of that role", "nowhere else is it anything"):
        assert said in page
