"""Measurements of a device over time, for charts."""

import asyncio
from math import isfinite
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from contracts.codes import Kind
from contracts.metrics import METRICS, Metric
from dashboard_api.auth.people import SECURITY, allowed
from dashboard_api.desk import Desk, DeskDep
from dashboard_api.periods import Begin, End, period_or_day
from dashboard_api.problems import FieldProblem, Problem, responses
from dashboard_api.routers.devices import Seen
from dashboard_api.series_models import Measurement, Measurements, Series
from dashboard_api.steps import step_ms
from dashboard_api.times import iso, iso_or_none
from gateway.store import LiveRow
from gateway.telemetry.line import MEASUREMENTS

router = APIRouter(tags=["devices"], dependencies=[Depends(allowed("look")), *SECURITY])
UNKNOWN = Metric("", "")


@router.get(
    "/devices/{device_id}/series",
    summary="What is measured of a device, and one measurement over time",
    responses=responses(401, 403, 404, 422, 503),
)
async def device_series(
    desk: DeskDep,
    device_id: Seen,
    name: Annotated[
        str | None, Query(max_length=100, description="a measurement; without it the answer names them all")
    ] = None,
    from_: Begin = None,
    to: End = None,
    points: Annotated[int, Query(ge=10, le=2_000, description="so many at most")] = 300,
) -> Series | Measurements:
    """Means, least and greatest values by steps. Steps of five minutes and more come from what is added up already, so
    that a year takes no longer than a day. Nodes are devices here. 503 while the time-series store is away.
    """
    kind, live = await asyncio.to_thread(_found, desk, device_id)
    known = METRICS[kind]
    if name is None:
        return _measurements(device_id, known, live)
    if name not in known and not (live and name in live.metrics):
        detail = f"not measured of a {kind}; there are {', '.join(known)}"
        raise Problem(422, "1 value(s) cannot be used", errors=[FieldProblem(field="query.name", detail=detail)])
    begin, end = period_or_day(desk, from_, to)
    step = step_ms(begin, end, points)
    found = await desk.telemetry.ask(
        lambda reading: reading.series(MEASUREMENTS[kind], device_id, name, begin, end, step)
    )
    return Series(
        device=device_id,
        name=name,
        unit=known.get(name, UNKNOWN).unit,
        from_=iso(begin),
        to=iso(end),
        step_ms=step,
        points=[(one.t, one.value, one.min, one.max) for one in found if isfinite(one.value)],
    )


def _found(desk: Desk, device: str) -> tuple[Kind, LiveRow | None]:
    place = desk.places.get(device)
    return (place.kind if place else "node"), desk.store.device(device)


def _measurements(device: str, known: dict[str, Metric], live: LiveRow | None) -> Measurements:
    metrics = live.metrics if live else {}
    seen = live.seen_ms if live else None
    return Measurements(
        device=device,
        measurements=[
            Measurement(
                name=name,
                unit=known.get(name, UNKNOWN).unit,
                what=known.get(name, UNKNOWN).what or None,
                latest=metrics.get(name),
                at=iso_or_none(seen) if name in metrics else None,
            )
            for name in dict.fromkeys((*known, *metrics))
        ],
    )
