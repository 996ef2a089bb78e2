"""Is it alive, and can it do its work?"""

from fastapi import APIRouter

from dashboard_api import scene
from dashboard_api.desk import DeskDep
from dashboard_api.models import Health, Ready
from dashboard_api.problems import FieldProblem, Problem, responses
from dashboard_api.times import iso, iso_or_none
from gateway.store import StoreError

router = APIRouter(tags=["public"])


@router.get("/health", summary="Whether the page runs, and how old what it shows is")
def health(desk: DeskDep) -> Health:
    """Always 200: it answers. `/ready` says whether it can do its work."""
    try:
        now = scene.read(desk)
    except StoreError:
        return Health(status="store_away", time=iso(desk.clock()))
    return Health(status="silent" if now.silent else "ok", time=iso(now.now_ms), newest=iso_or_none(now.newest_ms))


@router.get("/ready", summary="Whether the page can do its work", responses=responses(503))
def ready(desk: DeskDep) -> Ready:
    """503 with every reason: the store cannot be read, its tables are another program's, or changes do not come."""
    wrong = []
    newest = None
    try:
        desk.store.check()
        newest = desk.store.newest_ms()
    except StoreError as error:
        wrong.append(FieldProblem(field="store", detail=str(error)))
    if desk.feed.failing:
        wrong.append(FieldProblem(field="changes", detail="the change feed cannot read the store"))
    if wrong:
        raise Problem(503, "not ready", reason="not_ready", errors=wrong, headers={"Retry-After": "5"})
    now_ms = desk.clock()
    age_s = None if newest is None else max(0, now_ms - newest) / 1000
    return Ready(time=iso(now_ms), newest=iso_or_none(newest), newest_age_s=age_s)
