"""Taking a fault on."""

import asyncio
from dataclasses import dataclass

from dashboard_api.auth.people import Person
from dashboard_api.desk import Desk
from dashboard_api.problems import Problem
from dashboard_api.wishes import ask
from gateway.store import Acknowledgement, FaultRow


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
    asked = Acknowledgement(number, wish.comment or None, wish.measured_dead)
    applied = await ask(desk, person, "acknowledge", asked, wish.version)
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
