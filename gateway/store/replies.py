"""When people did what about the faults of a period: for the time that they took."""

from msgspec import Struct
from sqlalchemy import Connection, and_, select

from gateway.store import faults as rooms
from gateway.store.access_rows import Area
from gateway.store.rows import MoveKind
from gateway.store.schema import fault_moves, faults


class ReplyRow(Struct, frozen=True):
    """One move of a fault with a work order of its own, and when that fault was opened."""

    fault: str
    severity: int
    opened_ms: int
    move: MoveKind
    at_ms: int


def read(db: Connection, from_ms: int, to_ms: int, area: Area | None) -> list[ReplyRow]:
    """The moves of all faults opened in ``[from_ms, to_ms)``, by fault and moment; ``area``: only those in it."""
    f, m = faults.c, fault_moves.c
    wanted = and_(f.opened_ms >= from_ms, f.opened_ms < to_ms, f.root == "", rooms.within(area))
    query = select(f.id, f.severity, f.opened_ms, m.move, m.at_ms).join_from(faults, fault_moves, m.fault == f.id)
    return [ReplyRow(*row) for row in db.execute(query.where(wanted).order_by(f.id, m.at_ms, m.id))]
