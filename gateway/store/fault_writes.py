"""What changes faults, and what people are told of them, in the order given."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, select, update

from gateway.faults.order import TABLE, further
from gateway.store import episodes, messages, orders, outbox
from gateway.store.batch import (
    FaultAcknowledge,
    FaultEnd,
    FaultFacts,
    FaultOpen,
    FaultRoot,
    FaultWrite,
    MessageWrite,
    OrderMove,
)
from gateway.store.episodes import change, move
from gateway.store.rows import MessageRow, MoveRow
from gateway.store.schema import faults

_F = faults.c
_encode = msgspec.json.Encoder().encode


def write(db: Connection, writes: Sequence[FaultWrite], at_ms: int) -> tuple[list[str], list[str]]:
    """Apply in order; the numbers touched and the telemetry lines with the numbers put in."""
    touched: dict[str, None] = {}
    lines = []
    laid: dict[int, str] = {}
    told: list[tuple[MessageRow, MessageWrite]] = []
    for index, item in enumerate(writes):
        if isinstance(item, FaultOpen) and (at := _end_of(item, writes, index)) is not None:
            number: str | None = episodes.whole(db, item, writes[at], at_ms)  # type: ignore[arg-type]  # an end, see there
            laid[at] = str(number)
        elif isinstance(item, MessageWrite):
            told.append((messages.write(db, item), item))
            number = told[-1][0].fault
        else:
            number = laid.get(index) or _apply(db, item, at_ms)
        if number is None:
            continue
        touched[number] = None
        if isinstance(item, FaultOpen | FaultEnd | FaultAcknowledge) and item.line:
            lines.append(item.line.replace("{fault}", number))
    outbox.fill(db, told, at_ms)
    return list(touched), lines


def _end_of(item: FaultOpen, writes: Sequence[FaultWrite], index: int) -> int | None:
    """The place of the end of what ``item`` begins, if it is known already: the episode is history then."""
    for at, later in enumerate(writes[index + 1 :], index + 1):
        if isinstance(later, FaultRoot) and (later.asset, later.code) == (item.asset, item.code):
            return None
        if isinstance(later, FaultOpen | FaultEnd) and episodes.key(later) == episodes.key(item):
            return at if isinstance(later, FaultEnd) and later.closed_ms is not None else None
    return None


def _apply(
    db: Connection, item: FaultOpen | FaultEnd | FaultAcknowledge | OrderMove | FaultRoot | FaultFacts, at_ms: int
) -> str | None:
    match item:
        case FaultOpen():
            return episodes.begin(db, item, at_ms)
        case FaultEnd():
            return episodes.end(db, item)
        case FaultAcknowledge():
            return _acknowledge(db, item)
        case OrderMove():
            return orders.apply(db, item)
        case FaultRoot():
            return _root(db, item)
        case FaultFacts():
            return _explain(db, item)


def _acknowledge(db: Connection, item: FaultAcknowledge) -> str | None:
    """An order that is further already stays where it is: who records a release need not be who works there."""
    state = db.execute(select(_F.order_state).where(_F.id == item.fault)).scalar()
    if state is None:
        return None
    order_state = TABLE[state].get("acknowledged", state)
    taken = {"acknowledged_by": item.by, "acknowledged_ms": item.at_ms, "measured_dead": item.measured_dead}
    change(db, item.fault, order_state=order_state, **taken)
    told = MoveRow(item.fault, item.at_ms, "acknowledged", item.by, item.comment, item.place, item.photo)
    episodes.write_move(db, told)
    outbox.moved(db, item.fault, item.at_ms)
    return item.fault


def _root(db: Connection, item: FaultRoot) -> str | None:
    row = episodes.newest(db, item.asset, item.code, item.was)
    if row is None or (item.was or None) == (item.root or None):
        return None
    other = episodes.open_row(db, item.asset, item.code, item.root) if row.closed_ms is None else None
    if other is not None:
        return _merge(db, row, other, item)
    change(db, row.id, root=item.root or "", **_order_of_part(item))
    move(db, row.id, item.at_ms, "rooted", comment=item.root)
    return str(row.id)


def _merge(db: Connection, row: episodes.FaultColumns, other: episodes.FaultColumns, item: FaultRoot) -> str:
    """Two open faults turn out to be one: the number that began earlier goes on, with who has taken either."""
    kept, gone = (row, other) if row.opened_ms < other.opened_ms else (other, row)
    end_ms = max(item.at_ms, gone.opened_ms)
    change(db, gone.id, cleared_ms=end_ms, closed_ms=end_ms, order_state="closed", until_ms=None)
    move(db, gone.id, end_ms, "merged", comment=kept.id)
    taken: dict[str, object] = {}
    if kept.acknowledged_by is None and gone.acknowledged_by is not None:
        taken = {"acknowledged_by": gone.acknowledged_by, "acknowledged_ms": gone.acknowledged_ms}
    if further(kept.order_state, gone.order_state) != kept.order_state:
        taken |= {"order_state": gone.order_state, "department": gone.department, "until_ms": gone.until_ms}
    change(db, kept.id, root=item.root or "", **{**taken, **_order_of_part(item)})
    if kept is row:
        move(db, kept.id, item.at_ms, "rooted", comment=item.root)
    return str(kept.id)


def _order_of_part(item: FaultRoot) -> dict[str, object]:
    """What is a part of another is dealt with there: its own order is over."""
    return {"order_state": "closed", "until_ms": None} if item.root else {}


def _explain(db: Connection, item: FaultFacts) -> str | None:
    """Facts move no fault on: who looks at it meanwhile may still take it by the version seen."""
    row = episodes.newest(db, item.asset, item.code, item.root)
    if row is None:
        return None
    db.execute(update(faults).where(_F.id == row.id).values(facts=_encode(item.facts)))
    return str(row.id)
