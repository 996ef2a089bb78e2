"""What browsers get: the page, its parts for the live update, the page of a sign-in link. None changes anything."""

from collections.abc import Callable
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from dashboard_api.auth.people import Visitor
from dashboard_api.caching import respond
from dashboard_api.desk import Desk, DeskDep, desk_of
from dashboard_api.web import render, texts
from dashboard_api.web.render import Taste, taste

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
HTML = "text/html; charset=utf-8"
# Browsers ask again each time, and get 304 while nothing changed; shared caches keep nothing.
PUBLIC, PRIVATE = "private, no-cache", "private, no-store"
YEAR_S = 365 * 24 * 3600
PartName = Literal["summary", "faults", "map", "junctions", "piles"]
Number = Annotated[str, Path(max_length=40)]


@router.get("/village")
def village(request: Request, desk: DeskDep, person: Visitor) -> Response:
    """The whole village: its devices, and for staff its faults."""
    liking = taste(request)
    if person is not None:
        answer = Response(render.page(desk, liking, person), media_type=HTML, headers={"Cache-Control": PRIVATE})
    else:
        answer = _cached(request, desk, f"page {liking}", lambda: render.page(desk, liking, None))
    remember(request, answer, desk, liking)
    return answer


@router.get("/parts/{name}")
def part(request: Request, desk: DeskDep, person: Visitor, name: PartName) -> Response:
    """One section."""
    liking = taste(request)
    if person is not None:
        body = render.part(desk, name, liking, person)
        return Response(body, media_type=HTML, headers={"Cache-Control": PRIVATE})
    return _cached(request, desk, f"part {name} {liking}", lambda: render.part(desk, name, liking, None))


@router.get("/faults/{number}")
def fault(request: Request, number: Number) -> Response:
    """Where a fault's page was once: links in old messages lead here."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/staff/faults/{quote(number, safe='')}{query}", 308)


def _cached(request: Request, desk: Desk, key: str, make: Callable[[], bytes]) -> Response:
    answer = respond(request, desk.cache.get(key, desk.feed.seq, make), HTML, PUBLIC)
    answer.headers["Vary"] = "Accept-Encoding, Cookie"
    return answer


def remember(request: Request, answer: Response, desk: Desk, liking: Taste) -> None:
    """Keep what the reader chose by a link."""
    keep_choice(request, answer, liking, secure=desk.settings.secure)


def keep_choice(request: Request, answer: Response, liking: Taste, *, secure: bool) -> None:
    """The same where there is no desk."""
    chosen = {"lang": liking.lang, "size": "large" if liking.large else "normal"}
    for name, value in chosen.items():
        if name in request.query_params:
            answer.set_cookie(name, value, max_age=YEAR_S, secure=secure, httponly=True, samesite="lax")


def error(request: Request, status: int, reason: str | None) -> Response:
    """A page that says what went wrong, for browsers."""
    liking = taste(request)
    known = texts.strings(liking.lang)
    key = next((key for key in (f"error.{reason}", f"error.s{status}") if key in known), "error.other")
    body = render.small(desk_of(request), liking, "message.html", message=known[key])
    return Response(body, status, media_type=HTML, headers={"Cache-Control": "no-store"})
