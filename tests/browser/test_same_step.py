"""Two people at one fault: the second is told who was first, and what they typed is still there."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewTab
from tests.integration.dashboard_api.conftest import Town

TYPED = "十分钟到"
FIRST = {"zh": "慢了一步", "en": "Somebody was first"}
WHO = {"zh": "维修人员 1", "en": "Maintenance 1"}


@pytest.mark.usefixtures("clerk")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_second_is_told_who_was_first_and_keeps_what_was_typed(town: Town, new_tab: NewTab, lang: str) -> None:
    number = town.breaks("cam-01", "frozen").id
    first, second = new_tab(), new_tab()
    for tab in (first, second):
        tab.sign_in(town)
        tab.open(f"/staff/faults/{number}/acknowledged?lang={lang}")
    second.page.fill("textarea", TYPED)
    first.page.click(".dock button.primary")
    expect(first.page).to_have_url(f"{first.address}/staff/faults/{number}?done=acknowledged")
    second.page.click(".dock button.primary")
    for said in (FIRST[lang], WHO[lang], TYPED):
        expect(second.page.locator("main")).to_contain_text(said)
    assert [move.move for move in town.store.fault_moves(number)] == ["opened", "acknowledged"]
