"""The phone itself loses its line: what it kept is shown as what it is, on a phone and a tablet, in both languages."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import Axe
from tests.browser.conftest import NewTab
from tests.browser.test_kept import RESIDENTS, STAFF, kept
from tests.integration.dashboard_api.conftest import Running, Town

SIZES = [(390, 844), (820, 1180)]
WORDS = {
    "zh": ("和服务器断开了", "之前：空闲", "没有网络。这是", "只能看"),
    "en": ("No connection to the server", "Before: free", "No connection. This is how things were", "to read only"),
}


def offline(page: Page) -> None:
    """Without a line, the same page again."""
    page.context.set_offline(True)
    page.reload()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("size", SIZES)
def test_residents_see_the_last_state_as_that(
    town: Town, new_tab: NewTab, axe: Axe, size: tuple[int, int], lang: str
) -> None:
    town.all_well()
    page = new_tab(size).live(f"/?lang={lang}")
    kept(page, RESIDENTS, "/")
    offline(page)
    expect(page.locator("#offline")).to_contain_text(WORDS[lang][0])
    expect(page.locator("#offline time")).to_have_text(re.compile(r"\S"))
    expect(page.locator("[data-socket='cp-01.1'] .r-state")).to_have_text(
        re.compile(re.escape(WORDS[lang][1]), re.IGNORECASE), use_inner_text=True
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert axe.violations(page) == []


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("size", SIZES)
def test_staff_read_their_list_and_can_send_nothing(
    town: Town, new_tab: NewTab, axe: Axe, size: tuple[int, int], lang: str
) -> None:
    town.all_well()
    town.breaks("cam-01", "frozen")
    tab = new_tab(size)
    tab.sign_in(town)
    page = tab.live(f"/staff?lang={lang}")
    kept(page, STAFF, "/staff")
    offline(page)
    expect(page.locator("#offline")).to_contain_text(WORDS[lang][2])
    expect(page.locator("#offline")).to_contain_text(WORDS[lang][3])
    assert page.locator("main button:enabled").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert axe.violations(page) == []


def test_the_age_grows_while_the_page_is_looked_at(town: Town, new_tab: NewTab) -> None:
    town.all_well()
    tab = new_tab(SIZES[0])
    tab.page.clock.install()
    page = tab.live("/")
    kept(page, RESIDENTS, "/")
    page.context.set_offline(True)
    page.clock.fast_forward(300_000)
    expect(page.locator("#offline time")).to_have_text(re.compile("5 分钟"))
    page.clock.fast_forward(3_600_000)
    expect(page.locator("#offline time")).to_have_text(re.compile("1 小时"))


def test_after_signing_out_nothing_is_there_without_a_line(town: Town, new_tab: NewTab, running: Running) -> None:
    town.all_well()
    tab = new_tab(SIZES[0])
    tab.sign_in(town)
    page = tab.live("/staff")
    kept(page, STAFF, "/staff")
    page.goto(tab.address + "/staff/more")
    page.locator("main form[action='/sign-out'] button").click()
    page.wait_for_url(tab.address + "/")
    page.context.set_offline(True)
    with pytest.raises(Exception, match=r"ERR_INTERNET_DISCONNECTED|ERR_FAILED"):
        page.goto(running.address + "/staff")
