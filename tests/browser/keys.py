"""Keys as somebody presses them: whole fields, and Tab and Enter between them."""

from collections.abc import Sequence

from playwright.sync_api import Page, expect

from dashboard_api.web.texts import Lang, say
from gateway.store import Store

# What is pressed, what is typed into the form it opens, what is recorded, and how far the order has come then.
Step = tuple[str, Sequence[str], str, str]
WHOLE: tuple[Step, ...] = (
    ("2", (), "no_answer", "open"),
    ("1", (), "taken", "acked"),
    ("1", (), "spoke", "acked"),
    ("7", ("3", "Tab", "等镜头"), "waiting", "suspended"),
    ("7", (), "resumed", "acked"),
    ("4", (), "on_site", "on_site"),
    ("6", ("换了镜头，8 颗螺丝",), "fixed", "fixed"),
)
# Which of them move the order, and how the move is called.
MOVES = {"taken": "acknowledged", "waiting": "suspended", "resumed": "resumed", "on_site": "on_site", "fixed": "fixed"}


def fill(page: Page, fields: Sequence[str]) -> None:
    """Type them into what has the focus, and send it off."""
    expect(page.locator("details.ask[open] :is(input,select):focus")).to_be_visible()
    for field in fields:
        if field == "Tab":
            page.keyboard.press(field)
        else:
            page.keyboard.type(field)
    page.keyboard.press("Enter")


def agree(store: Store, number: str, outcomes: Sequence[str]) -> None:
    """The order and the audit log tell the same: a row for each outcome, and one for each move, in the same name."""
    told = [row for row in store.audit(limit=10_000) if row.subject == number]
    calls = [row for row in told if row.action.startswith("call ")]
    moves = [(one.move, one.by) for one in store.fault_moves(number) if one.by]
    assert [row.action for row in calls] == [f"call {outcome}" for outcome in outcomes]
    assert [(row.action, row.who) for row in told if row not in calls] == moves
    assert [move for move, _ in moves] == [MOVES[one] for one in outcomes if one in MOVES]
    assert {row.role for row in told} == {"duty_desk"}
    assert store.verify_audit() is None


def do(page: Page, lang: Lang, step: Step) -> None:
    """One outcome, until the page says that it is recorded."""
    key, fields, outcome, _ = step
    page.keyboard.press(key)
    if fields:
        fill(page, fields)
    expect(page.locator(".call .notice.good")).to_contain_text(say(lang, f"recorded.{outcome}"))
    page.wait_for_load_state("load")
