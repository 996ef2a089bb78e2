"""One fault as the desk reads it: whom to ring, what to say, what was done before."""

from dataclasses import dataclass

from contracts.names import name_of, place_of
from dashboard_api import catalogue, present
from dashboard_api.auth.people import Person
from dashboard_api.calls import UNREACHED, Call
from dashboard_api.desk import Desk
from dashboard_api.due import due_ms, overdue
from dashboard_api.recipients import roster_of
from dashboard_api.times import clock_text
from dashboard_api.web.ages import lasting
from dashboard_api.web.desk import outcomes, ring
from dashboard_api.web.desk.outcomes import Button
from dashboard_api.web.desk.record import in_words
from dashboard_api.web.desk.ring import Candidate
from dashboard_api.web.fault_page import letter_line, move_line
from dashboard_api.web.fault_view import said
from dashboard_api.web.staff.cards import WorkCard, card
from dashboard_api.web.texts import Lang, say
from dashboard_api.web.texts import person as said_person
from gateway.faults.catalogue import entry
from gateway.store import FaultRow, MoveRow

# The newest of what was done and sent; the fault's own page has all of it.
PAST = 14


@dataclass(frozen=True, slots=True)
class Moment:
    """A line of what happened. ``css``: call, bad (a call that reached nobody), sent or move."""

    at_ms: int
    time: str
    what: str
    comment: str
    css: str


@dataclass(frozen=True, slots=True)
class CallPage:
    """One fault. ``now``: whom to ring; ``others``: who comes after them; ``empty``: posts that have nobody; ``line``:
    what to say; ``seen``: the newest call that is shown."""

    card: WorkCard
    due_ms: int | None
    late: bool
    now: Candidate | None
    others: list[Candidate]
    empty: list[str]
    line: str
    buttons: list[Button]
    departments: list[tuple[str, str]]
    waits: str
    cause: str
    past: list[Moment]
    seen: int


def read(desk: Desk, lang: Lang, person: Person, row: FaultRow, to: str = "") -> CallPage:
    """``row`` for the desk; ``to``: whom somebody chose to ring, "" = the first."""
    calls, moves = desk.calls.of(row.id), desk.store.fault_moves(row.id)
    found = ring.read(desk, lang, row, calls, moves)
    rings = outcomes.rings(desk, row)
    people = found.people if rings else []
    chosen = next((one for one in people if one.person == to), next(iter(people), None))
    return CallPage(
        card(desk, lang, person, row),
        due_ms(row),
        overdue(row, desk.clock()),
        chosen,
        [one for one in people if one is not chosen],
        found.empty if rings else [],
        _line(desk, lang, row, chosen),
        outcomes.buttons(desk, lang, row, chosen is not None) if person.may("ring") else [],
        outcomes.others(desk, lang, row),
        "" if rings else _waits(lang, row),
        present.causes(desk, [row]).get(row.id) or "",
        _past(desk, lang, calls, moves, row),
        max((one.id for one in calls), default=0),
    )


def _line(desk: Desk, lang: Lang, row: FaultRow, to: Candidate | None) -> str:
    """The one spoken line: who rings, where, what, for how long, what they do first."""
    if to is None:
        return ""
    roster, now_ms = roster_of(desk), desk.clock()
    step = entry(row.code).first(to.role).say(lang)
    if to.why == "ladder" and row.order_state == "open":
        step = say(lang, "call.find_somebody", step=said(lang, catalogue.first_step(row.code, "maintenance")))
    place = place_of(desk.village, desk.names, row.junction).text(lang)
    what = entry(row.code).sentence.say(lang, name_of(desk.names, row.asset).text(lang))
    return say(
        lang,
        "call.line_has" if to.why == "has" else "call.line",
        desk=roster.desk.name if roster else "",
        what=what if place in what else say(lang, "call.at", place=place, what=what),
        age=lasting(lang, row.opened_ms, now_ms),
        step=step,
    )


def _waits(lang: Lang, row: FaultRow) -> str:
    return say(lang, "call.waits_cause" if row.root is not None else f"call.waits_{row.order_state}")


def _past(desk: Desk, lang: Lang, calls: list[Call], moves: list[MoveRow], row: FaultRow) -> list[Moment]:
    """The newest first."""
    now_ms = desk.clock()
    found = [_call(desk, lang, one, now_ms) for one in calls]
    for move in moves:
        line = move_line(desk, lang, move, now_ms)
        found.append(Moment(move.at_ms, line.time, line.what, line.comment, "move"))
    for sent in desk.store.letters.of_fault(row.id):
        line = letter_line(desk, lang, sent, now_ms)
        found.append(Moment(sent.due_ms, line.time, line.what, line.comment, "sent"))
    return sorted(found, key=lambda one: one.at_ms, reverse=True)[:PAST]


def _call(desk: Desk, lang: Lang, call: Call, now_ms: int) -> Moment:
    note = say(lang, "call.noted_by", who=said_person(lang, desk.called(call.by)))
    what = say(lang, "call.rang", what=in_words(desk, lang, call))
    css = "bad" if call.outcome in UNREACHED else "call"
    comment = f"{call.said} · {note}" if call.said else note
    return Moment(call.at_ms, clock_text(call.at_ms, now_ms), what, comment, css)
