"""The staff's pages that are only looked at."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from contracts.topics import ID_PATTERN
from dashboard_api import scene
from dashboard_api.auth.people import theirs
from dashboard_api.desk import DeskDep
from dashboard_api.problems import Problem
from dashboard_api.web import view
from dashboard_api.web.render import taste
from dashboard_api.web.staff import devices, duties, work_list
from dashboard_api.web.staff.shell import Worker, answer, is_part
from dashboard_api.web.staff.work_list import Ask

Choice = Annotated[str, Query(max_length=40)]
router = APIRouter(include_in_schema=False)


@router.get("/staff")
def work(request: Request, desk: DeskDep, person: Worker, ask: Annotated[Ask, Query()]) -> Response:
    """My faults first, then those of my post, then the rest."""
    found = work_list.read(desk, taste(request).lang, person, ask)
    return answer(request, desk, person, "work_list.html" if is_part(request) else "work.html", list=found)


@router.get("/staff/map")
def village_map(request: Request, desk: DeskDep, person: Worker) -> Response:
    """Every junction of theirs by its state, and what stands there."""
    lang, now = taste(request).lang, scene.read(desk, person.sees_fault)
    found, drawing = view.spots(lang, desk.village, now)
    spots = [spot for spot in found if person.sees(spot.id)]
    return answer(
        request,
        desk,
        person,
        "map_body.html" if is_part(request) else "map.html",
        spots=spots,
        places=view.cards(spots),
        roads=drawing.roads,
        counts=view.counts(lang, spots),
        turns=now.turns_ms,
    )


@router.get("/staff/devices")
def device_list(request: Request, desk: DeskDep, person: Worker, kind: Choice = "", state: Choice = "") -> Response:
    """What stands at their junctions, broken things first."""
    found = devices.listed(desk, taste(request).lang, person, kind, state)
    template = "devices_body.html" if is_part(request) else "devices.html"
    return answer(request, desk, person, template, found=found, kind=kind, state=state)


@router.get("/staff/devices/{device_id}")
def device(
    request: Request, desk: DeskDep, person: Worker, device_id: Annotated[str, Path(pattern=ID_PATTERN)]
) -> Response:
    """One device now and in the last seven days; a socket is on its charge point's page."""
    place = desk.places.get(device_id)
    if place is None:
        raise Problem(404, f"no device '{device_id}' in this village")
    theirs(person, person.sees(place.junction))
    found = devices.whole(desk, taste(request).lang, person, place.parent or device_id)
    template = "device_body.html" if is_part(request) else "device.html"
    return answer(request, desk, person, template, found=found)


@router.get("/staff/more")
def more(request: Request, desk: DeskDep, person: Worker) -> Response:
    """The way to everything else."""
    return answer(request, desk, person, "more.html")


@router.get("/staff/roster")
def roster(request: Request, desk: DeskDep, person: Worker) -> Response:
    """Who is on duty now, and when that changes."""
    return answer(request, desk, person, "roster.html", duty=duties.read(desk, taste(request).lang, person))
