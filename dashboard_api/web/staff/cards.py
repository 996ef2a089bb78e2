"""A work order in a list: what, where, since when, how far it has come, and the one next step. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.names import name_of, place_of
from dashboard_api import catalogue, present
from dashboard_api.auth.people import Person
from dashboard_api.desk import Desk
from dashboard_api.models import Text
from dashboard_api.times import clock_text
from dashboard_api.web.fault_view import SEVERITY_LOOKS, said
from dashboard_api.web.texts import Lang, person, say
from dashboard_api.web.view import Pill
from gateway.faults.order import OrderState, PersonMove, allowed
from gateway.store import FaultRow

# What follows what, where a person has done what they had to.
NEXT: Mapping[OrderState, PersonMove] = {
    "open": "acknowledged",
    "acked": "on_site",
    "on_site": "fixed",
    "refused": "forwarded",
    "suspended": "resumed",
}
# Nothing is to be filled in: one press does it.
AT_ONCE: frozenset[str] = frozenset({"acknowledged", "on_site", "resumed"})
STATE_LOOKS: Mapping[OrderState, tuple[str, str]] = {
    "open": ("down", "dot"),
    "acked": ("busy", "tick"),
    "on_site": ("busy", "busy"),
    "fixed": ("up", "tick"),
    "refused": ("degraded", "degraded"),
    "suspended": ("unknown", "reserved"),
    "closed": ("up", "tick"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """A move and its words; ``form``: it has something to be filled in."""

    move: str
    word: str
    form: bool


@dataclass(frozen=True, slots=True)
class WorkCard:
    """One work order. ``step`` None: this reader has nothing to do with it now."""

    id: str
    version: int
    severity: int
    grade: Pill
    sentence: str
    place: str
    opened: str
    opened_ms: int
    status: Pill
    owner: str
    note: str
    step: Step | None


def card(desk: Desk, lang: Lang, reader: Person, row: FaultRow) -> WorkCard:
    """``row`` as ``reader`` finds it in a list."""
    now_ms = desk.clock()
    return WorkCard(
        row.id,
        row.version,
        row.severity,
        grade(lang, row),
        said(lang, catalogue.sentence(row.code, name_of(desk.names, row.asset))),
        place_of(desk.village, desk.names, row.junction).text(lang),
        clock_text(row.opened_ms, now_ms),
        row.opened_ms,
        status(desk, lang, row),
        said(lang, owner(desk, row)),
        _note(desk, lang, row, now_ms),
        step(desk, lang, reader, row),
    )


def grade(lang: Lang, row: FaultRow) -> Pill:
    """How grave it is."""
    looks = SEVERITY_LOOKS.get(row.severity, SEVERITY_LOOKS[3])
    return Pill(looks.css, looks.shape, say(lang, f"faults.severity_{row.severity}"))


def status(desk: Desk, lang: Lang, row: FaultRow) -> Pill:
    """How far its work order has come, and who has it."""
    css, shape = STATE_LOOKS[row.order_state]
    word = say(lang, f"order.{row.order_state}")
    if row.acknowledged_by and row.order_state not in {"open", "refused", "closed"}:
        word = say(lang, "order.by", state=word, who=person(lang, desk.called(row.acknowledged_by)))
    return Pill(css, shape, word)


def owner(desk: Desk, row: FaultRow) -> Text:
    """Whose work it is."""
    return present.department(desk, present.order_of(desk, row).department or "")


def _note(desk: Desk, lang: Lang, row: FaultRow, now_ms: int) -> str:
    """What else is to be known before one goes there."""
    if row.root is not None:
        return say(lang, "work.part_of", what=name_of(desk.names, row.root).text(lang))
    if row.order_state == "suspended" and row.until_ms is not None:
        return say(lang, "work.until", time=clock_text(row.until_ms, now_ms))
    return say(lang, "work.over") if row.cleared_ms is not None else ""


def step(desk: Desk, lang: Lang, reader: Person, row: FaultRow) -> Step | None:
    """The one next step for ``reader``, if there is one they may make."""
    wanted = NEXT.get(row.order_state)
    if wanted is None or not reader.may("move") or wanted not in allowed(present.order_of(desk, row)):
        return None
    return Step(wanted, say(lang, f"step.{wanted}"), wanted not in AT_ONCE)
