"""Power out of MeterValues, as piles really send them."""

import math
from collections.abc import Iterator
from typing import Any

from edge.drivers.ocpp16.frames import field

MEASURAND = "Power.Active.Import"
_FACTOR = {"w": 1.0, "kw": 1000.0}


def power_w(payload: dict[str, Any]) -> float | None:
    """The newest active import power in watts; single phases are added up when no total is given.

    None if there is none.
    """
    newest: float | None = None
    for sampled in _lists(payload, "meterValue", "sampledValue"):
        totals: list[float] = []
        phases: list[float] = []
        for item in sampled:
            watts = _watts(item) if field(item, "measurand") == MEASURAND else None
            if watts is not None:
                (phases if field(item, "phase") else totals).append(watts)
        if totals or phases:
            newest = totals[-1] if totals else sum(phases)
    return newest


def _lists(payload: dict[str, Any], outer: str, inner: str) -> Iterator[list[dict[str, Any]]]:
    entries = field(payload, outer)
    for entry in entries if isinstance(entries, list) else []:
        items = field(entry, inner) if isinstance(entry, dict) else None
        yield [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _watts(item: dict[str, Any]) -> float | None:
    factor = _FACTOR.get(str(field(item, "unit") or "W").casefold())
    value = field(item, "value")
    try:
        number = float(value) if isinstance(value, str | int | float) else math.nan
    except (ValueError, OverflowError):
        return None
    return number * factor if factor and math.isfinite(number * factor) else None
