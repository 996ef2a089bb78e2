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
    "waiting": "7",
    "resumed": "7",
    "false_alarm": "8",
}
BY_STATE: Mapping[OrderState, tuple[Outcome, ...]] = {
    "open": ("taken", "no_answer", "refused", "on_site", "wrong_number", "false_alarm"),
    "acked": ("spoke", "no_answer", "refused", "on_site", "wrong_number", "waiting", "false_alarm"),
    "on_site": ("spoke", "no_answer", "wrong_number", "fixed", "waiting", "false_alarm"),
    "refused": ("no_answer", "forwarded", "wrong_number"),
    "suspended": ("resumed",),
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
    ("acked", "waiting"): ("suspended",),
    ("on_site", "fixed"): ("fixed",),
    ("on_site", "waiting"): ("suspended",),
    ("suspended", "resumed"): ("resumed",),
    ("refused", "forwarded"): ("forwarded",),
    **{(state, "false_alarm"): ("false_alarm",) for state in ("open", "acked", "on_site")},
}
# Nobody needs to be rung for these.
ALONE: frozenset[Outcome] = frozenset({"forwarded", "resumed"})
# These ask for something to be typed before they are sent.
ASKS: frozenset[Outcome] = frozenset({"refused", "forwarded", "fixed", "waiting", "false_alarm"})
# What has to be filled in, and what else may be.
NEEDED: Mapping[Outcome, frozenset[str]] = {
    "forwarded": frozenset({"comment", "department"}),
    "refused": frozenset({"comment"}),
    "waiting": frozenset({"days"}),
    "false_alarm": frozenset({"comment"}),
}
# For so many days something may wait.
DAYS_MAX = 365


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


def rings(desk: Desk, row: FaultRow) -> bool:
    """Whether anybody is to be rung about it."""
    return any(one not in ALONE for one in now(desk, row))


def buttons(desk: Desk, lang: Lang, row: FaultRow, somebody: bool) -> list[Button]:
    """The same as buttons; ``somebody``: there is somebody to be rung."""
    listed = [one for one in now(desk, row) if somebody or one in ALONE]
    return [
        Button(
            one,
            KEYS[one],
            say(lang, f"outcome.{one}"),
            say(lang, f"outcome_hint.{one}"),
            one in ASKS,
            NEEDED.get(one, frozenset()),
        )
        for one in listed
    ]


def others(desk: Desk, lang: Lang, row: FaultRow) -> list[tuple[str, str]]:
    """To which departments it may be forwarded."""
    listed = sorted(departments(desk.village) - {present.order_of(desk, row).department})
    named = [(name, present.department(desk, name)) for name in listed]
    return [(name, text.en if lang == "en" else text.zh) for name, text in named]
