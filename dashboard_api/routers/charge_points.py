"""Charge points, for everybody: state, place and age only."""

from fastapi import APIRouter, Request, Response

from dashboard_api import present, scene
from dashboard_api.caching import respond
from dashboard_api.desk import DeskDep
from dashboard_api.models import PublicChargePoints

router = APIRouter(tags=["public"])


@router.get(
    "/charge-points",
    summary="Charge points in the words residents read",
    response_model=PublicChargePoints,
    responses={304: {"description": "nothing new since the ETag that was sent"}},
)
async def list_charge_points(request: Request, desk: DeskDep) -> Response:
    """Answered from a cache of five seconds, with an ETag."""

    def make() -> bytes:
        items = present.charge_points(desk, scene.look(desk))
        return PublicChargePoints(items=items).model_dump_json().encode()

    made = await desk.cache.soon("charge-points", desk.feed.seq, make)
    return respond(request, made, "application/json", "public, max-age=5")
