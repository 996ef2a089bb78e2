"""My faults: whose they are, what the reader wants to see of them, and the page of the list that is shown."""

from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import Query
from pydantic import BaseModel

from dashboard_api import scene
from dashboard_api.auth.people import Person
from dashboard_api.desk import Desk
from dashboard_api.problems import Problem
from dashboard_api.web.staff.cards import WorkCard, card
from dashboard_api.web.staff.mine import departments_of, theirs
from dashboard_api.web.texts import Lang, say
from gateway.faults.order import ORDER_STATES, OrderState
from gateway.store.worklist import MINE, OURS, REST, Rank, Ranked, Wanted

PAGE = 20
RANKS: dict[str, Rank] = {"mine": MINE, "ours": OURS, "rest": REST}
Choice = Literal["", "open", "acked", "on_site", "fixed", "refused", "suspended"]


class Ask(BaseModel):
    """What the address says; "" is any."""

    show: Literal["", "mine", "ours", "rest"] = ""
    severity: Literal["", "1", "2", "3"] = ""
    state: Choice = ""
    junction: Annotated[str, Query(max_length=40)] = ""
    cursor: Annotated[str, Query(max_length=100)] = ""

    @property
    def filters(self) -> dict[str, str]:
        """Those that are set."""
        return {key: value for key in ("severity", "state", "junction") if (value := str(getattr(self, key)))}

    def url(self, **more: str) -> str:
        """The address of the same list with ``more``; the first page unless a cursor is given."""
        known = {"show": self.show, **self.filters, **more}
        query = urlencode({key: value for key, value in known.items() if value})
        return f"/staff?{query}" if query else "/staff"


@dataclass(frozen=True, slots=True)
class Tab:
    """Whose faults, how many there are, and where they are listed."""

    word: str
    count: int
    href: str
    here: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """One choice: ``options`` are values with their words."""

    name: str
    word: str
    value: str
    options: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Section:
    """Those of one rank on this page; ``count`` of all pages."""

    rank: int
    word: str
    count: int
    cards: list[WorkCard]


@dataclass(frozen=True, slots=True)
class WorkList:
    """One page of it. ``left``: how many follow; ``filtered``: how many filters are set."""

    here: str
    show: str
    tabs: list[Tab]
    filters: list[Filter]
    filtered: int
    sections: list[Section]
    first: str
    next: str
    left: int


def read(desk: Desk, lang: Lang, person: Person, ask: Ask) -> WorkList:
    """The page that ``ask`` wants. Raises :class:`Problem` 422 for a foreign cursor."""
    wanted = _wanted(desk, person, ask)
    counts = desk.store.worklist_counts(wanted)
    try:
        found, following = desk.store.worklist(wanted, PAGE, ask.cursor or None)
    except ValueError as error:
        raise Problem(422, str(error), reason="cursor") from error
    return WorkList(
        ask.url(cursor=ask.cursor),
        ask.show,
        _tabs(lang, ask, counts),
        _filters(desk, lang, person, ask),
        len(ask.filters),
        _sections(desk, lang, person, found, counts),
        ask.url() if ask.cursor else "",
        ask.url(cursor=following) if following else "",
        _left(desk, wanted, following, counts),
    )


def _wanted(desk: Desk, person: Person, ask: Ask) -> Wanted:
    state: OrderState | None = next((state for state in ORDER_STATES if state == ask.state), None)
    return Wanted(
        person.name,
        theirs(desk.setup, departments_of(desk, person)),
        person.area,
        RANKS.get(ask.show),
        int(ask.severity) if ask.severity else None,
        state,
        ask.junction or None,
    )


def _tabs(lang: Lang, ask: Ask, counts: dict[Rank, int]) -> list[Tab]:
    return [
        Tab(
            say(lang, f"work.{name}"),
            counts.get(rank, 0),
            ask.url(show="" if ask.show == name else name),
            ask.show == name,
        )
        for name, rank in RANKS.items()
    ]


def _filters(desk: Desk, lang: Lang, person: Person, ask: Ask) -> list[Filter]:
    anything = ("", say(lang, "staff.chosen_any"))
    grades = [(str(number), say(lang, f"faults.severity_{number}")) for number in (1, 2, 3)]
    states = [(state, say(lang, f"order.{state}")) for state in ORDER_STATES if state != "closed"]
    places = [
        (name, junction.name.text(lang)) for name, (_, junction) in scene.junctions(desk).items() if person.sees(name)
    ]
    found = (("severity", grades), ("state", states), ("junction", places))
    return [
        Filter(name, say(lang, f"work.{name}"), getattr(ask, name), [anything, *options]) for name, options in found
    ]


def _sections(desk: Desk, lang: Lang, person: Person, found: list[Ranked], counts: dict[Rank, int]) -> list[Section]:
    made = []
    for name, rank in RANKS.items():
        cards = [card(desk, lang, person, row) for at, row in found if at == rank]
        if cards:
            made.append(Section(rank, say(lang, f"work.{name}"), counts.get(rank, 0), cards))
    return made


def _left(desk: Desk, wanted: Wanted, following: str | None, counts: dict[Rank, int]) -> int:
    """How many come after this page."""
    if following is None:
        return 0
    whole = sum(count for rank, count in counts.items() if wanted.rank in (None, rank))
    return whole - desk.store.worklist_before(wanted, following)
