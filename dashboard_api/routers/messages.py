"""What people were told, for staff: of faults, of the weather, and of what keeps changing its mind."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from dashboard_api import present
from dashboard_api.auth.people import SECURITY, allowed
from dashboard_api.desk import DeskDep
from dashboard_api.models import Messages
from dashboard_api.problems import responses
from dashboard_api.routers.faults import Looker

router = APIRouter(tags=["faults"], dependencies=[Depends(allowed("look")), *SECURITY])


@router.get("/messages", summary="What people were told, oldest first", responses=responses(401, 403, 422))
def list_messages(
    desk: DeskDep,
    person: Looker,
    after: Annotated[int, Query(ge=0, le=2**53, description="`next` of the page before")] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Messages:
    """Also what belongs to no fault: the weather, and `flapping`."""
    rows = desk.store.messages(after=after, limit=limit + 1, area=person.area)
    items = present.messages(desk, rows[:limit])
    return Messages(items=items, next=items[-1].id if len(rows) > limit else None)
