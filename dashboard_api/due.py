"""By when something is to happen with a work order, and whether that is over. Pure. Moments are Unix ms."""

from gateway.faults.catalogue import entry
from gateway.faults.order import OrderState
from gateway.store import FaultRow

MINUTE_MS = 60_000
# Nobody has these, so somebody is to be found.
UNTAKEN: frozenset[OrderState] = frozenset({"open", "refused"})
TAKEN: frozenset[OrderState] = frozenset({"acked", "on_site"})


def due_ms(row: FaultRow) -> int | None:
    """Until when somebody is to have it, or it is to be mended, as the catalogue says; a suspended one's date. None:
    nothing is to be done any more but to wait for the device's own word.
    """
    if row.order_state in UNTAKEN:
        return row.opened_ms + entry(row.code).respond_by_min * MINUTE_MS
    if row.order_state in TAKEN:
        return row.opened_ms + entry(row.code).repair_by_min * MINUTE_MS
    return row.until_ms if row.order_state == "suspended" else None


def overdue(row: FaultRow, now_ms: int) -> bool:
    """Whether it should have happened by now."""
    due = due_ms(row)
    return due is not None and due < now_ms


def to_ring(row: FaultRow, now_ms: int) -> bool:
    """Whether somebody is to be rung about it now: nobody has it, or who has it is late."""
    return row.order_state in UNTAKEN or (row.order_state in TAKEN and overdue(row, now_ms))


def urgency(row: FaultRow, now_ms: int) -> tuple[bool, int, bool, bool, int, str]:
    """Sorts work orders in the order to be rung: what is to be rung before what is in hand, the gravest first, nobody's
    and overdue before the rest, the oldest first."""
    late, untaken = overdue(row, now_ms), row.order_state in UNTAKEN
    return not to_ring(row, now_ms), row.severity, not (late and untaken), not untaken, row.opened_ms, row.id
