"""The front's stream: that a socket's state changed, and that everything is to be read anew."""

from typing import Annotated

from fastapi import APIRouter, Header, Query, Response

from dashboard_api.feed import LISTENERS
from dashboard_api.front.at import FrontDep
from dashboard_api.problems import Problem
from dashboard_api.routers.events import Stream, number

router = APIRouter(include_in_schema=False)


@router.get("/api/v1/events", response_class=Response)
async def events(
    front: FrontDep,
    last_event_id: Annotated[str | None, Header()] = None,
    after: Annotated[int | None, Query(ge=0)] = None,
) -> Response:
    """The same as the village's own, of its chargers alone."""
    if front.hub.full:
        raise Problem(503, f"more than {LISTENERS} listeners", headers={"Retry-After": "30"})
    known = number(last_event_id)
    return Stream(front.hub.follow(after if known is None else known, None, lambda: False))
