"""On a running village, in a real browser: what breaks is on phones at once, and is moved on from there to its end."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from contracts.names import name_of, names
from dashboard_api.web.texts import HTML_LANG, Lang, say
from gateway.faults.catalogue import entry
from tests.browser import keys
from tests.browser.conftest import DESK, PHONE, TABLET
from tests.browser.running import Small, until

FULL = (1920, 1080)
pytestmark = pytest.mark.timeout(300)
# Said for two seconds on an idle machine; what others do on it is not the page's.
GENEROUS_MS = 10_000
WATCH = """asset => { new MutationObserver(() => {
    if (!window.shownAt && document.querySelector("main").textContent.includes(asset)) window.shownAt = Date.now();
}).observe(document.documentElement, { childList: true, subtree: true, characterData: true }); }"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Small]:
    made = Small(tmp_path_factory.mktemp("running"), verified_s=3)
    made.start()
    yield made
    made.end()


@contextmanager
def screen(browser: Browser, small: Small, size: tuple[int, int] = PHONE, lang: Lang = "zh") -> Iterator[Page]:
    """Of nobody in particular."""
    with browser.new_context(
        viewport={"width": size[0], "height": size[1]}, locale=HTML_LANG[lang], base_url=small.place.page
    ) as context:
        context.set_default_timeout(30_000)
        context.add_cookies([{"name": "lang", "value": lang, "url": small.place.page}])
        yield context.new_page()


@pytest.fixture
def phone(browser: Browser, small: Small) -> Iterator[Page]:
    with screen(browser, small) as page:
        yield page


EACH = pytest.mark.parametrize(
    ("size", "lang", "light"),
    [
        pytest.param(PHONE, "zh", "wl-01", id="phone-zh"),
        pytest.param(TABLET, "en", "wl-02", id="tablet-en"),
        pytest.param(DESK, "zh", "wl-03", id="desk-zh"),
    ],
)


def signed_in(phone: Page, small: Small, role: str = "maintenance") -> Page:
    phone.goto(small.link(role))
    phone.click("button.primary")
    return phone


def step(page: Page, lang: Lang, number: str, move: str) -> None:
    """Press the one big next step, and where it asks for something send that off as it is."""
    page.goto(f"/staff/faults/{number}")
    page.click(".dock .button.primary")
    if page.locator("#move-form").count():
        page.click(".dock button.primary")
    expect(page.locator("main")).to_contain_text(say(lang, f"done.{move}"))


@EACH
def test_a_light_that_dies_is_on_the_screen_and_closed_by_its_own_word(
    browser: Browser,
    small: Small,
    size: tuple[int, int],
    lang: Lang,
    light: str,
    record_testsuite_property: Callable[[str, object], None],
) -> None:
    said = entry("dark").sentence.say(lang, name_of(names(small.village), light).text(lang))
    with screen(browser, small, size, lang) as page:
        signed_in(page, small).goto("/staff")
        page.wait_for_selector("#live[data-state=live]")
        page.evaluate(WATCH, said)
        small.breaks("dark", light)
        number = small.fault(light, "dark").id
        page.wait_for_function("() => window.shownAt")
        opened = small.store.fault_moves(number)[0].at_ms
        took = page.evaluate("window.shownAt") - opened
        record_testsuite_property(f"shown_ms_after_opening_{size[0]}_{lang}", round(took))
        assert took < GENEROUS_MS
        for move in ("acknowledged", "on_site", "fixed"):
            step(page, lang, number, move)
        assert [one.move for one in small.store.fault_moves(number)][-3:] == ["acknowledged", "on_site", "fixed"]
        small.mends("dark", light)
        expect(page.locator(".dock")).to_contain_text(say(lang, "order.closed"), timeout=60_000)
    row = small.store.fault(number)
    assert row is not None
    assert row.order_state == "closed"
    assert small.store.fault_moves(number)[-1].by is None


def test_the_duty_desk_brings_an_order_to_its_end_by_keys_alone(browser: Browser, small: Small) -> None:
    with screen(browser, small, FULL) as page:
        page.goto(small.link("duty_desk"))
        page.keyboard.press("Tab")
        while not page.evaluate("document.activeElement.matches('button.primary')"):
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url("**/desk")
        page.wait_for_selector("#live[data-state=live]")
        small.breaks("freeze", "cam-02")
        number = small.fault("cam-02", "frozen").id
        line = page.locator(f"#at-{number}")
        expect(line).to_be_visible()
        for _ in range(60):
            page.keyboard.press("j")
            if line.evaluate("one => one === document.activeElement"):
                break
        page.keyboard.press("Enter")
        expect(page.locator(".what .number")).to_have_text(number)
        page.wait_for_load_state("load")
        for step in keys.WHOLE:
            keys.do(page, "zh", step)
        small.mends("freeze", "cam-02")
        expect(page.locator(".what")).to_contain_text(say("zh", "order.closed"), timeout=60_000)
    keys.agree(small.store, number, [outcome for _, _, outcome, _ in keys.WHOLE])
    assert small.store.fault(number).order_state == "closed"  # type: ignore[union-attr]  # it is there


FREE = pytest.mark.parametrize(
    ("size", "lang"),
    [
        pytest.param(PHONE, "zh", id="phone-zh"),
        pytest.param(TABLET, "en", id="tablet-en"),
        pytest.param(DESK, "en", id="desk-en"),
    ],
)


@FREE
def test_a_socket_that_is_free_again_is_free_on_the_page(
    browser: Browser, small: Small, size: tuple[int, int], lang: Lang
) -> None:
    small.breaks("fault", "cp-01.2", code="OtherError")
    with screen(browser, small, size, lang) as page:
        page.goto("/")
        socket = page.locator("[data-socket='cp-01.2'] .r-state")
        expect(socket).to_contain_text(say(lang, "word.out_of_order"))
        page.evaluate("window.untouched = true")
        small.mends("fault", "cp-01.2", code="OtherError")
        expect(socket).to_contain_text(say(lang, "word.free"))
        assert page.evaluate("window.untouched") is True


def mended(small: Small, socket: str, number: str) -> None:
    """Its condition is over, and it waits to be measured."""
    small.mends("fault", socket, code="GroundFailure")
    until(lambda: small.store.fault(number).cleared_ms, "the condition ends")  # type: ignore[union-attr]  # it is there


def measured_dead(browser: Browser, small: Small, number: str) -> None:
    """An electrician says so."""
    with browser.new_context(base_url=small.place.page, locale="zh-CN") as context:
        electrician = signed_in(context.new_page(), small, "electrician")
        electrician.goto(f"/staff/faults/{number}/measured_dead")
        electrician.check("#confirmed")
        electrician.click(".dock button.primary")
        expect(electrician.locator("main")).to_contain_text("已登记")


def test_a_ground_failure_is_out_of_order_until_it_is_measured_dead(
    phone: Page, small: Small, browser: Browser
) -> None:
    small.breaks("fault", "cp-01.1", code="GroundFailure")
    number = small.fault("cp-01.1", "GroundFailure").id
    phone.goto("/")
    socket = phone.locator("[data-socket='cp-01.1']")
    expect(socket).to_contain_text("请勿触碰")
    mended(small, "cp-01.1", number)
    expect(socket).to_contain_text("故障停用")
    measured_dead(browser, small, number)
    expect(socket).not_to_contain_text("故障停用")
    assert small.store.fault(number).closed_ms  # type: ignore[union-attr]  # it is there


def test_each_reads_their_own_first_step(small: Small, browser: Browser) -> None:
    small.breaks("fault", "cp-01.2", code="GroundFailure")
    number, read = small.fault("cp-01.2", "GroundFailure").id, {}
    for role in ("maintenance", "electrician", ""):
        with browser.new_context(base_url=small.place.page, locale="zh-CN") as context:
            page = signed_in(context.new_page(), small, role) if role else context.new_page()
            page.goto(f"/staff/faults/{number}" if role else "/c/cp-01")
            if not role:
                expect(page.locator("main")).to_contain_text("请勿触碰")
            read[role] = page.locator(".first" if role else "[data-socket='cp-01.2']").first.inner_text()
    assert len(set(read.values())) == 3
    # Tests come in any order: the socket is free for the next one.
    mended(small, "cp-01.2", number)
    measured_dead(browser, small, number)


def test_a_server_that_is_killed_is_said_and_the_page_comes_back_by_itself(phone: Page, small: Small) -> None:
    phone.goto("/")
    phone.wait_for_selector("#live[data-state=live]")
    small.stage.children.hold("dashboard_api")
    expect(phone.locator("#offline")).to_contain_text("和服务器断开了。下面是", timeout=60_000)
    small.stage.children.release("dashboard_api")
    until(small.stage.page_up, "the page answers again")
    expect(phone.locator("#offline")).to_be_hidden(timeout=60_000)
    expect(phone.locator("[data-socket='cp-01.1'] .r-state")).not_to_contain_text("之前", use_inner_text=True)


def test_the_wall_says_that_data_stopped_while_the_gateway_is_away(browser: Browser, small: Small) -> None:
    with screen(browser, small, FULL) as page:
        signed_in(page, small, "safety_centre").goto("/wall")
        page.wait_for_selector("#live[data-state=live]")
        expect(page.locator(".stale")).to_have_count(0)
        small.stage.children.hold("gateway")
        expect(page.locator(".stale")).to_contain_text("数据停了", timeout=120_000)
        expect(page.locator("#offline")).to_be_hidden()
        small.stage.children.release("gateway")
        expect(page.locator(".stale")).to_have_count(0, timeout=120_000)
