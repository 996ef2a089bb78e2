"""Faults, for staff, and taking one on."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from dashboard_api import present
from dashboard_api.acknowledge import Wish, acknowledge
from dashboard_api.auth.people import SECURITY, Person, allowed, fault_of
from dashboard_api.desk import DeskDep
from dashboard_api.models import Acknowledge, Fault, Faults, WholeFault
from dashboard_api.paging import PagingDep
from dashboard_api.problems import Responses, responses
from dashboard_api.sought import SoughtDep, page
from gateway.store import FaultFilter

router = APIRouter(tags=["faults"], dependencies=SECURITY)
Looker = Annotated[Person, Depends(allowed("look"))]
Taker = Annotated[Person, Depends(allowed("acknowledge"))]
Number = Annotated[str, Path(pattern=r"^F-[0-9]{4}-[0-9]{4,9}$", examples=["F-2026-0001"])]
PENDING: Responses = {202: {"model": Fault, "description": "written down; the gateway has not answered within 2 s"}}


@router.get("/faults", summary="Faults, newest first", responses=responses(401, 403, 422))
def list_faults(
    desk: DeskDep,
    person: Looker,
    of: SoughtDep,
    paging: PagingDep,
    state: Annotated[FaultFilter, Query(description="a latched fault that has cleared is still open")] = "open",
    own: Annotated[bool, Query(description="leave out those that are a part of another (`root`)")] = False,
) -> Faults:
    """What to do first is said for the role that asks."""
    rows, following = page(
        desk,
        lambda most, at: desk.store.faults(state, most, at, own, person.area, wanted=of.wanted),
        of.departments,
        paging,
    )
    return Faults(items=present.faults(desk, rows, person.role), next=following)


@router.get(
    "/faults/{number}", summary="One fault with its reasons and history", responses=responses(401, 403, 404, 422)
)
def one_fault(desk: DeskDep, person: Looker, number: Number) -> WholeFault:
    """Why it is one and what was ruled out, its cause or its parts, what was told when, and every move it made."""
    row = fault_of(desk, person, number)
    return present.whole_fault(desk, row, person.role)


@router.post(
    "/faults/{number}/acknowledge",
    summary="Take a fault on",
    responses=PENDING | responses(401, 403, 404, 409, 422),
)
async def acknowledge_fault(
    desk: DeskDep, person: Taker, number: Number, response: Response, body: Acknowledge | None = None
) -> Fault:
    """200 once the gateway has applied it, 202 while it is still to do so, 409 with the reason if it refused."""
    given = body or Acknowledge()
    row, applied = await acknowledge(desk, person, number, Wish(given.version, given.comment, given.measured_dead))
    response.status_code = 200 if applied else 202
    return (await asyncio.to_thread(present.faults, desk, [row], person.role))[0]
