"""What residents' browsers get. Nothing is asked of them, and nothing is kept but what they chose: language, size."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import HTMLResponse

from dashboard_api.caching import respond
from dashboard_api.problems import Problem
from dashboard_api.public.board import Board, BoardDep
from dashboard_api.web.pages import HTML, PUBLIC, keep_choice
from dashboard_api.web.render import Taste, taste
from dashboard_api.web.residents import render

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
Name = Annotated[str, Path(max_length=80)]


@router.get("/")
async def chargers(request: Request, board: BoardDep) -> Response:
    """All chargers now."""
    return await _answer(request, board, "chargers", lambda liking: render.chargers(board, liking))


@router.get("/c/{name}")
async def charger(request: Request, board: BoardDep, name: Name) -> Response:
    """One charge point."""
    if name not in board.chargers():  # before anything is kept under it
        raise Problem(404, f"no charge point '{name}'")
    return await _answer(request, board, f"charger {name}", lambda liking: render.charger(board, liking, name))


@router.get("/poster/{name}")
async def poster(request: Request, board: BoardDep, name: Name) -> Response:
    """A sheet to print, with the code that leads to the page."""
    if name not in board.sites():
        raise Problem(404, f"no place '{name}'")
    return await _answer(request, board, f"poster {name}", lambda liking: render.poster(board, liking, name))


async def _answer(request: Request, board: Board, key: str, draw: Callable[[Taste], bytes | None]) -> Response:
    liking = taste(request)

    def make() -> bytes:
        body = draw(liking)
        if body is None:
            raise Problem(404, "no charger there")
        return body

    answer = respond(request, await board.cache.soon(f"{key} {liking}", board.version(), make), HTML, PUBLIC)
    answer.headers["Vary"] = "Accept-Encoding, Cookie"
    # By which the ages on it count: at a public front that is the village's time, not the machine's.
    answer.headers["X-Vsm-Now"] = str(board.clock())
    keep_choice(request, answer, liking, secure=board.secure)
    return answer
