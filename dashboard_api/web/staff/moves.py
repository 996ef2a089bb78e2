"""The moves of a work order as forms: which fields each has, and what was typed into them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from dashboard_api import catalogue, present
from dashboard_api.auth.people import Person
from dashboard_api.desk import Desk
from dashboard_api.web.staff.cards import Step, step
from dashboard_api.web.texts import Lang, say
from gateway.faults.order import PERSON_MOVES, PersonMove, allowed, departments
from gateway.store import FaultRow

MoveName = PersonMove | Literal["measured_dead"]
MOVES: tuple[str, ...] = (*PERSON_MOVES, "measured_dead")
FieldName = Literal["comment", "department", "until", "into", "photo", "confirmed"]
FIELDS: Mapping[str, tuple[FieldName, ...]] = {
    "acknowledged": ("comment",),
    "on_site": ("comment", "photo"),
    "fixed": ("comment", "photo"),
    "refused": ("comment",),
    "forwarded": ("department", "comment"),
    "suspended": ("until", "comment"),
    "resumed": ("comment",),
    "false_alarm": ("comment", "photo"),
    "duplicate": ("into", "comment"),
    "measured_dead": ("confirmed", "comment", "photo"),
}
NEEDS_WHY = frozenset({"refused", "forwarded", "false_alarm"})
COMMENT_MAX = 500


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form carries, as it came. ``photo``: a file's bytes, None without one; ``kept``: one sent before."""

    csrf: str = ""
    version: int = 0
    comment: str = ""
    department: str = ""
    until: str = ""
    into: str = ""
    confirmed: bool = False
    photo: bytes | None = None
    kept: int | None = None


@dataclass(frozen=True, slots=True)
class MoveForm:
    """A move's page: its fields, and which of them have to be filled in."""

    move: str
    word: str
    explain: str
    fields: tuple[FieldName, ...]
    needed: frozenset[str]
    departments: list[tuple[str, str]]


def form(desk: Desk, lang: Lang, row: FaultRow, move: MoveName) -> MoveForm:
    """The form of ``move`` for ``row``."""
    order = present.order_of(desk, row)
    needed = {"department", "until", "into", "confirmed"} | ({"comment"} if move in NEEDS_WHY else set())
    if move == "fixed" and order.passive:
        needed.add("photo")
    listed = sorted(departments(desk.village) - {order.department})
    named = [(name, present.department(desk, name)) for name in listed]
    return MoveForm(
        move,
        say(lang, f"step.{move}"),
        say(lang, f"explain.{move}"),
        FIELDS[move],
        frozenset(needed),
        [(name, text.en if lang == "en" else text.zh) for name, text in named],
    )


def may_now(desk: Desk, person: Person, row: FaultRow) -> list[MoveName]:
    """Every move that ``person`` can make of this fault now."""
    if not person.may("move"):
        return []
    dead: list[MoveName] = ["measured_dead"] if _waits_for_measuring(row) else []
    return [*allowed(present.order_of(desk, row)), *dead]


def others(desk: Desk, lang: Lang, person: Person, row: FaultRow) -> list[Step]:
    """All but the one next step."""
    first = step(desk, lang, person, row)
    left = [move for move in may_now(desk, person, row) if first is None or move != first.move]
    return [Step(move, say(lang, f"step.{move}"), True) for move in left]


def _waits_for_measuring(row: FaultRow) -> bool:
    return row.latched and row.closed_ms is None and catalogue.electrical(row)


assert set(FIELDS) == set(MOVES) == {*get_args(PersonMove), "measured_dead"}  # noqa: S101  # a move without a form would be a dead button
