"""Work orders, for staff: the list, the moves, and the photos that go with them."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from dashboard_api import moves, present
from dashboard_api.auth.people import SECURITY, Person, allowed, fault_of
from dashboard_api.desk import DeskDep
from dashboard_api.models import Fault, Faults
from dashboard_api.moves import Given
from dashboard_api.order_models import MakeMove
from dashboard_api.paging import PagingDep
from dashboard_api.problems import Problem, Responses, responses
from dashboard_api.routers.faults import PENDING, Looker, Number
from dashboard_api.sought import SoughtDep, page
from gateway.store import Deed, OrderFilter

router = APIRouter(tags=["orders"], dependencies=SECURITY)
Mover = Annotated[Person, Depends(allowed("move"))]
PICTURE: Responses = {
    200: {
        "description": "the picture as it was taken",
        "content": {name: {} for name in ("image/jpeg", "image/png", "image/webp")},
    }
}


@router.get("/orders", summary="Faults by the state of their work order", responses=responses(401, 403, 422))
def list_orders(
    desk: DeskDep,
    person: Looker,
    of: SoughtDep,
    paging: PagingDep,
    state: Annotated[OrderFilter, Query(description="`listed`: every work order that is not closed")] = "listed",
) -> Faults:
    """Newest first. A fault whose condition is over is listed until somebody took it; one that is a part of another has
    no work order of its own.
    """
    rows, following = page(
        desk,
        lambda most, at: desk.store.orders(state, most, at, person.area, of.wanted),
        of.departments,
        paging,
    )
    return Faults(items=present.faults(desk, rows, person.role), next=following)


@router.post(
    "/faults/{number}/moves",
    summary="Move a work order on",
    responses=PENDING | responses(401, 403, 404, 409, 422),
)
async def make_move(desk: DeskDep, person: Mover, number: Number, body: MakeMove, response: Response) -> Fault:
    """200 once the gateway has applied it, 202 while it is still to do so, 409 with the reason, the moves that are to
    be had (`allowed`) and the present `version` if it cannot be done.

    `refused`, `forwarded` and `false_alarm` need a `comment`, `forwarded` a `department` too, `suspended` a moment
    `until`, `duplicate` the number `into` which it goes; `fixed` of a thing without a wire needs a `photo`. The
    gateway closes it, once the device has been well for long enough.
    """
    row, applied = await moves.move(desk, person, number, Given(**body.model_dump()))
    response.status_code = 200 if applied else 202
    return (await asyncio.to_thread(present.faults, desk, [row], person.role))[0]


@router.get(
    "/faults/{number}/photos/{photo}",
    summary="A photo of a move",
    response_class=Response,
    responses=PICTURE | responses(401, 403, 404, 422),
)
def one_photo(
    desk: DeskDep, person: Looker, number: Number, photo: Annotated[int, Path(ge=1, le=2**53, examples=[1])]
) -> Response:
    """As the phone took it, with what it wrote into it. Who looked is written into the audit log."""
    fault_of(desk, person, number)
    found = desk.store.photo(photo)
    if found is None or found.fault != number:
        raise Problem(404, f"no photo {photo} of fault '{number}', or none any more")
    desk.store.note(Deed(desk.clock(), person.name, person.role, "photo viewed", number, detail=str(photo)))
    return Response(found.body, media_type=found.type, headers={"Cache-Control": "private, no-store"})
