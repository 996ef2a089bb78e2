"""Uptime of one camera over a period, for staff: every second accounted for."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from dashboard_api.auth.people import SECURITY, allowed, theirs
from dashboard_api.desk import DeskDep
from dashboard_api.models import Interval, LateWindow, Uptime
from dashboard_api.periods import period
from dashboard_api.problems import Problem, responses
from dashboard_api.routers.devices import DeviceId, Looker
from dashboard_api.times import MOMENT, Moment, iso, millis
from gateway import uptime as arithmetic
from gateway.uptime import WEATHER

router = APIRouter(tags=["uptime"], dependencies=[Depends(allowed("look")), *SECURITY])


@router.get(
    "/cameras/{device_id}/uptime", summary="How long a camera was usable", responses=responses(401, 403, 404, 422)
)
def camera_uptime(
    desk: DeskDep,
    person: Looker,
    device_id: DeviceId,
    from_: Annotated[Moment, Query(alias="from", description=MOMENT, examples=["2026-11-01T00:00:00+08:00"])],
    to: Annotated[Moment, Query(description=f"{MOMENT}; later than `from`", examples=["2026-12-01T00:00:00+08:00"])],
) -> Uptime:
    """What lies in the future is left out: `to` in the answer is where the account ends."""
    place = desk.places.get(device_id)
    if place is None or place.kind != "camera":
        raise Problem(404, f"no camera '{device_id}' in this village")
    theirs(person, person.sees(place.junction))
    begin, end = period(desk, millis(from_), millis(to))
    windows = desk.store.windows(arithmetic.targets(place), begin, end)
    found = arithmetic.uptime(desk.store.intervals(device_id, begin, end), begin, end, windows)
    return _answer(device_id, begin, end, found)


def _answer(camera: str, begin: int, end: int, found: arithmetic.Uptime) -> Uptime:
    return Uptime.model_validate(
        {
            "camera": camera,
            "from": iso(begin),
            "to": iso(end),
            "S": found.service,
            "U": found.up,
            "D": found.down,
            "K": found.unknown,
            "M": found.planned,
            "O": found.out_of_service,
            "degraded": found.degraded,
            "weather": found.weather,
            "mains": found.mains,
            "known": found.known,
            "known_without_mains": found.known_without_mains,
            "strict": found.strict,
            "upper": found.upper,
            "coverage": found.coverage,
            "headline": found.headline.percent,
            "down_by": found.down_by,
            "unknown_by": found.unknown_by,
            "late": [_late(window) for window in found.late],
            "intervals": [_interval(span) for span in found.spans],
        }
    )


def _interval(span: arithmetic.Span) -> Interval:
    hidden = span.cls in ("planned", "out_of_service") or span.reason == WEATHER
    state = span.cls if hidden else span.state
    bounds = {"from": iso(span.from_s * 1000), "to": iso(span.to_s * 1000)}
    return Interval.model_validate({**bounds, "state": state, "code": span.code or span.cause, "cause": span.cause})


def _late(window: arithmetic.Window) -> LateWindow:
    to = None if window.to_ms is None else iso(window.to_ms)
    values = {"target": window.target, "from": iso(window.from_ms), "to": to, "approved": iso(window.known_ms)}
    return LateWindow.model_validate(values)
