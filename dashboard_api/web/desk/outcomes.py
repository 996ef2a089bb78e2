"""Which outcomes a call can have now, and by which key each is pressed. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard_api import present
from dashboard_api.calls import Outcome
from dashboard_api.desk import Desk
from dashboard_api.web.texts import Lang, say
from gateway.faults.order import OrderState, PersonMove, allowed, departments
from gateway.store import FaultRow

# The same outcome has the same key everywhere.
KEYS: Mapping[Outcome, str] = {
    "taken": "1",
    "spoke": "1",
    "no_answer": "2",
    "refused": "3",
    "forwarded": "3",
    "on_site": "4",
    "wrong_number": "5",
    "fixed": "6",
}
BY_STATE: Mapping[OrderState, tuple[Outcome, ...]] = {
    "open": ("taken", "no_answer", "refused", "on_site", "wrong_number"),
    "acked": ("spoke", "no_answer", "refused", "on_site", "wrong_number"),
    "on_site": ("spoke", "no_answer", "wrong_number", "fixed"),
    "refused": ("no_answer", "forwarded", "wrong_number"),
    "suspended": (),
    "fixed": (),
    "closed": (),
}
# What each moves, in this order. What moves nothing is a row in the log alone.
MOVES: Mapping[tuple[OrderState, Outcome], tuple[PersonMove, ...]] = {
    ("open", "taken"): ("acknowledged",),
    ("open", "on_site"): ("acknowledged", "on_site"),
    ("open", "refused"): ("refused",),
    ("acked", "on_site"): ("on_site",),
    ("acked", "refused"): ("refused",),
    ("on_site", "fixed"): ("fixed",),
    ("refused", "forwarded"): ("forwarded",),
}
# Nobody needs to be rung for these.
ALONE: frozenset[Outcome] = frozenset({"forwarded"})
# These ask for something to be typed before they are sent.
ASKS: frozenset[Outcome] = frozenset({"refused", "forwarded", "fixed"})


@dataclass(frozen=True, slots=True)
class Button:
    """One outcome. ``asks``: it opens a form; ``needed``: which of its fields have to be filled in."""

    outcome: Outcome
    key: str
    word: str
    hint: str
    asks: bool
    needed: frozenset[str]


def now(desk: Desk, row: FaultRow) -> tuple[Outcome, ...]:
    """What a call about ``row`` can have as its outcome now."""
    order = present.order_of(desk, row)
    can = allowed(order)
    if row.root is not None:
        return ()
    found = (one for one in BY_STATE[row.order_state] if set(MOVES.get((row.order_state, one), ())[:1]) <= set(can))
    return tuple(one for one in found if not (one == "fixed" and order.passive))


def buttons(desk: Desk, lang: Lang, row: FaultRow, rings: bool) -> list[Button]:
    """The same as buttons; ``rings``: there is somebody to be rung."""
    listed = [one for one in now(desk, row) if rings or one in ALONE]
    return [
        Button(one, KEYS[one], say(lang, f"outcome.{one}"), say(lang, f"outcome_hint.{one}"), one in ASKS, _needed(one))
        for one in listed
    ]


def _needed(outcome: Outcome) -> frozenset[str]:
    return frozenset({"forwarded": ("comment", "department"), "refused": ("comment",)}.get(outcome, ()))


def others(desk: Desk, lang: Lang, row: FaultRow) -> list[tuple[str, str]]:
    """To which departments it may be forwarded."""
    listed = sorted(departments(desk.village) - {present.order_of(desk, row).department})
    named = [(name, present.department(desk, name)) for name in listed]
    return [(name, text.en if lang == "en" else text.zh) for name, text in named]
