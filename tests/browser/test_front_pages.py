"""The public front in a browser: alive without reloading, true in silence, and usable by everybody."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import Axe
from tests.browser.conftest import PHONE
from tests.integration.front.conftest import Pair, Process, front, pair, until

__all__ = ["front", "pair"]


@pytest.fixture
def page(browser: Browser) -> Page:
    context = browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]}, locale="zh-CN")
    return context.new_page()


def address(front: Process) -> str:
    return f"http://127.0.0.1:{front.port}"


def test_the_residents_page_on_the_front_changes_by_itself_and_says_when_it_cannot_know(pair: Pair, page: Page) -> None:
    page.goto(address(pair.front))
    expect(page.locator("#live")).to_have_attribute("data-state", "live")
    page.evaluate("window.untouched = true")
    pair.town.sees("cp-01.2", word="free", for_s=1)
    expect(page.locator(".r-big")).to_have_text("2", use_inner_text=True)
    pair.cut()
    expect(page.locator(".r-silent")).to_contain_text("和村里断了联系", timeout=40_000)
    expect(page.locator("[data-socket='cp-01.1'] .r-state")).not_to_contain_text("空闲")
    pair.mend()
    expect(page.locator(".r-silent")).to_have_count(0, timeout=40_000)
    assert page.evaluate("window.untouched") is True


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_everybody_can_use_the_fronts_own_pages(pair: Pair, page: Page, axe: Axe, lang: str) -> None:
    row = pair.town.breaks("cam-01", "frozen")
    path = pair.letter(row.id, "group:maintenance-room")
    pair.cut()
    until(lambda: pair.word() == "unknown", "the village is away")
    for where in ("/", "/c/cp-01", "/no-such-page", path):
        page.goto(f"{address(pair.front)}{where}?lang={lang}")
        assert axe.violations(page) == [], where
    page.fill("#who", "Wang")
    page.click("button.primary")
    expect(page.locator("h1")).to_have_text("已经记下" if lang == "zh" else "Written down", timeout=30_000)
    assert axe.violations(page) == []
