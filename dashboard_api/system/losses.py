"""What was lost, as a check. Pure."""

from dashboard_api.system.check import Check, Level
from gateway.store import LostRange

DAY_MS = 86_400_000
# A loss of today is to be looked at now, one of this month is to be known of.
LOST_DAYS = 30


def lost(ranges: list[LostRange], now_ms: int) -> Check:
    """Records that nodes had to drop and that exist nowhere."""
    number = sum(one.last - one.first + 1 for one in ranges)
    newest_ms = max((one.found_ms for one in ranges), default=None)
    if newest_ms is None:
        return Check("lost", "good", 0, "records", 0, now_ms, "none")
    age_ms = now_ms - newest_ms
    level: Level = "bad" if age_ms < DAY_MS else "attention" if age_ms < LOST_DAYS * DAY_MS else "good"
    facts = {"ranges": len(ranges), "nodes": len({one.node for one in ranges}), "newest_ms": newest_ms}
    return Check("lost", level, number, "records", 0, now_ms, "some", facts)
