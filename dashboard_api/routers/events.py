"""The stream of changes: everything for staff; state, place and age for everybody."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Annotated

import structlog
from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.sse import EventSourceResponse
from starlette.types import Send

from dashboard_api.auth.people import SECURITY, Person, Visitor, kiosk, still
from dashboard_api.desk import Desk, DeskDep
from dashboard_api.feed import LISTENERS, everything
from dashboard_api.problems import Problem, Responses, responses

router = APIRouter(tags=["public"], dependencies=SECURITY)
SEND_S = 10.0
NUMBER_DIGITS = 18
log = structlog.get_logger()


class Stream(EventSourceResponse):
    """An event stream that gives up on a client which takes nothing for :data:`SEND_S` seconds."""

    def __init__(self, content: AsyncIterator[bytes]) -> None:
        super().__init__(content, headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"})

    async def stream_response(self, send: Send) -> None:
        """Starlette's own, with a time limit on each piece."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        try:
            async for chunk in self.body_iterator:
                async with asyncio.timeout(SEND_S):
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except TimeoutError:
            log.info("event stream dropped: the client takes nothing")


def number(text: str | None) -> int | None:
    """A change's number as browsers send it back; None for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= NUMBER_DIGITS else None


ANSWERS: Responses = {
    200: {
        "description": "`id` is the change's number; send it back as `Last-Event-ID` to get what was missed. "
        "`reset` says that too much was missed: read the lists anew. "
        "`window`: maintenance of `id` (a device, node or junction), or its time out of service, was changed. "
        "`command`: a command to `id` has moved on, or pictures of it have come, for staff. "
        "Without signing in `node`, `stream` and `n` are left out.",
        "content": {
            "text/event-stream": {
                "schema": {"type": "string"},
                "example": 'event: device\ndata: {"type":"device","id":"cam-01","state":"up","word":null,'
                '"seen":"2026-11-23T14:02:31.250+08:00","node":"n-01","stream":"9f…","n":481}\nid: 812\n\n'
                'event: fault\ndata: {"type":"fault","id":"F-2026-0001","state":"open"}\nid: 813\n\n',
            }
        },
    }
}


@router.get(
    "/events",
    summary="Changes as they happen (server-sent events)",
    response_class=Response,
    responses=ANSWERS | responses(401, 422, 503),
)
async def events(
    request: Request,
    desk: DeskDep,
    person: Visitor,
    last_event_id: Annotated[str | None, Header(description="number of the newest event already known")] = None,
    after: Annotated[int | None, Query(ge=0, description="the same, for a first connection")] = None,
) -> Response:
    """A comment every 15 s keeps proxies from closing the line."""
    if desk.feed.full:
        raise Problem(503, f"more than {LISTENERS} listeners", headers={"Retry-After": "30"})
    known = number(last_event_id)
    sees = None if person is None else everything if person.area is None else person.sees_asset
    # A wall's screen hears what everybody does, as long as its key counts.
    listener = person or await asyncio.to_thread(kiosk, request, desk)
    return Stream(desk.feed.follow(after if known is None else known, sees, _over(desk, listener)))


def _over(desk: Desk, person: Person | None) -> Callable[[], bool]:
    """When a listener's stream ends: with the session, or once they may see anything else than at its beginning."""
    checked = desk.feed.accessed

    def over() -> bool:
        nonlocal checked
        if person is None:
            return False
        if checked == desk.feed.accessed:
            return desk.clock() >= person.expires_ms
        checked = desk.feed.accessed
        return not still(desk, person)

    return over
