"""Taking a fault on: the wish goes to the store, the gateway applies or refuses it, we wait a moment for its word."""

import asyncio
from dataclasses import dataclass

import msgspec

from dashboard_api.auth.people import Person
from dashboard_api.desk import Desk
from dashboard_api.problems import Problem
from gateway.store import FaultRow

WAIT_S, LOOK_S = 2.0, 0.05


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person recorded."""

    version: int | None = None
    comment: str | None = None
    measured_dead: bool = False


async def acknowledge(desk: Desk, person: Person, number: str, wish: Wish) -> tuple[FaultRow, bool]:
    """The fault afterwards, and whether the gateway has applied the wish yet.

    Raises :class:`Problem`: 404 no such fault, 409 refused, with the reason.
    """
    before = await asyncio.to_thread(desk.store.fault, number)
    if before is None:
        raise Problem(404, f"no fault '{number}'")
    _check(before, wish)
    added = await asyncio.to_thread(_add, desk, person, number, wish)
    applied = await _applied(desk, added)
    after = await asyncio.to_thread(desk.store.fault, number)
    return after or before, applied


def _check(fault: FaultRow, wish: Wish) -> None:
    """Refuse at once what the gateway would refuse, without a row for it."""
    if fault.closed_ms is not None:
        raise Problem(409, "this fault is closed already", reason="closed")
    if fault.acknowledged_by and not (wish.measured_dead and fault.latched):
        raise Problem(409, f"{fault.acknowledged_by} has taken this fault already", reason="taken")
    if wish.version is not None and wish.version != fault.version:
        raise Problem(409, "the fault has moved on since you read it", reason="version")


def _add(desk: Desk, person: Person, number: str, wish: Wish) -> int:
    payload = {"fault": number, "comment": wish.comment or None, "measured_dead": wish.measured_dead}
    return desk.store.add_input("acknowledge", msgspec.json.encode(payload), person.name, wish.version, desk.clock())


async def _applied(desk: Desk, added: int) -> bool:
    for _ in range(round(WAIT_S / LOOK_S)):
        row = await asyncio.to_thread(desk.store.input, added)
        if row is not None and row.status == "refused":
            raise Problem(409, row.reason or "the gateway refused", reason="refused")
        if row is not None and row.status == "applied":
            return True
        await asyncio.sleep(LOOK_S)
    return False
