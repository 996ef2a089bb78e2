"""Rules tried in a real browser: by keyboard, with and without scripts; what is found reads well in every theme."""

import pytest

from tests.browser.axe import COLOURS, Axe
from tests.browser.conftest import PHONE, TABLET, NewTab, Tab
from tests.browser.test_access_pages import fits
from tests.browser.test_every_page import PLAIN, THEMES
from tests.integration.dashboard_api.conftest import Town, still_town
from tests.integration.dashboard_api.test_rules import lived

__all__ = ["lived", "still_town"]
WITHIN_MS = 120_000


def tried(tab: Tab, town: Town) -> None:
    """A debounce is halved and tried, by keyboard alone."""
    tab.sign_in(town, "admin")
    tab.open("/admin/rules")
    codes = tab.page.locator("summary", has_text="各种故障要持续多久")
    codes.focus()
    tab.page.keyboard.press("Enter")
    tab.page.locator("[id='f.black']").focus()
    tab.page.keyboard.press("Control+a")
    tab.page.keyboard.type("300")
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_url("**/trials/**", timeout=WITHIN_MS)
    tab.page.wait_for_selector(".kpis", timeout=WITHIN_MS)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_value_is_changed_and_tried_by_keyboard(lived: Town, new_tab: NewTab, scripts: bool) -> None:
    tab = new_tab(TABLET, scripts=scripts)
    tried(tab, lived)
    text = tab.page.inner_text("main")
    for said in ("会多出的故障", "for_s.black", "600", "300", "怎样让这些规则生效"):
        assert said in text, said
    assert tab.complaints == []


def test_what_was_found_reads_well_everywhere(lived: Town, new_tab: NewTab, axe: Axe) -> None:
    tab, found = new_tab(PHONE), {}
    tried(tab, lived)
    address = tab.page.url
    for choice in ("lang=zh&size=normal", "lang=en&size=large"):
        tab.page.goto(f"{address}?{choice}")
        tab.page.emulate_media(**PLAIN)
        found[choice] = axe.violations(tab.page)
        for theme, media in THEMES.items():
            tab.page.emulate_media(**media)
            found[f"{choice} {theme}"] = axe.violations(tab.page, COLOURS)
        assert fits(tab)
    assert {where: broken for where, broken in found.items() if broken} == {}
