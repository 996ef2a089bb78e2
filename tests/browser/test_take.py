"""The page behind a link in a message, on a phone, without a script."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pydantic import SecretStr

from dashboard_api.settings import Settings
from gateway.dispatch.links import sign
from gateway.store import FaultRow
from tests.browser.conftest import PHONE, NewTab
from tests.browser.test_page import SMALL_TARGETS
from tests.integration.dashboard_api.conftest import Town, running

__all__ = ["running"]

KEY = "k" * 40
# Text of the page itself smaller than 18 px; targets of the page itself lower than 60 px.
SMALL = """() => [...document.querySelectorAll('main *')].filter(e =>
    [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) && e.getClientRects().length
    && parseFloat(getComputedStyle(e).fontSize) < 18).map(e => e.outerHTML.slice(0, 80))"""
LOW = """() => [...document.querySelectorAll('main a, main button, main input')].filter(e =>
    e.getBoundingClientRect().height < 60).map(e => e.outerHTML.slice(0, 80))"""
# Pairs of text and what is painted behind it with less than 4.5:1.
FAINT = """() => {
    const channel = c => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4;
    const light = ([r, g, b]) => .2126 * channel(r / 255) + .7152 * channel(g / 255) + .0722 * channel(b / 255);
    const of = text => text.match(/[\\d.]+/g).map(Number);
    const behind = e => { const c = of(getComputedStyle(e).backgroundColor);
        return c.length < 4 || c[3] ? c : behind(e.parentElement) };
    return [...document.querySelectorAll('body *')].filter(e => e.getClientRects().length
        && [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())).filter(e => {
        const [a, b] = [light(of(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
        return (a + .05) / (b + .05) < 4.5 }).map(e => e.outerHTML.slice(0, 80))
}"""


@pytest.fixture
def town(town: Town) -> Town:
    town.settings = Settings(inventory=Path("-"), database="-", link_key=SecretStr(KEY))
    return town


def path_of(town: Town, fault: FaultRow, who: str = "li") -> str:
    now = town.now_ms()
    return f"/a/{sign(KEY.encode(), fault.id, who, fault.reopened, now, now + 7_200_000)}"


def can_be_used(page: Page) -> None:
    assert page.evaluate(SMALL) == []
    assert page.evaluate(LOW) == []
    assert page.evaluate(SMALL_TARGETS) == []
    assert page.evaluate(FAINT) == []
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_everything_can_be_read_and_pressed(town: Town, new_tab: NewTab, lang: str) -> None:
    tab = new_tab(scripts=True)
    fault = town.breaks("cp-01.1", "GroundFailure")
    for path in (path_of(town, fault, "group:repair"), "/a/wrong"):
        can_be_used(tab.open(f"{path}?lang={lang}"))
    assert tab.hosts == {tab.address.split("/")[2]}


def test_faint_text_would_be_noticed(town: Town, new_tab: NewTab) -> None:
    page = new_tab().open(path_of(town, town.breaks("cam-01", "frozen")))
    page.evaluate("document.querySelector('main h1').style.color = '#999'")
    assert len(page.evaluate(FAINT)) == 1


def test_one_press_takes_it_and_a_second_look_says_who_has(town: Town, new_tab: NewTab, clerk: object) -> None:
    assert clerk
    path = path_of(town, town.breaks("cp-01.1", "GroundFailure"), "group:repair")
    page = new_tab(scripts=False).open(path)
    expect(page.locator("h1")).to_contain_text("漏电")
    page.get_by_label("您的姓名").fill("李工")
    page.get_by_role("button", name="我来处理").click()
    expect(page.get_by_role("status")).to_contain_text("李工")
    expect(page.locator(".latched")).to_contain_text("接单不会解除这个故障")
    page.goto(page.url)
    expect(page.locator("h1")).to_have_text("这个故障已经有人接单")
    expect(page.locator("main")).to_contain_text("李工")


def test_without_a_name_it_is_not_sent(town: Town, new_tab: NewTab) -> None:
    page = new_tab(scripts=False).open(path_of(town, town.breaks("cam-01", "frozen"), "group:repair"))
    page.get_by_role("button", name="我来处理").click()
    assert page.evaluate("document.querySelector('#who').validity.valueMissing") is True
    assert town.store.waiting_inputs() == []
