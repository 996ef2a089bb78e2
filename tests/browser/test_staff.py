"""The staff's pages in a browser: on a phone, in both languages; true by themselves, and usable without a script."""

import pytest
from msgspec.structs import replace
from playwright.sync_api import expect

from gateway.store import Batch
from tests.browser.conftest import DESK, PHONE, NewTab
from tests.browser.test_page import SMALL_TARGETS, SMALL_TEXT, trouble
from tests.integration.dashboard_api.conftest import Running, Town, serving

PAGES = (
    "/staff",
    "/staff/map",
    "/staff/devices",
    "/staff/devices/cam-01",
    "/staff/maintenance",
    "/staff/more",
    "/here/j-01",
)


@pytest.mark.parametrize(("size", "choice"), [(PHONE, "lang=zh"), (PHONE, "lang=en&size=large"), (DESK, "lang=en")])
def test_every_page_can_be_read_and_pressed(town: Town, new_tab: NewTab, size: tuple[int, int], choice: str) -> None:
    trouble(town)
    tab = new_tab(size)
    tab.sign_in(town)
    number = next(row.id for row in town.faults() if row.asset == "cam-01")
    for path in (*PAGES, f"/staff/faults/{number}", f"/staff/faults/{number}/false_alarm"):
        page = tab.open(f"{path}?{choice}")
        assert (path, page.evaluate("document.documentElement.scrollWidth")) == (path, size[0])
        assert (path, page.evaluate(SMALL_TEXT)) == (path, [])
        assert (path, page.evaluate(SMALL_TARGETS)) == (path, [])
    assert [one for one in tab.complaints if "503" not in one] == []
    assert tab.hosts == {tab.address.split("/")[2]}


def test_a_fault_appears_by_itself_within_two_seconds(town: Town, new_tab: NewTab) -> None:
    town.all_well()
    tab = new_tab()
    tab.sign_in(town)
    page = tab.live("/staff")
    expect(page.locator("#work")).to_contain_text("没有要处理的故障")
    town.breaks("cam-01", "frozen", ago_s=1)
    expect(page.locator("#work .fault")).to_contain_text("小学门口摄像头画面静止不动", timeout=2_000)


@pytest.mark.usefixtures("clerk")
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_one_press_after_another_to_the_repair(town: Town, new_tab: NewTab, scripts: bool) -> None:
    town.all_well()
    number = town.breaks("cam-01", "frozen").id
    tab = new_tab(scripts=scripts)
    tab.sign_in(town)
    page = tab.open(f"/staff/faults/{number}")
    for word in ("我来处理", "我到现场了"):
        page.click(f".dock .primary:has-text('{word}')")
        expect(page.locator("#story .notice.good")).to_contain_text("已登记")
    page.click(".dock .primary:has-text('已修好')")
    page.fill("#comment", "换了网线")
    page.click(".dock .primary")
    expect(page.locator(".timeline")).to_contain_text("换了网线")
    expect(page.locator(".dock")).to_contain_text("已修复")


def test_what_was_typed_outlives_a_lost_session(town: Town, new_tab: NewTab) -> None:
    number = town.breaks("cam-01", "frozen").id
    tab = new_tab()
    tab.sign_in(town)
    page = tab.open(f"/staff/faults/{number}/refused")
    page.fill("#comment", "归交警管")
    tab.context.clear_cookies()
    page.click(".dock .primary")
    expect(page.get_by_text("登录已过期").first).to_be_visible()
    tab.sign_in(town)
    page = tab.open(f"/staff/faults/{number}/refused")
    expect(page.locator("#comment")).to_have_value("归交警管")


def test_without_the_server_the_page_says_how_old_it_is_and_comes_back_by_itself(
    town: Town, new_tab: NewTab, running: Running
) -> None:
    town.all_well()
    tab = new_tab()
    tab.sign_in(town)
    page = tab.live("/staff")
    running.server.should_exit = True
    expect(page.locator("#offline")).to_contain_text("和服务器断开了。下面是", timeout=20_000)
    town.breaks("cam-01", "frozen")
    with serving(town, running.port):
        expect(page.locator("#offline")).to_be_hidden(timeout=20_000)
        expect(page.locator("#work .fault")).to_have_count(1, timeout=20_000)


def test_a_curve_has_its_figures_as_a_table(town: Town, new_tab: NewTab) -> None:
    town.all_well()
    measured = replace(town.sees("cam-01"), metrics={"fps": 25.0})
    town.store.record(Batch(at_ms=town.now_ms(), live=[measured]))
    tab = new_tab()
    tab.sign_in(town)
    now = town.now_ms()
    points = [[now - 3_600_000 + n * 300_000, 24.0 + n, 23.0, 30.0 + n] for n in range(10)]
    tab.page.route("**/series?**", lambda route: route.fulfill(json={"points": points, "step_ms": 300_000}))
    page = tab.open("/staff/devices/cam-01")
    page.locator(".chart").scroll_into_view_if_needed()
    expect(page.locator(".chart canvas")).to_be_visible()
    page.click(".chart summary")
    expect(page.locator(".chart tbody tr")).to_have_count(10)
    assert tab.complaints == []
