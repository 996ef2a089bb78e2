"""Taking a fault on."""

import asyncio
from dataclasses import dataclass

from dashboard_api import present
from dashboard_api.auth.people import Person, fault_of
from dashboard_api.desk import Desk
from dashboard_api.problems import Now, Problem
from dashboard_api.wishes import ask
from gateway.faults.order import allowed
from gateway.store import Acknowledgement, FaultRow


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person recorded."""

    version: int | None = None
    comment: str | None = None
    measured_dead: bool = False


async def acknowledge(desk: Desk, person: Person, number: str, wish: Wish) -> tuple[FaultRow, bool]:
    """The fault afterwards, and whether the gateway has applied the wish yet.

    Raises :class:`Problem`: 404 no such fault, 403 not in their area, 409 refused, with the reason.
    """
    before = await asyncio.to_thread(fault_of, desk, person, number)
    await asyncio.to_thread(_check, desk, before, wish)
    asked = Acknowledgement(number, wish.comment or None, wish.measured_dead)
    applied = await ask(desk, person, "acknowledge", asked, wish.version)
    after = await asyncio.to_thread(desk.store.fault, number)
    return after or before, applied


def _check(desk: Desk, fault: FaultRow, wish: Wish) -> None:
    """Refuse at once what the gateway would refuse, without a row for it."""
    if not (wish.measured_dead and fault.latched and fault.closed_ms is None):
        _free(desk, fault)
    if wish.version is not None and wish.version != fault.version:
        raise Problem(409, "the fault has moved on since you read it", reason="version", now=_now(desk, fault))


def _free(desk: Desk, fault: FaultRow) -> None:
    """Whether somebody may still take it: one that is over may wait for that, too."""
    if fault.root is not None:
        cause = present.causes(desk, [fault]).get(fault.id)
        detail = f"this fault is a part of {cause or fault.root}; take that one"
        raise Problem(409, detail, reason="part")
    if fault.order_state == "closed":
        raise Problem(409, "this fault's work order is closed already", reason="closed")
    if fault.acknowledged_by:
        raise Problem(409, f"{fault.acknowledged_by} has taken this fault already", reason="taken")
    order = present.order_of(desk, fault)
    if "acknowledged" not in allowed(order):
        detail = f"a work order that is '{order.state}' cannot be taken"
        raise Problem(409, detail, reason="illegal", now=_now(desk, fault))


def _now(desk: Desk, fault: FaultRow) -> Now:
    return Now(allowed(present.order_of(desk, fault)), fault.version)
