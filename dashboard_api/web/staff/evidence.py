"""The pictures of a fault, for its page."""

from dataclasses import dataclass

from dashboard_api import evidence
from dashboard_api.auth.people import Person
from dashboard_api.desk import Desk
from dashboard_api.times import clock_text
from gateway.store import FaultRow


@dataclass(frozen=True, slots=True)
class Shown:
    """One finding: addresses of its pictures, "" = not there."""

    number: int
    time: str
    before: str
    after: str


def shown(desk: Desk, person: Person, row: FaultRow) -> list[Shown]:
    """Newest first; nothing for who may not look at them."""
    if not person.may("evidence"):
        return []
    return [
        Shown(
            one.number,
            clock_text(one.at_ms, desk.clock()),
            evidence.address(row, one.number, "before") if one.before else "",
            evidence.address(row, one.number, "after") if one.after else "",
        )
        for one in evidence.of_fault(desk, row)
    ]
