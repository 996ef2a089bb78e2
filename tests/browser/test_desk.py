"""The duty desk in a browser: the whole work order by keyboard alone, with the script and without."""

import pytest
from playwright.sync_api import Page, expect

from dashboard_api.web.texts import Lang
from demo import afternoon, people
from tests.browser import keys
from tests.browser.conftest import NewTab, Tab
from tests.integration.dashboard_api.conftest import Town

PLAIN_PC, FULL = (1366, 768), (1920, 1080)
FOCUSED = "document.activeElement.id"
# The rim that says where one is: its width, or that of the shadow that stands for it.
RIM = "parseFloat(getComputedStyle(document.activeElement).outlineWidth)"

# The next thing that is asked of the server waits until `goOn`.
HOLD = """() => {
  const send = XMLHttpRequest.prototype.send;
  XMLHttpRequest.prototype.send = function (...all) {
    XMLHttpRequest.prototype.send = send;
    window.goOn = () => send.apply(this, all);
  };
}"""


@pytest.fixture
def manned_town(town: Town) -> Town:
    """The demo's village with its roster."""
    town.village = afternoon.beigu()
    roster = people.roster_for(town.village).model_dump_json(by_alias=True, exclude_none=True)
    town.store.load_roster("test", roster.encode(), town.now_ms())
    town.all_well()
    return town


def at_the_desk(town: Town, tab: Tab, path: str = "/desk") -> Page:
    """Signed in by keyboard too."""
    tab.context.set_default_timeout(30_000)
    tab.open(f"/sign-in/{town.link('duty_desk')}")
    tab.page.focus("button.primary")
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_url("**/desk")
    return tab.open(path)


def tab_to(page: Page, name: str) -> None:
    """By Tab alone; each stop can be seen."""
    for _ in range(120):
        page.keyboard.press("Tab")
        assert page.evaluate(RIM) >= 2, page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        if page.evaluate(FOCUSED) == name:
            return
    raise AssertionError(f"no way to {name}")


def state(town: Town, number: str) -> str:
    row = town.store.fault(number)
    assert row is not None
    return row.order_state


@pytest.mark.usefixtures("clerk")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_whole_order_by_keys(manned_town: Town, new_tab: NewTab, lang: Lang) -> None:
    manned_town.breaks("cam-02", "blur")
    number = manned_town.breaks("cam-01", "frozen").id
    manned_town.breaks("cp-01.1", "GroundFailure")
    tab = new_tab(FULL)
    page = at_the_desk(manned_town, tab, f"/desk?lang={lang}")
    expect(page.locator(".listed [aria-current]")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator(".what .number")).to_have_text(number)
    page.wait_for_load_state("load")
    for step in keys.WHOLE:
        keys.do(page, lang, step)
        assert state(manned_town, number) == step[3], step
    keys.agree(manned_town.store, number, [outcome for _, _, outcome, _ in keys.WHOLE])
    assert (manned_town.store.fault_moves(number)[-1].comment or "").startswith("换了镜头，8 颗螺丝")
    assert [one for one in tab.complaints if "503" not in one] == []


@pytest.mark.usefixtures("clerk")
def test_what_was_no_fault_is_closed_by_keys(manned_town: Town, new_tab: NewTab) -> None:
    number = manned_town.breaks("cam-01", "frozen").id
    page = at_the_desk(manned_town, new_tab(PLAIN_PC))
    page.keyboard.press("8")
    keys.fill(page, ("看过，画面在动",))
    expect(page.locator(".call .notice.good")).to_contain_text("工单已关闭")
    assert state(manned_town, number) == "closed"


@pytest.mark.usefixtures("clerk")
def test_the_whole_order_by_tab_and_enter_without_a_script(manned_town: Town, new_tab: NewTab) -> None:
    number = manned_town.breaks("cam-01", "frozen").id
    page = at_the_desk(manned_town, new_tab(PLAIN_PC, scripts=False))
    seen = []
    for outcome in ("no_answer", "taken", "on_site"):
        tab_to(page, f"o-{outcome}")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**?done={outcome}")
        seen.append(state(manned_town, number))
    tab_to(page, "o-fixed")
    page.keyboard.press("Enter")
    tab_to(page, "send-fixed")
    page.keyboard.press("Enter")
    page.wait_for_url("**?done=fixed")
    assert [*seen, state(manned_town, number)] == ["open", "acked", "on_site", "fixed"]


def test_a_refusal_is_typed_and_passed_on(manned_town: Town, new_tab: NewTab, clerk: object) -> None:
    del clerk
    number = manned_town.breaks("cam-01", "frozen").id
    page = at_the_desk(manned_town, new_tab(PLAIN_PC))
    page.keyboard.press("3")
    expect(page.locator("#refused-comment")).to_be_focused()
    page.keyboard.type("不是我们装的")
    page.keyboard.press("Tab")
    for _ in range(20):
        if page.input_value("#refused-department") == "police":
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".call .notice.good")).to_contain_text("对方不接手")
    expect(page.locator(".dial .to b")).to_have_text("张警官")
    assert state(manned_town, number) == "open"


def test_nothing_moves_while_something_is_typed(manned_town: Town, new_tab: NewTab) -> None:
    manned_town.breaks("cam-01", "frozen")
    tab = new_tab(PLAIN_PC)
    at_the_desk(manned_town, tab)
    page = tab.live("/desk")
    page.keyboard.press("3")
    page.keyboard.type("词")
    manned_town.breaks("cp-01.1", "GroundFailure")
    expect(page.locator("#changed")).to_contain_text("情况有变化")
    expect(page.locator("#refused-comment")).to_have_value("词")
    expect(page.locator(".listed li")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(".listed li")).to_have_count(2)
    assert page.evaluate(FOCUSED).startswith("at-F-")


def test_keys_are_explained_and_can_be_turned_off(manned_town: Town, new_tab: NewTab) -> None:
    number = manned_town.breaks("cam-01", "frozen").id
    page = at_the_desk(manned_town, new_tab(PLAIN_PC))
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_contain_text("登记通话结果")
    tab_to(page, "keys-on")
    page.keyboard.press("Space")
    page.keyboard.press("2")
    page.reload()
    page.keyboard.press("2")
    expect(page.locator("#keys-on")).not_to_be_checked()
    assert manned_town.app().state.desk.calls.of(number) == []


def test_the_sheet_fits_on_paper(manned_town: Town, new_tab: NewTab) -> None:
    for number in range(1, 13):
        manned_town.breaks(f"cam-{number:02}", "frozen")
    page = at_the_desk(manned_town, new_tab(PLAIN_PC), "/desk/hand-over")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 695, "height": 1000})  # A4 less its margins, at 96 to an inch
    assert page.evaluate("document.documentElement.scrollWidth") <= 695
    for gone in (".mainnav", "#print", ".top", ".foot"):
        assert not page.locator(gone).is_visible(), gone
    assert page.pdf(format="A4").count(b"/Type /Page\n") <= 3


def test_news_that_were_asked_for_before_the_form_was_opened_wait_too(manned_town: Town, new_tab: NewTab) -> None:
    manned_town.breaks("cam-01", "frozen")
    tab = new_tab(PLAIN_PC)
    at_the_desk(manned_town, tab)
    page = tab.live("/desk")
    page.evaluate(HOLD)
    manned_town.breaks("cp-01.1", "GroundFailure")
    expect(page.locator("#desk.htmx-request")).to_be_visible()
    page.keyboard.press("3")
    page.keyboard.type("词")
    page.evaluate("() => window.goOn()")
    expect(page.locator("#changed")).to_contain_text("情况有变化")
    expect(page.locator("#refused-comment")).to_have_value("词")
    page.keyboard.press("Escape")
    expect(page.locator(".listed li")).to_have_count(2)
