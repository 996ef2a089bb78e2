"""What residents' browsers get. Nothing is asked of them, and nothing is kept but what they chose: language, size."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import HTMLResponse

from dashboard_api.caching import respond
from dashboard_api.desk import Desk, DeskDep
from dashboard_api.problems import Problem
from dashboard_api.web.pages import HTML, PUBLIC, remember
from dashboard_api.web.render import Taste, taste
from dashboard_api.web.residents import render

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
Name = Annotated[str, Path(max_length=80)]


@router.get("/")
async def chargers(request: Request, desk: DeskDep) -> Response:
    """All chargers now."""
    return await _answer(request, desk, "chargers", lambda liking: render.chargers(desk, liking))


@router.get("/c/{name}")
async def charger(request: Request, desk: DeskDep, name: Name) -> Response:
    """One charge point."""
    if name not in desk.places:  # before anything is kept under it
        raise Problem(404, f"no charge point '{name}'")
    return await _answer(request, desk, f"charger {name}", lambda liking: render.charger(desk, liking, name))


@router.get("/poster/{name}")
async def poster(request: Request, desk: DeskDep, name: Name) -> Response:
    """A sheet to print, with the code that leads to the page."""
    if all(junction.id != name for _, junction in desk.village.junctions()):
        raise Problem(404, f"no place '{name}'")
    return await _answer(request, desk, f"poster {name}", lambda liking: render.poster(desk, liking, name))


async def _answer(request: Request, desk: Desk, key: str, draw: Callable[[Taste], bytes | None]) -> Response:
    liking = taste(request)

    def make() -> bytes:
        body = draw(liking)
        if body is None:
            raise Problem(404, "no charger there")
        return body

    answer = respond(request, await desk.cache.soon(f"{key} {liking}", desk.feed.seq, make), HTML, PUBLIC)
    answer.headers["Vary"] = "Accept-Encoding, Cookie"
    remember(request, answer, desk, liking)
    return answer
