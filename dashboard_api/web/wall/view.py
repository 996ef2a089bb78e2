"""What the wall shows: the map's marks, the counts, what is urgent, what is new. No names, no numbers of people."""

from collections import Counter
from dataclasses import dataclass, replace

from contracts.inventory import Name
from contracts.names import name_of, place_of
from contracts.states import State, worst
from dashboard_api import catalogue, due, present, scene
from dashboard_api.auth.people import Person
from dashboard_api.desk import Desk
from dashboard_api.scene import Scene
from dashboard_api.web import view
from dashboard_api.web.fault_view import SEVERITY_LOOKS, said
from dashboard_api.web.staff.cards import STATE_LOOKS
from dashboard_api.web.texts import Lang, say
from dashboard_api.web.view import DeviceRow, Pill, Spot, Tile, state_pill
from dashboard_api.web.wall import plan
from dashboard_api.web.wall.plan import Label, Plan, Stand
from gateway.store import FaultRow
from gateway.store.worklist import Wanted

# More do not fit on any screen; of what is overdue no more, so that what is new is seen too.
LINES, URGENT = 7, 3
MOST = 300
# Above so many junctions only those with a problem are named.
NAMED = 6
MARKS: tuple[str, ...] = ("up", "degraded", "down", "unknown", "busy")


@dataclass(frozen=True, slots=True)
class Mark:
    """A junction on the map. ``lines``: its label, at ``x``, ``y`` by ``anchor``; none: it is not written."""

    id: str
    css: str
    shape: str
    at: tuple[float, float]
    lines: tuple[str, ...]
    x: float
    y: float
    anchor: str


@dataclass(frozen=True, slots=True)
class Line:
    """A work order. ``late_ms``: since when it is overdue, None if it is not; ``unheard``: letters reached nobody."""

    id: str
    severity: int
    grade: Pill
    sentence: str
    place: str
    owner: str
    opened_ms: int
    status: Pill
    late_ms: int | None
    unheard: bool


@dataclass(frozen=True, slots=True)
class Wall:
    """All of it. ``grades``: open work orders by severity; ``late``: how many are overdue; ``heard``: id, state and
    word of each device, for the live update to compare with."""

    now_ms: int
    newest_ms: int | None
    silent: bool
    turns_ms: int | None
    marks: list[Mark]
    counts: list[tuple[Pill, int]]
    tiles: list[Tile]
    grades: list[tuple[int, Pill, int]]
    late: int
    urgent: list[Line]
    newest: list[Line]
    heard: list[tuple[str, str, str]]


def ground(desk: Desk) -> Plan:
    """The map without its marks: it does not change while the page runs."""
    places = [(junction.id, junction.lat, junction.lon) for _, junction in desk.village.junctions()]
    return plan.plan(places, desk.outline)


def read(desk: Desk, lang: Lang, person: Person) -> Wall:
    """The wall of now, as far as ``person`` sees the village."""
    whole, wanted = scene.read(desk, person.sees_fault), Wanted("", area=person.area)
    now = replace(whole, sights=[one for one in whole.sights if person.sees(one.place.junction)])
    ranked, _ = desk.store.worklist(wanted, MOST)
    rows = [one.fault for one in ranked]
    late = [row for row in rows if due.overdue(row, now.now_ms)]
    pressing = _pressing(rows, now)
    shown = {row.id for row in pressing}
    fresh = sorted((row for row in rows if row.id not in shown), key=lambda row: row.opened_ms, reverse=True)
    spots = [spot for spot in view.spots(lang, desk.village, now)[0] if person.sees(spot.id)]
    marks = _marks(lang, desk, spots, rows)
    return Wall(
        now.now_ms,
        now.newest_ms,
        now.silent,
        now.turns_ms,
        marks,
        _counts(lang, marks),
        view.tiles(lang, now)[:3],
        [(grade, _grade(lang, grade), _many(desk, person, grade)) for grade in (1, 2, 3)],
        len(late),
        [_line(desk, lang, now, row) for row in pressing],
        [_line(desk, lang, now, row) for row in fresh[: LINES - len(pressing)]],
        [(one.place.device, one.said, (one.row.word or "") if one.row else "") for one in now.sights],
    )


def _pressing(rows: list[FaultRow], now: Scene) -> list[FaultRow]:
    """What is to be dealt with first: safety, however much is new; then what is overdue or reached nobody."""
    found = [row for row in rows if row.severity == 1 or due.overdue(row, now.now_ms) or row.id in now.unheard]
    most = max(URGENT, min(LINES, sum(row.severity == 1 for row in rows)))
    return sorted(found, key=lambda row: (row.severity != 1, due.urgency(row, now.now_ms)))[:most]


def _many(desk: Desk, person: Person, severity: int) -> int:
    return sum(desk.store.worklist_counts(Wanted("", area=person.area, severity=severity)).values())


def _grade(lang: Lang, severity: int) -> Pill:
    looks = SEVERITY_LOOKS[severity]
    return Pill(looks.css, looks.shape, say(lang, f"faults.severity_{severity}"))


def _line(desk: Desk, lang: Lang, now: Scene, row: FaultRow) -> Line:
    css, shape = STATE_LOOKS[row.order_state]
    owner = present.department(desk, present.order_of(desk, row).department or "")
    return Line(
        row.id,
        row.severity,
        _grade(lang, row.severity),
        said(lang, catalogue.sentence(row.code, _name(desk, row))),
        place_of(desk.village, desk.names, row.junction).text(lang),
        said(lang, owner),
        row.opened_ms,
        Pill(css, shape, say(lang, f"order.{row.order_state}")),
        due.due_ms(row) if due.overdue(row, now.now_ms) else None,
        row.id in now.unheard,
    )


def _name(desk: Desk, row: FaultRow) -> Name:
    return name_of(desk.names, row.asset)


def _marks(lang: Lang, desk: Desk, spots: list[Spot], rows: list[FaultRow]) -> list[Mark]:
    at = ground(desk).at
    grave = {row.junction for row in rows if row.severity == 1 and row.closed_ms is None}
    looks = {spot.id: _looks(lang, spot, spot.id in grave) for spot in spots}
    wanted = [
        Label(spot.id, looks[spot.id][1], looks[spot.id][0] in {"down", "degraded", "unknown"})
        for spot in sorted(spots, key=lambda one: MARKS.index(looks[one.id][0]) != MARKS.index("down"))
        if looks[spot.id][0] != "up" or len(spots) <= NAMED
    ]
    bad = {spot.id for spot in spots if looks[spot.id][0] != "up"}
    stands = plan.labels({spot.id: at[spot.id] for spot in spots}, wanted, bad)
    found = []
    for spot in spots:
        css, lines = looks[spot.id]
        stand, count = stands.get(spot.id, (Stand(0.0, 0.0, "middle"), 0))
        found.append(Mark(spot.id, css, css, at[spot.id], lines[:count], *stand))
    return found


def _looks(lang: Lang, spot: Spot, grave: bool) -> tuple[str, tuple[str, ...]]:
    """A junction's state and the lines of its label. Maintenance that was declared hides nothing but what it is of."""
    plain: State = worst(row.state for row in spot.devices if not row.declared)
    state: str = "down" if grave else plain
    if state == "up" and any(row.declared for row in spot.devices):
        state = "busy"
    if state == "up":
        return state, (spot.name,)
    bad = [row for row in spot.devices if row.state == state]
    return state, (spot.name, _word(lang, state, bad))


def _word(lang: Lang, state: str, bad: list[DeviceRow]) -> str:
    if state == "busy":
        return say(lang, "wall.planned")
    why = next((row.why for row in bad if row.why), "")
    if state == "unknown" or not why:
        return say(lang, f"wall.is_{state}")
    return why


def _counts(lang: Lang, marks: list[Mark]) -> list[tuple[Pill, int]]:
    number = Counter(mark.css for mark in marks)
    states = [(state_pill(lang, state), number[state]) for state in ("up", "degraded", "down", "unknown")]
    planned = [(Pill("busy", "busy", say(lang, "wall.planned")), number["busy"])]
    return [(pill, many) for pill, many in (*states, *planned) if many or pill.css == "up"]
