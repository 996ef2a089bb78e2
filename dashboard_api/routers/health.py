"""Is it alive?"""

from fastapi import APIRouter

from dashboard_api import scene
from dashboard_api.desk import DeskDep
from dashboard_api.models import Health
from dashboard_api.problems import responses
from dashboard_api.times import iso, iso_or_none

router = APIRouter(tags=["public"])


@router.get("/health", summary="Whether the page can do its work", responses=responses(503))
def health(desk: DeskDep) -> Health:
    """503 when the store cannot be read."""
    now = scene.read(desk)
    status = "silent" if now.silent else "ok"
    return Health.model_validate({"status": status, "time": iso(now.now_ms), "newest": iso_or_none(now.newest_ms)})
