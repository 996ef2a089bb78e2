"""The month that runs, counted again only when something was written that its figures are made from, or a minute has
gone by: a second look costs nothing, and is as true as the first.
"""

from collections.abc import Mapping

from dashboard_api.desk import Desk
from gateway.counted import Counted, Past, pasts
from gateway.uptime.months import Month

# A month is counted up to a whole minute, so that its page and its files say the same.
STEP_MS = 60_000


def until(desk: Desk, month: Month) -> int:
    """Up to when it is counted: its end, or this minute's beginning."""
    return min(month.to_ms, desk.clock() // STEP_MS * STEP_MS)


def position(desk: Desk, month: Month) -> tuple[int, int]:
    """While it is the same, so are the figures up to a moment."""
    return desk.store.month_position(month.name, month.from_ms, month.to_ms)


def past(desk: Desk, month: Month, devices: Mapping[str, Counted]) -> dict[str, Past]:
    """What is stored of the devices, which the passing of time alone does not change."""
    where = position(desk, month)
    return desk.kept.get(f"past {month.name}", where, lambda: pasts(desk.store, devices, month.from_ms, month.to_ms))
