"""Planned maintenance and time out of service, for staff."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from dashboard_api import present, windows
from dashboard_api.auth.people import SECURITY, Person, allowed
from dashboard_api.desk import Desk, DeskDep
from dashboard_api.models import PlanMaintenance, TakeOut, Windows
from dashboard_api.problems import FieldProblem, Problem, Responses, responses
from dashboard_api.routers.devices import Looker
from dashboard_api.times import MOMENT, Moment, millis
from dashboard_api.windows import DAY_MS, LONGEST_DAYS, Given
from gateway.uptime import Window
from gateway.uptime.windows import WindowKind

router = APIRouter(tags=["maintenance"], dependencies=SECURITY)
Planner = Annotated[Person, Depends(allowed("plan"))]
# Not only what is a proper id: what left the inventory may still have a window.
Target = Annotated[str, Path(max_length=100, examples=["j-01"])]
Begin = Annotated[Moment | None, Query(alias="from", description=f"{MOMENT}; now if left out")]
End = Annotated[Moment | None, Query(description=f"{MOMENT}; {LONGEST_DAYS} days later if left out")]
Only = Annotated[str | None, Query(max_length=100, description="only of this device, node or junction")]
PENDING: Responses = {202: {"model": Windows, "description": "written down; the gateway has not answered within 2 s"}}
ASKED = PENDING | responses(401, 403, 409, 422)
ENDED = PENDING | responses(401, 403, 404, 409, 422)
LISTED = responses(401, 403, 422)


@router.get("/maintenance", summary="Planned maintenance of a period", responses=LISTED)
def list_maintenance(
    desk: DeskDep, person: Looker, from_: Begin = None, to: End = None, target: Only = None
) -> Windows:
    """Every window that touches it, oldest first; not cut to it."""
    return _listed(desk, person, "planned", _period(desk, from_, to), target)


@router.post("/maintenance", summary="Plan maintenance", responses=ASKED)
async def plan_maintenance(desk: DeskDep, person: Planner, body: PlanMaintenance, response: Response) -> Windows:
    """Faults go on being listed meanwhile; they are told only if they are still there at its end (safety: at once).

    The same `from` again moves the end. Answers with the windows of the target in that time: 200 once the gateway has
    applied it, 202 while it is still to do so, 409 with the reason if it refused.
    """
    wish = windows.checked(desk, person, "planned", Given(body.target, body.from_, body.to))
    return _answer(desk, response, *await windows.lay(desk, person, "planned", wish))


@router.delete("/maintenance/{target}", summary="Cancel maintenance, or the rest of it", responses=ENDED)
async def cancel_maintenance(
    desk: DeskDep,
    person: Planner,
    target: Target,
    from_: Annotated[Moment, Query(alias="from", description=f"its beginning: {MOMENT}")],
    response: Response,
) -> Windows:
    """Answers with what is left of it."""
    return _answer(desk, response, *await windows.cancel(desk, person, target, millis(from_)))


@router.get("/out-of-service", summary="What is out of service in a period", responses=LISTED)
def list_out_of_service(
    desk: DeskDep, person: Looker, from_: Begin = None, to: End = None, target: Only = None
) -> Windows:
    """Every window that touches it, oldest first; not cut to it."""
    return _listed(desk, person, "out_of_service", _period(desk, from_, to), target)


@router.post("/out-of-service", summary="Take a device out of service", responses=ASKED)
async def take_out(desk: DeskDep, person: Planner, body: TakeOut, response: Response) -> Windows:
    """Nothing of it is a fault meanwhile, except what is dangerous; residents read `closed` of its sockets.

    The time counts neither for nor against its uptime, so it cannot be declared afterwards.
    """
    wish = windows.checked(desk, person, "out_of_service", Given(body.target, body.from_, body.to))
    return _answer(desk, response, *await windows.lay(desk, person, "out_of_service", wish))


@router.delete("/out-of-service/{target}", summary="Put a device into service again", responses=ENDED)
async def put_back(desk: DeskDep, person: Planner, target: Target, response: Response, from_: Begin = None) -> Windows:
    """What is wrong with it by then becomes a fault. Answers with the windows of it that are still to come."""
    from_ms = desk.clock() if from_ is None else millis(from_)
    return _answer(desk, response, *await windows.back(desk, person, target, from_ms))


def _answer(desk: Desk, response: Response, found: list[Window], applied: bool) -> Windows:
    response.status_code = 200 if applied else 202
    return Windows(items=present.windows(desk, found))


def _period(desk: Desk, from_: Moment | None, to: Moment | None) -> tuple[int, int]:
    from_ms = desk.clock() if from_ is None else millis(from_)
    to_ms = from_ms + LONGEST_DAYS * DAY_MS if to is None else millis(to)
    if to_ms <= from_ms:
        wrong = FieldProblem(field="query.to", detail="must be later than 'from'")
        raise Problem(422, "1 value(s) cannot be used", errors=[wrong])
    return from_ms, to_ms


def _listed(desk: Desk, person: Person, kind: WindowKind, period: tuple[int, int], target: str | None) -> Windows:
    found = windows.listed(desk, kind, *period, target)
    return Windows(items=present.windows(desk, [one for one in found if person.sees_asset(one.target)]))
