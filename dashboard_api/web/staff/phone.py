"""What lets a phone keep the staff's pages. None of it says anything of the village but its name."""

from fastapi import APIRouter, Request, Response

from dashboard_api.desk import DeskDep
from dashboard_api.web import assets, installable
from dashboard_api.web.render import taste

router = APIRouter(include_in_schema=False)


@router.get("/staff/manifest.webmanifest")
async def manifest(request: Request, desk: DeskDep) -> Response:
    """How the staff's pages are called and drawn on a phone's screen."""
    body = installable.manifest(taste(request).lang, desk.village.name, "/staff", "pwa.staff")
    return Response(body, media_type=installable.MANIFEST, headers={"Cache-Control": "private, max-age=3600"})


@router.get("/staff/worker.js")
async def worker() -> Response:
    """Looks after the staff's pages alone."""
    return assets.worker("staff-worker.js", "/staff")
