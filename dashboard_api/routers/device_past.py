"""What one device was, for staff: its intervals, cut to a period."""

from fastapi import APIRouter, Depends

from dashboard_api import present
from dashboard_api.auth.people import SECURITY, allowed
from dashboard_api.desk import Desk, DeskDep
from dashboard_api.device_models import DeviceInterval, DeviceIntervals
from dashboard_api.periods import Begin, End, period_or_day
from dashboard_api.problems import responses
from dashboard_api.routers.devices import Seen
from dashboard_api.times import iso
from gateway import uptime as arithmetic
from gateway.store import IntervalRow

router = APIRouter(tags=["devices"], dependencies=[Depends(allowed("look")), *SECURITY])


@router.get(
    "/devices/{device_id}/intervals",
    summary="What a device was over a period",
    responses=responses(401, 403, 404, 422),
)
def device_intervals(desk: DeskDep, device_id: Seen, from_: Begin = None, to: End = None) -> DeviceIntervals:
    """As it is stored; what that comes to in hours is said by a camera's uptime. Nodes are devices here."""
    targets = _targets(desk, device_id)
    begin, end = period_or_day(desk, from_, to)
    windows = desk.store.windows(targets, begin, end)
    return DeviceIntervals(
        device=device_id,
        from_=iso(begin),
        to=iso(end),
        items=[_interval(row, begin, end) for row in desk.store.intervals(device_id, begin, end)],
        planned=present.windows(desk, (one for one in windows if one.kind == "planned")),
        out_of_service=present.windows(desk, (one for one in windows if one.kind == "out_of_service")),
    )


def _targets(desk: Desk, device: str) -> list[str]:
    place = desk.places.get(device)
    if place is not None:
        return list(arithmetic.targets(place))
    return next([device, junction.id] for _, junction, node in desk.village.nodes() if node.id == device)


def _interval(row: IntervalRow, begin: int, end: int) -> DeviceInterval:
    return DeviceInterval(
        from_=iso(max(row.from_ms, begin)),
        to=None if row.to_ms is None else iso(min(row.to_ms, end)),
        state=row.state,
        code=row.code,
        cause=row.cause,
    )
