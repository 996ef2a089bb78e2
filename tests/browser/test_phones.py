"""The demo's wall of phones in a real browser."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from demo.vendors import Received, Vendors, registered
from tests.browser.conftest import DESK, PHONE

LETTER = "【紧急】服务点充电桩漏电\n先做：让人远离\n点开接单：http://127.0.0.1:9/a/token\n编号 F-2026-0001"


@pytest.fixture
def vendors() -> Iterator[Vendors]:
    with Vendors(templates=registered.texts()) as found:
        yield found


@pytest.fixture
def open_at(browser: Browser, vendors: Vendors) -> Iterator[Callable[..., tuple[Page, list[str]]]]:
    opened = []

    def begin(size: tuple[int, int], **more: object) -> tuple[Page, list[str]]:
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **more)  # type: ignore[arg-type]  # as given
        opened.append(context)
        page, complaints = context.new_page(), list[str]()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(vendors.url)
        return page, complaints

    yield begin
    for context in opened:
        context.close()


def arrive(vendors: Vendors, number: int = 1) -> None:
    for channel, to in (("wecom", "maintenance"), ("voice", "+8610000000004"), ("smtp", "zheng@example.org")):
        vendors.ledger.take(Received(channel, to, LETTER, f"k-{number}", 1_000 * number))


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_letters_appear_by_themselves_and_fit(
    vendors: Vendors, open_at: Callable[..., tuple[Page, list[str]]], size: tuple[int, int]
) -> None:
    page, complaints = open_at(size)
    page.wait_for_selector("#live[data-state=live]")
    arrive(vendors)
    page.wait_for_selector(".letter.wecom")
    assert page.locator(".phone").count() == 3
    arrive(vendors, 2)
    page.wait_for_selector(".letter.new")
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert complaints == []


def test_without_scripts_the_letters_are_there_after_a_reload(
    vendors: Vendors, open_at: Callable[..., tuple[Page, list[str]]]
) -> None:
    page, _ = open_at(PHONE, java_script_enabled=False)
    assert page.locator(".letter").count() == 0
    arrive(vendors)
    page.reload()
    assert page.locator("a.go").first.get_attribute("href") == "http://127.0.0.1:9/a/token"


def test_vendors_that_are_gone_are_said_to_be(vendors: Vendors, open_at: Callable[..., tuple[Page, list[str]]]) -> None:
    page, _ = open_at(DESK)
    page.wait_for_selector("#live[data-state=live]")
    vendors.stop()
    page.wait_for_selector("#live[data-state=lost]")
