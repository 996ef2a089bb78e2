"""I'm here: what a cabinet's code leads to. The faults of its junction, and one button that records the arrival."""

import asyncio
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from contracts.names import name_of
from contracts.topics import ID_PATTERN
from dashboard_api import moves
from dashboard_api.auth.people import Person, check_csrf, theirs
from dashboard_api.desk import Desk, DeskDep
from dashboard_api.problems import Problem
from dashboard_api.web.fault_page import move_line
from dashboard_api.web.render import taste
from dashboard_api.web.residents import qr
from dashboard_api.web.staff import story
from dashboard_api.web.staff.cards import WorkCard, card
from dashboard_api.web.staff.shell import SignedIn, Worker, answer, is_part
from dashboard_api.web.texts import Lang, say
from gateway.faults.order import PersonMove
from gateway.store import Deed, FaultRow
from gateway.store.worklist import Wanted

router = APIRouter(include_in_schema=False)
PATH = "/here/{junction}"
Junction = Annotated[str, Path(pattern=ID_PATTERN)]
# So many work orders at one junction are shown, and moved by one press, at most.
MOST = 50


@dataclass(frozen=True, slots=True)
class Here:
    """A work order at this place. ``mine``: the press moves it unless its tick is taken away; ``may``: it can."""

    card: WorkCard
    may: bool
    mine: bool
    arrived: str


@dataclass(frozen=True, slots=True)
class Label:
    """One cabinet's code, as a drawing, and what it leads to."""

    name: str
    grid: str
    address: str
    code: str


@router.get(PATH)
def here(
    request: Request,
    desk: DeskDep,
    person: SignedIn,
    junction: Junction,
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """The faults of a junction. Looking changes nothing."""
    _known(desk, person, junction)
    lang = taste(request).lang
    template = "here_body.html" if is_part(request) else "here.html"
    return answer(
        request,
        desk,
        person,
        template,
        junction=junction,
        name=name_of(desk.names, junction).text(lang),
        found=[_here(desk, lang, person, row) for row in _rows(desk, person, junction)],
        devices=story.neighbours(desk, lang, junction),
        moves=person.may("move"),
        done=done if done in {"arrived", "pending", "some"} else "",
    )


@router.post(PATH)
async def arrive(request: Request, desk: DeskDep, person: SignedIn, junction: Junction) -> Response:
    """Take on what is ticked and nobody has, and be on site for it; without any fault the arrival alone is recorded."""
    async with request.form(max_files=0, max_fields=MOST + 5) as sent:
        csrf, ticked = str(sent.get("csrf", "")), {str(one) for one in sent.getlist("fault")}
    _known(desk, person, junction)
    check_csrf(person, csrf)
    if not person.may("move"):
        raise Problem(403, f"role '{person.role}' may not do this", reason="role")
    lang = taste(request).lang
    rows = await asyncio.to_thread(_rows, desk, person, junction)
    said = [await _arrived(desk, person, row, junction, say(lang, "here.comment")) for row in rows if row.id in ticked]
    deed = Deed(desk.clock(), person.name, person.role, "arrived", junction, junction)
    await asyncio.to_thread(desk.store.note, deed)
    outcome = "arrived" if all(said) else "some"
    return RedirectResponse(f"/here/{junction}?done={outcome}", 303)


async def _arrived(desk: Desk, person: Person, row: FaultRow, junction: str, comment: str) -> bool:
    """Whether it was recorded for this fault: somebody else may have been quicker."""
    steps: tuple[PersonMove, ...] = ("acknowledged", "on_site") if row.order_state == "open" else ("on_site",)
    try:
        for step in steps:
            row, _ = await moves.move(desk, person, row.id, moves.Given(step, row.version, comment, junction))
    except Problem:
        return False
    return row.order_state == "on_site"


def _known(desk: Desk, person: Person, junction: str) -> None:
    if junction not in {one.id for _, one in desk.village.junctions()}:
        raise Problem(404, f"no junction '{junction}' in this village")
    theirs(person, person.sees(junction))


def _rows(desk: Desk, person: Person, junction: str) -> list[FaultRow]:
    found, _ = desk.store.worklist(Wanted(person.name, area=person.area, junction=junction), MOST)
    return [one.fault for one in found]


def _here(desk: Desk, lang: Lang, person: Person, row: FaultRow) -> Here:
    mine = row.acknowledged_by == person.name and row.order_state == "acked"
    free = row.order_state == "open" and row.root is None
    last = next((one for one in reversed(desk.store.fault_moves(row.id)) if one.move == "on_site"), None)
    arrived = ""
    if row.order_state == "on_site" and last is not None:
        line = move_line(desk, lang, last, desk.clock())
        arrived = say(lang, "here.since", what=line.what, time=line.time)
    return Here(card(desk, lang, person, row), person.may("move") and (mine or free), mine, arrived)


@router.get("/staff/labels")
def labels(request: Request, desk: DeskDep, person: Worker) -> Response:
    """A code for each cabinet, to be printed."""
    lang, address = taste(request).lang, desk.settings.address
    found = [
        Label(
            one.name.text(lang),
            grid.name.text(lang),
            f"{address}/here/{one.id}",
            qr.drawing(f"{address}/here/{one.id}"),
        )
        for grid, one in desk.village.junctions()
        if person.sees(one.id)
    ]
    public = desk.settings.public_url is not None
    return answer(request, desk, person, "labels.html", labels=found, public=public)
