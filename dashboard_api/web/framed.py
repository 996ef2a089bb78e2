"""The frame around the pages of the police and of the administration, which keep what they were asked for."""

from urllib.parse import urlencode

from fastapi import Request, Response

from dashboard_api.auth.people import Person
from dashboard_api.desk import Desk
from dashboard_api.web import render
from dashboard_api.web.pages import HTML, PRIVATE, remember
from dashboard_api.web.render import taste
from dashboard_api.web.staff.shell import silent

# A choice of these is kept by a cookie and is no part of what a page is asked for.
TASTES = ("lang", "size")


def framed(
    request: Request, desk: Desk, person: Person, template: str, status: int = 200, **values: object
) -> Response:
    """A page that keeps what it was asked for: ``template`` of ``templates`` with ``values``."""
    liking, newest_ms = taste(request), desk.store.newest_ms()
    frame = {
        "seq": desk.feed.seq,
        "newest_ms": newest_ms,
        "silent": silent(desk, newest_ms),
        "path": request.url.path,
        "query": _query(request),
    }
    body = render.small(desk, liking, template, person, **frame, **values)
    made = Response(body, status, media_type=HTML, headers={"Cache-Control": PRIVATE})
    remember(request, made, desk, liking)
    return made


def _query(request: Request) -> str:
    """What the page was asked for, to be asked for again in another language: ``month=2026-10&``."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in TASTES]
    return urlencode(kept) + "&" if kept else ""
