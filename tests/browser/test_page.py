"""The page in a browser: what people see, that it stays true by itself, and that it can be used."""

import pytest
from playwright.sync_api import expect

from gateway.faults import Fact
from gateway.store import Batch, FaultFacts, FaultRoot, MessageWrite, WindowSet
from tests.browser.conftest import DESK, PHONE, NewTab
from tests.integration.dashboard_api.conftest import Running, Town

LANGS = ("zh", "en")
SIZES = (PHONE, DESK)
WORDS = {
    "zh": ("小学门口摄像头画面静止不动", "空闲", "正常"),
    "en": ("School gate camera shows a frozen picture", "Free", "Working"),
}
# Visible text smaller than 17 px, and things to press smaller than 44 px; the skip link is there for keyboards.
SMALL_TEXT = """() => [...document.querySelectorAll('body *')].filter(e =>
    [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) && e.getClientRects().length
    && parseFloat(getComputedStyle(e).fontSize) < 17).map(e => e.outerHTML.slice(0, 80))"""
SMALL_TARGETS = """() => [...document.querySelectorAll('a:not(.skip), button, summary, textarea')].filter(e => {
    const box = e.getBoundingClientRect(); return box.width && (box.width < 44 || box.height < 44)
}).map(e => e.outerHTML.slice(0, 80))"""


def trouble(town: Town) -> None:
    """A frozen camera, a light that nothing is known of, a socket with an earth fault."""
    town.all_well()
    town.sees("cam-01", "down", codes=("frozen",))
    town.breaks("cam-01", "frozen")
    town.sees("wl-03", "unknown", age_s=400)
    town.sees("cp-01.2", "down", codes=("GroundFailure",), word="out_of_order")
    town.breaks("cp-01.2", "GroundFailure")


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("size", SIZES, ids=["phone", "desk"])
def test_it_shows_what_there_is_and_asks_nobody_else(
    town: Town, new_tab: NewTab, size: tuple[int, int], lang: str
) -> None:
    trouble(town)
    tab = new_tab(size)
    page = tab.live(f"/village?lang={lang}")
    for text in WORDS[lang]:
        expect(page.get_by_text(text).first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == size[0]
    assert tab.complaints == []
    assert tab.hosts == {tab.address.split("/")[2]}


@pytest.mark.parametrize("choice", ["lang=zh", "lang=en", "lang=en&size=large"])
def test_everything_can_be_read_and_pressed(town: Town, new_tab: NewTab, choice: str) -> None:
    trouble(town)
    tab = new_tab()
    tab.sign_in(town)
    page = tab.live(f"/village?{choice}")
    page.click("#faults .take summary")
    assert page.evaluate(SMALL_TEXT) == []
    assert page.evaluate(SMALL_TARGETS) == []
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]


def test_a_change_is_there_without_reloading(town: Town, new_tab: NewTab) -> None:
    town.all_well()
    page = new_tab().live("/village")
    page.evaluate("window.untouched = true")
    town.sees("wl-01", "down", codes=("dark",), for_s=3)
    town.breaks("wl-01", "dark", ago_s=3)
    light = page.locator("#junctions [data-device=wl-01]")
    expect(light).to_contain_text("故障", timeout=2_000)
    expect(light).to_contain_text("不亮")
    expect(page.locator("#faults .fault")).to_contain_text("小学门口警示灯不亮", timeout=2_000)
    expect(page.locator("#map .spot.down")).to_have_count(1)
    assert page.evaluate("window.untouched") is True


def test_a_socket_that_becomes_free_is_shown_to_residents(town: Town, new_tab: NewTab) -> None:
    town.all_well()
    page = new_tab().live("/village")
    expect(page.locator("#piles .hero b")).to_have_text("1")
    town.sees("cp-01.2", word="free", for_s=1)
    expect(page.locator("#piles .hero b")).to_have_text("2", timeout=2_000)


def test_an_age_counts_on_and_a_reading_without_news_only_renews_it(town: Town, new_tab: NewTab) -> None:
    town.all_well()
    town.sees("cam-02", age_s=58)
    tab = new_tab()
    page = tab.live("/village")
    age = page.locator("#junctions [data-device=cam-02] time")
    expect(age).to_have_text("1 分钟前", timeout=4_000)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    town.sees("cam-02", age_s=0)
    expect(age).to_have_text("刚刚", timeout=2_000)
    assert asked == []


def test_a_fault_is_taken_with_what_was_typed_while_the_page_went_on(
    town: Town, new_tab: NewTab, clerk: object
) -> None:
    trouble(town)
    tab = new_tab()
    tab.sign_in(town)
    page = tab.live("/village")
    number = next(fault.id for fault in town.faults("open") if fault.code == "frozen")
    page.click(f"#take-{number} summary")
    page.fill(f"#comment-{number}", "十分钟到")
    town.breaks("cam-02", "black", ago_s=1)
    expect(page.locator("#faults .fault")).to_have_count(3, timeout=2_000)
    expect(page.locator(f"#comment-{number}")).to_have_value("十分钟到")
    page.click(f"#form-{number} button")
    expect(page.locator(f"#{number}")).to_contain_text("维修人员 1 已签收")
    assert town.store.fault_moves(number)[-1].comment == "十分钟到"
    assert clerk
    assert tab.complaints == []


def test_measured_dead_releases_the_socket(town: Town, new_tab: NewTab, clerk: object) -> None:
    trouble(town)
    town.mends("cp-01.2", "GroundFailure")
    town.sees("cp-01.2", word="free")
    tab = new_tab(DESK)
    tab.sign_in(town)
    page = tab.live("/village?lang=en")
    socket = page.locator("#piles [data-device='cp-01.2']")
    expect(socket).to_contain_text("Out of order")
    number = next(fault.id for fault in town.faults("open") if fault.code == "GroundFailure")
    page.click(f"#take-{number} summary")
    page.check(f"#dead-{number}")
    page.click(f"#form-{number} button")
    expect(page.locator(f"#{number}")).to_have_count(0)
    expect(socket).to_contain_text("Free", timeout=3_000)
    assert clerk


def test_the_second_person_is_told_on_the_card(town: Town, new_tab: NewTab) -> None:
    trouble(town)
    tab = new_tab()
    tab.sign_in(town)
    page = tab.live("/village")
    number = town.faults("open")[0].id
    page.click(f"#take-{number} summary")
    page.fill(f"#comment-{number}", "出发")
    page.evaluate(f"document.querySelector('input[form=form-{number}]').value = 7")
    page.click(f"#form-{number} button")
    expect(page.locator(f"#{number} .notice")).to_contain_text("又有了变化")
    expect(page.locator(f"#comment-{number}")).to_have_value("出发")


def test_without_scripts_it_can_be_read_and_used(town: Town, new_tab: NewTab, clerk: object) -> None:
    trouble(town)
    tab = new_tab(scripts=False)
    tab.sign_in(town)
    page = tab.open("/village")
    expect(page.locator("#live")).to_contain_text("刷新页面看最新状态")
    number = next(fault.id for fault in town.faults("open") if fault.code == "frozen")
    page.click(f"#take-{number} summary")
    page.click(f"#form-{number} button")
    expect(page.locator(f"#{number}")).to_contain_text("维修人员 1 已签收")
    assert clerk


def test_a_server_that_goes_away_is_said_with_the_age_of_what_is_shown(
    town: Town, new_tab: NewTab, running: Running
) -> None:
    town.all_well()
    page = new_tab().live("/village")
    running.server.should_exit = True
    expect(page.locator("#live")).to_contain_text("连接中断")
    expect(page.locator("#offline")).to_contain_text("和服务器断开了。下面是", timeout=8_000)


def test_a_gateway_that_is_silent_is_said(town: Town, new_tab: NewTab) -> None:
    for device in town.village.places():
        town.sees(device, word="free", age_s=600)
    page = new_tab().live("/village")
    expect(page.locator("#summary .stale")).to_contain_text("10 分钟前")
    expect(page.locator("#live")).to_contain_text("没有新数据")
    expect(page.locator("#piles .socket").first).to_contain_text("最后已知：空闲")


def power_cut(town: Town) -> str:
    """The east feeder's two junctions are dark; the number of the cause."""
    town.all_well()
    cause = town.breaks("f-east", "feeder_down", ago_s=500)
    for site, ago_s in (("j-01", 500), ("j-02", 490)):
        town.breaks(site, "site_dark", ago_s)
        town.store.record(Batch(at_ms=town.now_ms(), faults=[FaultRoot(site, "site_dark", None, "f-east", 0)]))
    told = MessageWrite("problem", "f-east", "feeder_down", town.now_ms() - 300_000)
    facts = (Fact("feeder_dark", {"feeder": "f-east", "dark": 2, "sites": 2, "sensed": 0}),)
    explained = FaultFacts("f-east", "feeder_down", None, facts)
    town.store.record(Batch(at_ms=town.now_ms(), faults=[told, explained]))
    return cause.id


CAUSE = {
    "zh": ("东台区像是停电", "小学门口全部失联", "几乎同时失联", "故障通知"),
    "en": ("East feeder seems to be without power", "School gate is silent as a whole", "at almost the same", "Fault"),
}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("size", SIZES, ids=["phone", "desk"])
def test_a_cause_is_one_card_and_its_page_says_why(
    town: Town, new_tab: NewTab, size: tuple[int, int], lang: str
) -> None:
    number = power_cut(town)
    tab = new_tab(size)
    tab.sign_in(town)
    page = tab.live(f"/village?lang={lang}")
    expect(page.locator("#faults .fault")).to_have_count(1)
    page.click(f"#{number} .parts summary")
    expect(page.locator(f"#{number} .parts li")).to_have_count(2)
    assert page.evaluate(SMALL_TARGETS) == []
    page.click(f"#{number} > .body > a.button")
    for text in CAUSE[lang]:
        expect(page.locator("main").get_by_text(text).first).to_be_visible()
    assert page.evaluate(SMALL_TEXT) == []
    assert page.evaluate(SMALL_TARGETS) == []
    assert page.evaluate("document.documentElement.scrollWidth") == size[0]
    assert tab.complaints == []


def test_a_socket_taken_out_of_service_is_closed_on_the_page_without_reloading(town: Town, new_tab: NewTab) -> None:
    town.all_well()
    page = new_tab().live("/village")
    socket = page.locator("#piles [data-device='cp-01.1']")
    expect(socket).to_contain_text("空闲")
    now = town.now_ms()
    soon = WindowSet("out_of_service", "cp-01.1", now, now + 3_000, now)
    town.store.record(Batch(at_ms=now, windows=[soon]))
    expect(socket).to_contain_text("暂停开放", timeout=2_500)
    expect(socket).to_contain_text("空闲", timeout=6_000)
