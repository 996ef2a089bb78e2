"""On a running village, in a real browser: what breaks is on phones at once, and is moved on from there to its end."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE
from tests.browser.running import Small, until

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


@pytest.fixture
def phone(browser: Browser, small: Small) -> Iterator[Page]:
    """Of nobody in particular."""
    with browser.new_context(
        viewport={"width": PHONE[0], "height": PHONE[1]}, locale="zh-CN", base_url=small.place.page
    ) as context:
        context.set_default_timeout(30_000)
        yield context.new_page()


def signed_in(phone: Page, small: Small, role: str = "maintenance") -> Page:
    phone.goto(small.link(role))
    phone.click("button.primary")
    return phone


def step(phone: Page, number: str) -> None:
    """Press the one big next step, and where it asks for something send that off as it is."""
    phone.goto(f"/staff/faults/{number}")
    phone.click(".dock .button.primary")
    if phone.locator("#move-form").count():
        phone.click(".dock button.primary")
    expect(phone.locator("main")).to_contain_text("已登记")


def test_a_light_that_dies_is_on_the_phone_and_closed_by_its_own_word(
    phone: Page, small: Small, record_testsuite_property: Callable[[str, object], None]
) -> None:
    signed_in(phone, small).goto("/staff")
    phone.wait_for_selector("#live[data-state=live]")
    phone.evaluate(WATCH, "警示灯不亮")
    small.breaks("dark", "wl-01")
    number = small.fault("wl-01", "dark").id
    phone.wait_for_function("() => window.shownAt")
    opened = small.store.fault_moves(number)[0].at_ms
    took = phone.evaluate("window.shownAt") - opened
    record_testsuite_property("shown_ms_after_opening", round(took))
    assert took < GENEROUS_MS
    for _ in ("acknowledged", "on site", "fixed"):
        step(phone, number)
    assert [move.move for move in small.store.fault_moves(number)][-3:] == ["acknowledged", "on_site", "fixed"]
    small.mends("dark", "wl-01")
    expect(phone.locator(".dock")).to_contain_text("已结束", timeout=60_000)
    row = small.store.fault(number)
    assert row is not None
    assert row.order_state == "closed"
    assert small.store.fault_moves(number)[-1].by is None


def test_a_socket_that_is_free_again_is_free_on_the_page(phone: Page, small: Small) -> None:
    small.breaks("fault", "cp-01.2", code="OtherError")
    phone.goto("/")
    socket = phone.locator("[data-socket='cp-01.2'] .r-state")
    expect(socket).to_contain_text("故障停用")
    phone.evaluate("window.untouched = true")
    small.mends("fault", "cp-01.2", code="OtherError")
    expect(socket).to_contain_text("空闲")
    assert phone.evaluate("window.untouched") is True


def test_a_ground_failure_is_out_of_order_until_it_is_measured_dead(
    phone: Page, small: Small, browser: Browser
) -> None:
    small.breaks("fault", "cp-01.1", code="GroundFailure")
    number = small.fault("cp-01.1", "GroundFailure").id
    phone.goto("/")
    socket = phone.locator("[data-socket='cp-01.1']")
    expect(socket).to_contain_text("请勿触碰")
    small.mends("fault", "cp-01.1", code="GroundFailure")
    until(lambda: small.store.fault(number).cleared_ms, "the condition ends")  # type: ignore[union-attr]  # it is there
    expect(socket).to_contain_text("故障停用")
    with browser.new_context(base_url=small.place.page, locale="zh-CN") as context:
        electrician = signed_in(context.new_page(), small, "electrician")
        electrician.goto(f"/staff/faults/{number}/measured_dead")
        electrician.check("#confirmed")
        electrician.click(".dock button.primary")
        expect(electrician.locator("main")).to_contain_text("已登记")
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
    small.mends("fault", "cp-01.2", code="GroundFailure")


def test_a_server_that_is_killed_is_said_and_the_page_comes_back_by_itself(phone: Page, small: Small) -> None:
    phone.goto("/")
    phone.wait_for_selector("#live[data-state=live]")
    small.stage.children.hold("dashboard_api")
    expect(phone.locator("#offline")).to_contain_text("和服务器断开了。下面是", timeout=60_000)
    small.stage.children.release("dashboard_api")
    until(small.stage.page_up, "the page answers again")
    expect(phone.locator("#offline")).to_be_hidden(timeout=60_000)
    expect(phone.locator("[data-socket='cp-01.1'] .r-state")).not_to_contain_text("之前", use_inner_text=True)
