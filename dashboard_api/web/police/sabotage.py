"""What may have been done on purpose in the last 30 days: roads of which two cameras were covered or turned within
minutes, and single cameras whose view was covered, lost or turned.
"""

from dataclasses import dataclass

from contracts.names import name_of, place_of
from dashboard_api import present
from dashboard_api.auth.people import Person
from dashboard_api.desk import Desk
from dashboard_api.times import clock_text
from dashboard_api.web.reports.words import brief
from dashboard_api.web.staff.cards import status
from dashboard_api.web.texts import Lang
from dashboard_api.web.view import Pill
from gateway.faults.catalogue import CATALOGUE
from gateway.store import FaultRow, FaultsWanted, Span

SABOTAGE = "sabotage"
# What the catalogue sends the police for, at a single camera.
SINGLE = tuple(code for code, row in CATALOGUE.items() if row.department == "police" and code != SABOTAGE)
DAYS, SHOWN = 30, 50
DAY_MS = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera that takes part: what happened to it and when; ``fault``: its own number."""

    id: str
    name: str
    what: str
    time: str
    fault: str


@dataclass(frozen=True, slots=True)
class Incident:
    """``what``: of a road or of a camera; ``cameras``: both of a road, the one of a camera."""

    fault: str
    what: str
    place: str
    time: str
    opened_ms: int
    over: str
    status: Pill
    cameras: list[Camera]


@dataclass(frozen=True, slots=True)
class Incidents:
    """Newest first. ``more``: that there are more of either than are shown."""

    roads: list[Incident]
    singles: list[Incident]
    more: bool


def read(desk: Desk, lang: Lang, person: Person) -> Incidents:
    """Of what ``person`` sees."""
    roads, more_roads = _faults(desk, person, (SABOTAGE,))
    singles, more = _faults(desk, person, SINGLE)
    return Incidents(
        [_incident(desk, lang, row, present.members(desk, row)) for row in roads],
        [_incident(desk, lang, row, [row]) for row in singles if row.root is None],
        more or more_roads,
    )


def _faults(desk: Desk, person: Person, codes: tuple[str, ...]) -> tuple[list[FaultRow], bool]:
    wanted = FaultsWanted(codes=codes, span=Span(desk.clock() - DAYS * DAY_MS))
    rows, cursor = desk.store.faults("all", SHOWN, area=person.area, wanted=wanted)
    return rows, cursor is not None


def _incident(desk: Desk, lang: Lang, row: FaultRow, members: list[FaultRow]) -> Incident:
    now_ms = desk.clock()
    first = min(members, key=lambda one: one.opened_ms, default=row)
    return Incident(
        row.id,
        name_of(desk.names, row.asset).text(lang),
        place_of(desk.village, desk.names, row.junction or first.junction).text(lang),
        clock_text(row.opened_ms, now_ms),
        row.opened_ms,
        "" if row.cleared_ms is None else clock_text(row.cleared_ms, now_ms),
        status(desk, lang, row),
        [_camera(desk, lang, one, now_ms) for one in sorted(members, key=lambda one: one.opened_ms)],
    )


def _camera(desk: Desk, lang: Lang, row: FaultRow, now_ms: int) -> Camera:
    name = name_of(desk.names, row.asset).text(lang)
    return Camera(row.asset, name, brief(lang, row.code), clock_text(row.opened_ms, now_ms), row.id)
