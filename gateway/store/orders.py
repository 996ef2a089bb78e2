"""Work orders: the list of them, the moves of people, and what the engine moves by itself.

What may follow what is ``gateway.faults.order``'s to say; here it becomes one transaction.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select, update

from gateway.faults.order import PASSIVE, Asked, Illegal, Incomplete, Order, OrderState, after, moved
from gateway.store import episodes, faults, inputs, outbox, photos
from gateway.store.batch import InputDone, OrderMove
from gateway.store.order_rows import DueOrder, OrderFilter
from gateway.store.rows import FaultRow, MoveRow
from gateway.store.schema import faults as table
from gateway.store.schema import live
from gateway.store.sql import Conflict

_F = table.c
_NOBODY = {"acknowledged_by": None, "acknowledged_ms": None}


def order_of(row: FaultRow | episodes.FaultColumns, home: str | None = None) -> Order:
    """A fault's work order as moves are judged by it; ``home``: whose it is while nobody has forwarded it."""
    waits = row.latched and row.closed_ms is None
    return Order(row.order_state, row.department or home, row.root or None, waits, row.asset_kind in PASSIVE)


def page(
    db: Connection, state: OrderFilter, wanted: ColumnElement[bool], limit: int, cursor: str | None
) -> tuple[list[FaultRow], str | None]:
    """Faults by their order's state, newest first; those that are a part of another have none."""
    stands = _F.order_state != "closed" if state == "listed" else _F.order_state == state
    return faults.page_of(db, and_(stands, wanted, _F.root == ""), limit, cursor)


def apply(db: Connection, item: OrderMove) -> str | None:
    """Do what a person asks, or refuse it: its input says which. The number moved, None if none was."""
    row = db.execute(select(*table.columns).where(_F.id == item.fault).with_for_update()).one_or_none()
    try:
        state = _judged(db, row, item)
    except (Refusal, Illegal, Incomplete) as error:
        inputs.mark(db, [InputDone(item.input, "refused", str(error))], item.at_ms)
        return None
    episodes.change(db, item.fault, order_state=state, **{"until_ms": None, **_also(item)})
    target = item.into or item.department if item.until_ms is None else str(item.until_ms)
    told = MoveRow(item.fault, item.at_ms, item.move, item.by, item.comment, item.place, item.photo, target)
    episodes.write_move(db, told)
    inputs.mark(db, [InputDone(item.input, "applied")], item.at_ms)
    if item.escalate_ms is None:
        outbox.moved(db, item.fault, item.at_ms)
    elif row is not None:
        outbox.hand_on(db, row.id, row.severity, row.version, item)
    return item.fault


class Refusal(Exception):
    """A move that cannot be made; the text is for the person who wants it."""


def _judged(db: Connection, row: episodes.FaultColumns | None, item: OrderMove) -> OrderState:
    if row is None:
        raise Refusal("there is no such fault")
    if item.expected_version not in {None, row.version}:
        raise Refusal(f"the fault changed meanwhile: version {row.version}, not {item.expected_version}")
    asked = Asked(item.move, item.comment, item.department, item.until_ms, item.into, item.photo is not None)
    state = moved(order_of(row, item.home), asked, item.at_ms)
    if item.photo is not None and not photos.belongs(db, item.photo, item.fault):
        raise Refusal("there is no such photo of this fault")
    if item.into is not None and not _goes_on(db, item.into, item.fault):
        raise Refusal(f"{item.into!r} is no other fault with a work order that goes on")
    return state


def _goes_on(db: Connection, number: str, fault: str) -> bool:
    query = select(_F.id).where(_F.id == number, _F.id != fault, _F.root == "", _F.order_state != "closed")
    return db.execute(query).first() is not None


def _also(item: OrderMove) -> dict[str, Any]:
    match item.move:
        case "acknowledged":
            return {"acknowledged_by": item.by, "acknowledged_ms": item.at_ms}
        case "refused":
            return _NOBODY
        case "forwarded":
            return {**_NOBODY, "department": item.department}
        case "suspended":
            return {"until_ms": item.until_ms}
        case _:
            return {}


def due(db: Connection, now_ms: int, verified_ms: int) -> list[DueOrder]:
    """What the engine is to move now: suspended orders whose date has come, and those whose device has said for
    ``verified_ms`` that it is well."""
    resumed = and_(_F.order_state == "suspended", _F.until_ms <= now_ms)
    found = [(_F.order_state.in_(("acked", "on_site", "fixed")) & _well(now_ms, verified_ms), "verified")]
    query = select(_F.id, _F.version).select_from(table.outerjoin(live, live.c.device == _F.asset))
    return [
        DueOrder(row.id, row.version, move)  # type: ignore[arg-type]  # one of the two named here
        for condition, move in [(resumed, "resumed"), *found]
        for row in db.execute(query.where(condition, _F.root == "").order_by(_F.id))
    ]


def _well(now_ms: int, verified_ms: int) -> ColumnElement[bool]:
    """Over for long enough by the device's own word: silence verifies nothing. What is no device has no word of its
    own, there the condition's end counts; a thing without a wire is well by the photo that ``fixed`` asked for."""
    over = _F.closed_ms <= now_ms - verified_ms
    said = and_(live.c.state != "unknown", live.c.seen_ms >= _F.closed_ms + verified_ms)
    by_word = and_(over, or_(live.c.seen_ms.is_(None), said))
    return or_(by_word, and_(_F.asset_kind.in_(sorted(PASSIVE)), _F.order_state == "fixed"))


def move(db: Connection, dues: Sequence[DueOrder], at_ms: int) -> None:
    """Move all of them, each on condition that nobody did meanwhile; raises :class:`Conflict` otherwise."""
    for item in dues:
        row = db.execute(select(*table.columns).where(_F.id == item.fault)).one_or_none()
        if row is None or row.version != item.version:
            raise Conflict(f"{item.fault} has moved on meanwhile")
        ends = {}
        if item.move == "verified" and row.closed_ms is None:  # nothing else can say that it is over
            ends = {"cleared_ms": at_ms, "closed_ms": at_ms}
            episodes.move(db, item.fault, at_ms, "closed")
        values = {"order_state": after(row.order_state, item.move), "until_ms": None, "version": item.version + 1}
        mine = (_F.id == item.fault, _F.version == item.version)
        if not db.execute(update(table).where(*mine).values(**values, **ends)).rowcount:
            raise Conflict(f"{item.fault} has moved on meanwhile")
        episodes.move(db, item.fault, at_ms, item.move)
        outbox.moved(db, item.fault, at_ms)
