"""What is open, in the order to be rung."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard_api import due
from dashboard_api.auth.people import Person
from dashboard_api.calls import Call
from dashboard_api.desk import Desk
from dashboard_api.web.staff.cards import WorkCard, card
from dashboard_api.web.texts import Lang
from gateway.faults.order import OrderState
from gateway.store import FaultRow
from gateway.store.worklist import Wanted

# So many are ranked; of more than these nobody rings about the last.
MOST = 300
SHOWN = 60


@dataclass(frozen=True, slots=True)
class Line:
    """A fault to be rung about. ``due_ms``: until when; ``late``: that is over; ``call``: the newest one about it."""

    card: WorkCard
    state: OrderState
    due_ms: int | None
    late: bool
    call: Call | None


@dataclass(frozen=True, slots=True)
class Queue:
    """``ring``: to be rung about now; ``held``: somebody is at it. ``more``: that is not all."""

    ring: list[Line]
    held: list[Line]
    ringing: int
    holding: int
    late: int

    @property
    def all(self) -> list[Line]:
        """Both."""
        return [*self.ring, *self.held]


def rows(desk: Desk, person: Person) -> list[FaultRow]:
    """Work orders that go on, as far as ``person`` sees them, in the order to be rung."""
    found, _ = desk.store.worklist(Wanted("", area=person.area), MOST)
    now_ms = desk.clock()
    return sorted((one.fault for one in found), key=lambda row: due.urgency(row, now_ms))


def read(desk: Desk, lang: Lang, person: Person, found: Sequence[FaultRow]) -> Queue:
    """``found`` as the list on the left."""
    now_ms = desk.clock()
    newest = {one.fault: one for one in desk.calls()}
    ring = [row for row in found if due.to_ring(row, now_ms)]
    held = [row for row in found if not due.to_ring(row, now_ms)]

    def line(row: FaultRow) -> Line:
        shown, late = card(desk, lang, person, row), due.overdue(row, now_ms)
        return Line(shown, row.order_state, due.due_ms(row), late, newest.get(row.id))

    return Queue(
        [line(row) for row in ring[:SHOWN]],
        [line(row) for row in held[: max(0, SHOWN - len(ring))]],
        len(ring),
        len(held),
        sum(due.overdue(row, now_ms) for row in found),
    )
