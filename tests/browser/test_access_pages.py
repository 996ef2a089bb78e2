"""Signing in and managing who may, in a real browser: nothing wider than the screen, nothing that the page's policy
refuses, errors that are read out."""

import pytest

from dashboard_api.auth import sign_in
from tests.browser.conftest import DESK, PHONE, NewTab, Tab, Town
from tests.integration.dashboard_api.people import PASSWORD, account

PAGES = ("/users", "/users/1", "/tokens", "/account")


def enters(tab: Tab, name: str = "chief", password: str = PASSWORD) -> None:
    tab.page.fill("#f-name", name)
    tab.page.fill("#f-password", password)
    tab.page.click("button.primary")


def fits(tab: Tab) -> bool:
    """Nothing sticks out to the right."""
    return bool(tab.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_the_first_administrator_sets_up_signs_out_and_in(town: Town, new_tab: NewTab, scripts: bool) -> None:
    token, tab = sign_in.set_up(town.store, 24, town.now_ms()), new_tab(PHONE, scripts=scripts)
    tab.open(f"/sign-in/{token}")
    tab.page.fill("#f-repeat", PASSWORD)
    enters(tab)
    tab.open("/users")
    tab.page.click(".who button")
    tab.open("/users")
    enters(tab, password="not the right one")
    assert tab.page.input_value("#f-name") == "chief"
    assert tab.page.get_by_role("alert").inner_text() == "登录名或密码不对。"
    enters(tab)
    tab.page.wait_for_url("**/users")
    assert [one for one in tab.complaints if "401" not in one and "Cleared data types" not in one] == []


@pytest.mark.parametrize("size", [PHONE, (820, 1180), DESK])
def test_every_page_fits_and_obeys_its_policy(town: Town, new_tab: NewTab, size: tuple[int, int]) -> None:
    account(town, "chief", "admin", display="王主任")
    tab = new_tab(size)
    tab.open("/users")
    enters(tab)
    tab.page.wait_for_url("**/users")
    for path in PAGES:
        tab.open(path)
        assert fits(tab), path
    assert {host.split(":")[0] for host in tab.hosts} == {"127.0.0.1"}
    assert [one for one in tab.complaints if "401" not in one and "Cleared data types" not in one] == []


def test_a_mistake_is_tied_to_its_field_and_what_was_ticked_stays(town: Town, new_tab: NewTab) -> None:
    account(town, "chief", "admin")
    tab = new_tab(PHONE)
    tab.open("/users")
    enters(tab)
    tab.page.fill("#f-name", "a b")
    tab.page.check("input[value=j-01]")
    tab.page.click("section button.primary")
    field = tab.page.locator("#f-name")
    assert field.get_attribute("aria-invalid") == "true"
    words = (field.get_attribute("aria-describedby") or "").split()
    assert "不含空格" in tab.page.locator(f"#{words[0]}").inner_text()
    assert tab.page.is_checked("input[value=j-01]")
