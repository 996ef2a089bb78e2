"""What people were told, for staff: of faults, of the weather, and of what keeps changing its mind."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from dashboard_api import present
from dashboard_api.auth.people import SECURITY, allowed
from dashboard_api.desk import DeskDep
from dashboard_api.models import Messages
from dashboard_api.paging import NumberedDep
from dashboard_api.problems import responses
from dashboard_api.routers.faults import Looker
from dashboard_api.sought import MOST, Between, Devices, Words
from gateway.faults.kinds import MessageKind
from gateway.store import MessagesWanted

router = APIRouter(tags=["faults"], dependencies=[Depends(allowed("look")), *SECURITY])


def wanted(
    span: Between,
    device: Devices = None,
    code: Words = None,
    kind: Annotated[list[MessageKind] | None, Query(max_length=MOST)] = None,
    fault: Annotated[Words, Query(description="only of these faults, by number")] = None,
) -> MessagesWanted:
    """Several values of one filter: any of them; several filters: all of them."""
    return MessagesWanted(tuple(fault or ()), tuple(device or ()), tuple(code or ()), tuple(kind or ()), span)


@router.get("/messages", summary="What people were told, oldest first", responses=responses(401, 403, 422))
def list_messages(
    desk: DeskDep, person: Looker, of: Annotated[MessagesWanted, Depends(wanted)], paging: NumberedDep
) -> Messages:
    """Also what belongs to no fault: the weather, and `flapping`."""
    rows = desk.store.messages(after=paging.after, limit=paging.limit + 1, area=person.area, wanted=of)
    items = present.messages(desk, rows[: paging.limit])
    return Messages(items=items, next=items[-1].id if len(rows) > paging.limit else None)
