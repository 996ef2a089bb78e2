"""What holds for each page: axe-core finds nothing, nobody else is asked for anything, nothing runs out at the side."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser import every
from tests.browser.axe import COLOURS, Axe
from tests.browser.conftest import DESK, PHONE, TABLET, NewTab, Tab
from tests.integration.dashboard_api.conftest import Town

PLAIN: dict[str, Any] = {"color_scheme": "light", "contrast": "no-preference", "forced_colors": "none"}
THEMES: dict[str, dict[str, Any]] = {
    "dark": {**PLAIN, "color_scheme": "dark"},
    "more contrast": {**PLAIN, "contrast": "more"},
    "more contrast, dark": {**PLAIN, "contrast": "more", "color_scheme": "dark"},
    "forced colours": {**PLAIN, "forced_colors": "active"},
}
CHOICES = ["lang=zh&size=normal", "lang=en&size=large"]
CHOICES_LONG = [pytest.param(one, marks=pytest.mark.long) for one in ("lang=en&size=normal", "lang=zh&size=large")]
ROLES = pytest.mark.parametrize(
    "role", ["", "maintenance", "police", "admin"], ids=["public", "staff", "police", "admin"]
)


def opened(tab: Tab, town: Town, choice: str, *, role: str) -> Iterator[str]:
    """One page after the other stands in ``tab``; gives its path."""
    if role:
        tab.sign_in(town, role)
    tab.open(f"/?{choice}")
    for path in every.of(town, role):
        answer = tab.page.goto(tab.address + path)
        assert answer is not None
        assert answer.status == (404 if path in every.NOT_THERE else 200), path
        yield path


def test_the_list_of_pages_is_whole(afternoon_town: Town) -> None:
    assert set(every.routes(afternoon_town.app())) - every.NO_PAGES == {
        *(*every.PUBLIC, *every.STAFF, *every.POLICE, *every.ADMIN)
    }


@ROLES
@pytest.mark.parametrize("choice", [*CHOICES, *CHOICES_LONG])
def test_axe_finds_nothing(afternoon_town: Town, new_tab: NewTab, axe: Axe, choice: str, role: str) -> None:
    tab, found = new_tab(), {}
    for path in opened(tab, afternoon_town, choice, role=role):
        tab.page.emulate_media(**PLAIN)
        found[path] = axe.violations(tab.page)
        for theme, media in THEMES.items():
            tab.page.emulate_media(**media)
            found[f"{path} {theme}"] = axe.violations(tab.page, COLOURS)
    assert {where: broken for where, broken in found.items() if broken} == {}


@pytest.mark.usefixtures("afternoon_town")
def test_axe_would_find_what_is_there(new_tab: NewTab, axe: Axe) -> None:
    page = new_tab().open("/")
    assert axe.violations(page) == []
    page.evaluate("document.querySelector('.r-foot a').style.color = '#bbb'")
    page.evaluate("document.body.append(document.createElement('img'))")
    page.evaluate("document.documentElement.lang = ''")
    rules = {broken.partition(":")[0] for broken in axe.violations(page)}
    assert rules == {"color-contrast", "image-alt", "html-has-lang"}
    assert len(axe.violations(page, COLOURS)) == 1


@ROLES
def test_nobody_else_is_asked_and_nothing_is_complained_of(afternoon_town: Town, new_tab: NewTab, role: str) -> None:
    tab = new_tab()
    for _ in opened(tab, afternoon_town, "lang=zh", role=role):
        tab.page.wait_for_load_state("load")
    assert tab.hosts == {tab.address.split("/")[2]}
    answered = {"Failed to load resource: the server responded with a status of 404 (Not Found)"}
    assert set(tab.complaints) <= answered, "the pages of what is not there"


@pytest.mark.usefixtures("afternoon_town")
def test_somebody_else_who_is_asked_would_be_noticed(new_tab: NewTab) -> None:
    tab = new_tab()
    page = tab.open("/")
    page.evaluate("document.body.append(Object.assign(new Image(), { src: 'http://127.0.0.2:9/picture.png' }))")
    page.evaluate("fetch('http://127.0.0.3:9/').catch(() => 0)")
    assert "127.0.0.3:9" in tab.hosts or any("Content Security Policy" in said for said in tab.complaints)


@ROLES
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_runs_out_at_the_side(afternoon_town: Town, new_tab: NewTab, lang: str, role: str) -> None:
    tab, wide = new_tab(), {}
    for path in opened(tab, afternoon_town, f"lang={lang}&size=large", role=role):
        for size in (PHONE, TABLET, DESK):
            tab.page.set_viewport_size({"width": size[0], "height": size[1]})
            wide[f"{path} {size[0]}"] = tab.page.evaluate("document.documentElement.scrollWidth") - size[0]
    assert {where: more for where, more in wide.items() if more > 0} == {}


@pytest.mark.usefixtures("afternoon_town")
def test_what_runs_out_would_be_noticed(new_tab: NewTab) -> None:
    page = new_tab().open("/")
    page.evaluate("document.querySelector('.r-foot').style.width = '400px'")
    assert page.evaluate("document.documentElement.scrollWidth") > PHONE[0]
