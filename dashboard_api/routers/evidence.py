"""Pictures that a camera's node sent of a fault, where the inventory asks for them."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Response

from dashboard_api import evidence
from dashboard_api.auth.people import SECURITY, Person, allowed, fault_of
from dashboard_api.command_models import Evidence, Evidences
from dashboard_api.desk import DeskDep
from dashboard_api.problems import Problem, Responses, responses
from dashboard_api.routers.faults import Number
from dashboard_api.times import iso
from gateway.store import Deed

router = APIRouter(tags=["faults"], dependencies=SECURITY)
Watcher = Annotated[Person, Depends(allowed("evidence"))]
PICTURE: Responses = {200: {"description": "at most 64 KiB", "content": {"image/jpeg": {}}}}


@router.get("/faults/{number}/evidence", summary="Pictures of a fault", responses=responses(401, 403, 404, 422))
def list_evidence(desk: DeskDep, person: Watcher, number: Number) -> Evidences:
    """What its camera's node showed of it, newest first; most cameras are not asked to."""
    row = fault_of(desk, person, number)
    return Evidences(
        items=[
            Evidence(
                number=one.number,
                at=iso(one.at_ms),
                before=evidence.address(row, one.number, "before") if one.before else None,
                after=evidence.address(row, one.number, "after") if one.after else None,
            )
            for one in evidence.of_fault(desk, row)
        ]
    )


@router.get(
    "/faults/{number}/evidence/{evidence}/{which}",
    summary="One picture of a fault",
    response_class=Response,
    responses=PICTURE | responses(401, 403, 404, 422),
)
def one_picture(
    desk: DeskDep,
    person: Watcher,
    number: Number,
    of: Annotated[int, Path(alias="evidence", ge=1, le=2**53, examples=[1])],
    which: Annotated[Literal["before", "after"], Path(examples=["after"])],
) -> Response:
    """Of before, or of when it was found with what is wrong outlined. Who looked is written into the audit log."""
    row = fault_of(desk, person, number)
    mine = of in {one.number for one in evidence.of_fault(desk, row)}
    body = desk.store.evidence_picture(of, after=which == "after") if mine else None
    if body is None:
        raise Problem(404, f"no such picture of fault '{number}', or none any more")
    desk.store.note(Deed(desk.clock(), person.name, person.role, "evidence viewed", number, detail=f"{of} {which}"))
    return Response(body, media_type="image/jpeg", headers={"Cache-Control": "private, no-store"})
