"""The residents' pages in a browser: they stay true by themselves, and a person of 70 can read and press them."""

from pathlib import Path

import cv2
import pytest
from playwright.sync_api import Page, expect

from dashboard_api.settings import Settings
from tests.browser.conftest import DESK, PHONE, NewTab, Tab
from tests.integration.dashboard_api.conftest import Running, Town, serving

TABLET = (820, 1180)
SMALL_TEXT = """() => [...document.querySelectorAll('body *')].filter(e =>
    [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) && e.getClientRects().length
    && parseFloat(getComputedStyle(e).fontSize) < 18).map(e => e.outerHTML.slice(0, 80))"""
SMALL_TARGETS = """() => [...document.querySelectorAll('a:not(.skip), button')].filter(e => {
    const box = e.getBoundingClientRect(); return box.width && (box.width < 60 || box.height < 60)
}).map(e => e.outerHTML.slice(0, 80))"""


def opened(tab: Tab, path: str = "/") -> Page:
    """Open and wait until changes are heard."""
    page = tab.open(path)
    expect(page.locator("#live")).to_have_attribute("data-state", "live")
    return page


def trouble(town: Town) -> None:
    town.all_well()
    town.sees("cp-01.2", "down", codes=("GroundFailure",), word="out_of_order")
    town.breaks("cp-01.2", "GroundFailure")


@pytest.mark.parametrize("choice", ["lang=zh", "lang=en&size=large"])
@pytest.mark.parametrize("size", [PHONE, TABLET, DESK], ids=["phone", "tablet", "desk"])
def test_everything_can_be_read_and_pressed(town: Town, new_tab: NewTab, size: tuple[int, int], choice: str) -> None:
    trouble(town)
    tab = new_tab(size)
    for path in ("/", "/c/cp-01", "/poster/j-02"):
        page = tab.open(f"{path}?{choice}")
        assert page.evaluate(SMALL_TEXT) == []
        assert page.evaluate(SMALL_TARGETS) == []
        assert page.evaluate("document.documentElement.scrollWidth") == size[0]
    assert tab.complaints == []
    assert tab.hosts == {tab.address.split("/")[2]}


def test_a_socket_that_becomes_free_is_there_without_reloading(town: Town, new_tab: NewTab) -> None:
    town.all_well()
    page = opened(new_tab())
    page.evaluate("window.untouched = true")
    expect(page.locator(".r-big")).to_have_text("1", use_inner_text=True)
    town.sees("cp-01.2", word="free", for_s=1)
    expect(page.locator(".r-big")).to_have_text("2", use_inner_text=True, timeout=5_000)
    expect(page.locator("[data-socket='cp-01.2']")).to_contain_text("不到 1 分钟")
    assert page.evaluate("window.untouched") is True


def test_who_waits_is_told_once_and_the_server_knows_nothing_of_it(town: Town, new_tab: NewTab) -> None:
    trouble(town)
    town.sees("cp-01.1", word="in_use")
    tab = new_tab()
    page = opened(tab)
    page.click("text=有空位就提醒我")
    expect(page.locator("[data-watch]")).to_contain_text("正在等空位")
    town.sees("cp-01.1", word="free", for_s=1)
    expect(page.locator("#hit")).to_have_text("公共服务点 · 汽车充电有空位了！", timeout=5_000)
    expect(page).to_have_title("★ 公共服务点 · 汽车充电有空位了！")
    expect(page.locator("[data-watch]")).to_be_hidden()
    assert tab.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert tab.complaints == []


def test_a_server_that_is_away_is_said_and_the_page_comes_back_by_itself(
    town: Town, new_tab: NewTab, running: Running
) -> None:
    town.all_well()
    page = opened(new_tab())
    free = page.locator("[data-socket='cp-01.1'] .r-state")
    running.server.should_exit = True
    expect(page.locator("#offline")).to_contain_text("和服务器断开了。下面是", timeout=20_000)
    expect(free).to_have_text("之前：空闲", use_inner_text=True)
    town.sees("cp-01.1", word="in_use", for_s=1)
    with serving(town, running.port):
        expect(page.locator("#offline")).to_be_hidden(timeout=20_000)
        expect(free).to_have_text("使用中", use_inner_text=True)


def test_without_a_stream_it_asks_now_and_then(town: Town, new_tab: NewTab) -> None:
    town.all_well()
    tab = new_tab()
    tab.page.add_init_script("delete window.EventSource")
    tab.page.clock.install()
    page = tab.open("/")
    town.sees("cp-01.2", word="free", for_s=1)
    page.wait_for_timeout(1_000)  # the server looks for changes four times a second
    page.clock.run_for(17_000)
    expect(page.locator(".r-big")).to_have_text("2", use_inner_text=True)
    expect(page.locator("#live")).to_have_text("自动更新")


def test_without_scripts_nothing_is_offered_that_needs_one(town: Town, new_tab: NewTab) -> None:
    trouble(town)
    page = new_tab(scripts=False).open("/")
    expect(page.locator("#live")).to_contain_text("刷新页面看最新")
    assert page.locator("button:visible").count() == 0
    page.click("text=大字")
    assert page.locator("html").get_attribute("data-size") == "large"
    page.click("h4 a")
    expect(page.locator("h1")).to_have_text("1 号充电桩")
    expect(page.locator("a[href='tel:119']")).to_be_visible()


def test_reading_aloud_is_offered_only_where_there_is_a_voice(town: Town, new_tab: NewTab) -> None:
    town.all_well()
    silent, speaking = new_tab(), new_tab()
    speaking.page.add_init_script("speechSynthesis.getVoices = () => [{ lang: 'zh-CN' }]")
    expect(opened(silent).locator("#read")).to_be_hidden()
    expect(opened(speaking).locator("#read")).to_be_visible()


@pytest.mark.usefixtures("town")
def test_the_code_on_the_poster_leads_to_the_place(new_tab: NewTab, tmp_path: Path) -> None:
    desk = new_tab(DESK)
    desk.open("/poster/j-02")
    desk.page.locator(".qr").screenshot(path=tmp_path / "code.png")
    picture = cv2.imread(str(tmp_path / "code.png"))
    assert picture is not None
    read, *_ = cv2.QRCodeDetector().detectAndDecode(picture)
    assert read == "https://cun.example/#j-02"


@pytest.fixture
def town(town: Town) -> Town:
    """The other tests' village, with an address that people use."""
    town.settings = Settings.model_validate(
        {**town.settings.model_dump(), "public_url": "https://cun.example", "secure_cookie": "never"}
    )
    return town
