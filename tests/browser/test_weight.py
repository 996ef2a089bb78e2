"""What pages weigh on a slow line: the residents' pages, and the staff's list when there are 5,000 faults."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from gateway.faults.catalogue import entry
from gateway.store import Batch, FaultOpen
from tests.browser.conftest import NewTab
from tests.integration.dashboard_api.conftest import Town

KIB = 1024
PUBLIC, STAFF = 60 * KIB, 130 * KIB


def weighed(page: Page) -> Callable[[], float]:
    """Counts what ``page`` transfers from now on, headers too, as the browser's own network says."""
    session, counted = page.context.new_cdp_session(page), [0.0]
    session.send("Network.enable")

    def ended(event: dict[str, float]) -> None:
        counted[0] += event["encodedDataLength"]

    session.on("Network.loadingFinished", ended)
    return lambda: counted[0]


@pytest.mark.parametrize("path", ["/", "/c/cp-02", "/poster/j-04"])
def test_a_residents_first_visit_is_light(afternoon_town: Town, new_tab: NewTab, path: str) -> None:
    tab = new_tab()
    weight = weighed(tab.page)
    tab.open(path)
    tab.page.wait_for_timeout(500)
    assert 2 * KIB < weight() <= PUBLIC, f"{weight() / KIB:.1f} KiB in {afternoon_town.village.id}"


def flood(town: Town, many: int) -> None:
    """``many`` faults of every device, each a minute before the next."""
    now, places = town.now_ms(), list(town.village.places().items())
    codes = {"camera": "frozen", "warning_light": "dark", "charge_point": "offline"}
    opened = []
    for n in range(many):
        device, place = [pair for pair in places if pair[1].kind in codes][n % 40]
        code = codes[place.kind]
        # Parts of different causes, so that each is one of its own.
        opened.append(
            FaultOpen(f"{device}x{n}", place.kind, place.junction, code, None, entry(code).severity, now - n * 60_000)
        )
    town.store.record(Batch(at_ms=now, faults=[*opened]))


@pytest.mark.timeout(400)
@pytest.mark.parametrize("many", [200, pytest.param(5_000, marks=pytest.mark.long)])
def test_a_list_of_many_faults_stays_usable(afternoon_town: Town, new_tab: NewTab, many: int) -> None:
    flood(afternoon_town, many)
    tab = new_tab()
    tab.sign_in(afternoon_town)
    weight = weighed(tab.page)
    page = tab.live("/staff")
    assert weight() <= STAFF, f"{weight() / KIB:.1f} KiB"
    first = page.locator("#work .card").first.get_attribute("id")
    assert page.locator("#work .card").count() <= 100
    assert page.evaluate("document.querySelectorAll('*').length") < 4_000
    page.click("a[rel=next]")
    expect(page.locator(f"#{first}")).to_have_count(0)
    assert page.locator("#work .card").count() > 0
    page.go_back()
    expect(page.locator(f"#{first}")).to_be_visible()
