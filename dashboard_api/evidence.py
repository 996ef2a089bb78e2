"""The pictures that belong to a fault: those that its camera's node showed while it was open, and in confirming it."""

from dashboard_api.desk import Desk
from gateway.store import EvidenceRow, FaultRow

# A node confirms a finding before the gateway does, and the fault's beginning is moved back to the first bad look.
SLACK_MS = 10 * 60_000
MOST = 6


def of_fault(desk: Desk, row: FaultRow) -> list[EvidenceRow]:
    """Newest first."""
    end_ms = desk.clock() if row.cleared_ms is None else row.cleared_ms
    return desk.store.evidence(row.asset, row.code, row.opened_ms - SLACK_MS, end_ms + 1, MOST)


def address(row: FaultRow, number: int, which: str) -> str:
    """Where one picture is."""
    return f"/api/v1/faults/{row.id}/evidence/{number}/{which}"
