"""One fault as somebody reads it who is to mend it."""

from dataclasses import dataclass

from contracts.names import WEATHER, name_of
from dashboard_api import catalogue, present, scene
from dashboard_api.auth.people import Person
from dashboard_api.desk import Desk
from dashboard_api.recipients import ring_of
from dashboard_api.sight import by_junction, by_pile
from dashboard_api.times import clock_text
from dashboard_api.web import view
from dashboard_api.web.fault_page import LETTERS, Line, letter_line, move_line
from dashboard_api.web.fault_view import Names, Part, part, said
from dashboard_api.web.staff.cards import Step, WorkCard, card
from dashboard_api.web.staff.commanding import Order, of_fault
from dashboard_api.web.staff.evidence import Shown, shown
from dashboard_api.web.staff.moves import others
from dashboard_api.web.texts import Lang, say
from dashboard_api.web.view import DeviceRow
from gateway.store import FaultRow, MoveRow

# Moves that the engine makes, as marks of the time line: it begins, it ends.
BEGINS, ENDS = frozenset({"opened", "reopened", "relapsed"}), frozenset({"closed", "cleared", "released", "verified"})


@dataclass(frozen=True, slots=True)
class Moment:
    """A point of the time line. ``css``: bad, good or by (a person); ``photo``: its number."""

    line: Line
    css: str
    photo: int | None


@dataclass(frozen=True, slots=True)
class Story:
    """All of it. ``ended``: "" while its condition goes on; ``done``: nothing is left to do; ``ring``: whom to call."""

    card: WorkCard
    asset: str
    device: bool
    ended: str
    done: bool
    first: str
    latched: bool
    why: list[str]
    cause: Part | None
    cause_name: str
    weather: bool
    parts: list[Part]
    neighbours: list[DeviceRow]
    junction: str
    moments: list[Moment]
    photo: int | None
    told: list[Line]
    sent: list[Line]
    others: list[Step]
    ring: tuple[str, str] | None
    orders: list[Order]
    evidence: list[Shown]


def read(desk: Desk, lang: Lang, person: Person, row: FaultRow) -> Story:
    """One fault for ``person``, with all that belongs to it."""
    now_ms = desk.clock()
    number = present.causes(desk, [row]).get(row.id)
    cause = desk.store.fault(number) if number else None
    moves = desk.store.fault_moves(row.id)
    messages = desk.store.messages(row.id, limit=present.MESSAGES)
    return Story(
        card(desk, lang, person, row),
        row.asset,
        row.asset in desk.places,
        "" if row.cleared_ms is None else clock_text(row.cleared_ms, now_ms),
        row.order_state == "closed",
        said(lang, catalogue.first_step(row.code, person.role)),
        row.latched and row.closed_ms is None and catalogue.electrical(row),
        present.why(desk, row, lang),
        None if cause is None else _part(desk, lang, cause, now_ms),
        "" if row.root is None else name_of(desk.names, row.root).text(lang),
        row.root == WEATHER,
        [_part(desk, lang, one, now_ms) for one in present.members(desk, row)],
        neighbours(desk, lang, row.junction, row.asset) if person.sees(row.junction) else [],
        row.junction,
        [_moment(desk, lang, one, now_ms) for one in moves],
        next((one.photo for one in reversed(moves) if one.photo is not None), None),
        [Line(clock_text(one.at_ms, now_ms), say(lang, f"told.{one.kind}")) for one in messages],
        [letter_line(desk, lang, one, now_ms) for one in desk.store.letters.of_fault(row.id)[-LETTERS:]],
        others(desk, lang, person, row),
        _ring(desk),
        of_fault(desk, lang, person, row.asset, row.code) if row.closed_ms is None else [],
        shown(desk, person, row),
    )


def _part(desk: Desk, lang: Lang, row: FaultRow, now_ms: int) -> Part:
    name = name_of(desk.names, row.asset)
    return part(lang, row, Names(name, name), now_ms)


def neighbours(desk: Desk, lang: Lang, junction: str, first: str = "") -> list[DeviceRow]:
    """What stands at a junction and how it is now, ``first`` before the others."""
    sights = scene.look(desk)
    sockets = by_pile(sights)
    here = by_junction(sights).get(junction, [])
    here = sorted(here, key=lambda sight: not first.startswith(sight.place.device))
    return [view.row(lang, sight, sockets.get(sight.place.device, ()), desk.clock()) for sight in here]


def _moment(desk: Desk, lang: Lang, move: MoveRow, now_ms: int) -> Moment:
    line = move_line(desk, lang, move, now_ms)
    if move.place:
        place = name_of(desk.names, move.place).text(lang)
        line = Line(line.time, say(lang, "story.at", what=line.what, place=place), line.comment)
    return Moment(line, "bad" if move.move in BEGINS else "good" if move.move in ENDS else "by", move.photo)


def _ring(desk: Desk) -> tuple[str, str] | None:
    """The duty desk's name and its number."""
    name, _, phone = (ring_of(desk) or "").rpartition(" ")
    return (name, phone) if phone else None
