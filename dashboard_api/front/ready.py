"""Whether the front runs, and how long ago it heard its village: for whoever watches over the machine."""

from fastapi import APIRouter

from dashboard_api.front.at import FrontDep

router = APIRouter(include_in_schema=False)


@router.get("/api/v1/ready")
async def ready(front: FrontDep) -> dict[str, float | bool | int | None]:
    """Always 200: a village that is away is no fault of this machine's. ``heard_s``: seconds since it was heard, null
    for never; ``waiting``: presses that it is still to be told of.
    """
    age_s = front.village.age_s()
    heard_s = None if age_s == float("inf") else round(age_s, 1)
    return {"heard_s": heard_s, "silent": front.village.stale, "waiting": len(front.relay.presses.waiting)}
