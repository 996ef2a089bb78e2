"""What every page of the administration has: who may see it, and the frame around it."""

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Request, Response

from dashboard_api.auth.people import Person, member
from dashboard_api.desk import Desk
from dashboard_api.web import render
from dashboard_api.web.pages import HTML, PRIVATE, remember
from dashboard_api.web.render import taste
from dashboard_api.web.staff.shell import is_part, silent

__all__ = ["Administrator", "Keeper", "address", "answer", "is_part"]
Administrator = Annotated[Person, Depends(member("administer"))]
# Whoever looks after the system, at its gateway or at its nodes.
Keeper = Annotated[Person, Depends(member("system"))]
# A choice of these is kept by a cookie and is no part of what a page is asked for.
TASTES = ("lang", "size")


def answer(
    request: Request, desk: Desk, person: Person, template: str, status: int = 200, **values: object
) -> Response:
    """A page of the administration: ``template`` of ``templates/admin`` with ``values``."""
    liking, newest_ms = taste(request), desk.store.newest_ms()
    frame = {
        "seq": desk.feed.seq,
        "newest_ms": newest_ms,
        "silent": silent(desk, newest_ms),
        "path": request.url.path,
        "query": _query(request),
    }
    body = render.small(desk, liking, f"admin/{template}", person, **frame, **values)
    made = Response(body, status, media_type=HTML, headers={"Cache-Control": PRIVATE})
    remember(request, made, desk, liking)
    return made


def address(path: str, asked: Mapping[str, str | int], **changed: str | int) -> str:
    """``path`` with what it is asked for, but for what is ``changed``; what is empty is left out."""
    wanted = {name: value for name, value in (dict(asked) | changed).items() if value not in ("", 1)}
    return f"{path}?{urlencode(wanted)}" if wanted else path


def _query(request: Request) -> str:
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in TASTES]
    return urlencode(kept) + "&" if kept else ""
