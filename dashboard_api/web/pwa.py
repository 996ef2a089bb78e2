"""What makes the residents' page one that a phone can keep: the manifest, and the worker that shows the last state."""

from fastapi import APIRouter, Request, Response

from dashboard_api.caching import respond
from dashboard_api.public.board import BoardDep
from dashboard_api.web import assets, installable
from dashboard_api.web.render import taste

router = APIRouter(include_in_schema=False)


@router.get("/manifest.webmanifest")
async def manifest(request: Request, board: BoardDep) -> Response:
    """How the page is called and drawn on a phone's screen."""
    lang = taste(request).lang

    def make() -> bytes:
        return installable.manifest(lang, board.look().home.name, "/", "res.product")

    made = await board.cache.soon(f"manifest {lang}", board.version(), make)
    return respond(request, made, installable.MANIFEST, "private, max-age=3600")


@router.get("/worker.js")
async def worker() -> Response:
    """From the root, since it looks after the whole of the residents' pages."""
    return assets.worker("residents-worker.js", "/")
