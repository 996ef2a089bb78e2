"""Half-open intervals of state, one row after another for each device.

A back-dated change replaces what stood from its start on.
"""

from collections.abc import Collection, Sequence
from itertools import groupby

from msgspec.structs import astuple
from sqlalchemy import (
    BigInteger,
    Connection,
    String,
    and_,
    bindparam,
    column,
    delete,
    func,
    literal,
    or_,
    select,
    update,
    values,
)

from gateway.store.batch import IntervalFill
from gateway.store.rows import IntervalRow
from gateway.store.schema import intervals
from gateway.store.sql import insert

_OVERTAKEN = delete(intervals).where(intervals.c.device == bindparam("of"), intervals.c.from_ms >= bindparam("at"))
_CUT = (
    update(intervals)
    .where(
        intervals.c.device == bindparam("of"),
        intervals.c.from_ms < bindparam("at"),
        or_(intervals.c.to_ms.is_(None), intervals.c.to_ms > bindparam("at")),
    )
    .values(to_ms=bindparam("at"))
)


def write(db: Connection, rows: Sequence[IntervalRow | IntervalFill]) -> None:
    """Apply in order.

    What stood at or after a row's ``from_ms`` goes, what ran into it ends there, so there is neither overlap nor doubt.
    """
    for late, group in groupby(rows, key=lambda row: isinstance(row, IntervalFill)):
        if late:
            for row in group:
                _fill(db, row)  # type: ignore[arg-type]  # the key of the group says so
        else:
            _replace(db, list(group))  # type: ignore[arg-type]  # as above


def _replace(db: Connection, rows: Sequence[IntervalRow]) -> None:
    final: dict[str, list[IntervalRow]] = {}
    starts: dict[str, int] = {}
    for row in rows:
        before = final.get(row.device, ())
        final[row.device] = [*(_until(old, row.from_ms) for old in before if old.from_ms < row.from_ms), row]
        starts[row.device] = min(starts.get(row.device, row.from_ms), row.from_ms)
    at = [{"of": device, "at": from_ms} for device, from_ms in starts.items()]
    db.execute(_OVERTAKEN, at)
    db.execute(_CUT, at)
    insert(db, intervals, [astuple(row) for of_device in final.values() for row in of_device])


def _until(old: IntervalRow, end_ms: int) -> IntervalRow:
    if old.to_ms is not None and old.to_ms <= end_ms:
        return old
    return IntervalRow(old.device, old.from_ms, end_ms, old.state, old.code, old.cause)


def _fill(db: Connection, late: IntervalFill) -> None:
    rows = read(db, late.device, late.from_ms, late.to_ms)
    for row in rows if late.over else [row for row in rows if row.state == "unknown"]:
        db.execute(delete(intervals).where(intervals.c.device == row.device, intervals.c.from_ms == row.from_ms))
        insert(db, intervals, [astuple(piece) for piece in _filled(row, late)])


def _filled(row: IntervalRow, late: IntervalFill) -> list[IntervalRow]:
    """``row`` with what is known of it now in its middle."""
    end = late.to_ms if row.to_ms is None else min(row.to_ms, late.to_ms)
    start = max(row.from_ms, late.from_ms)
    pieces = [
        IntervalRow(row.device, row.from_ms, start, row.state, row.code, row.cause),
        IntervalRow(row.device, start, end, late.state, late.code, late.cause),
        IntervalRow(row.device, end, row.to_ms, row.state, row.code, row.cause),
    ]
    return [piece for piece in pieces if piece.to_ms is None or piece.from_ms < piece.to_ms]


def read(db: Connection, device: str, from_ms: int, to_ms: int) -> list[IntervalRow]:
    """Intervals that touch ``[from_ms, to_ms)``."""
    t = intervals.c
    touches = and_(t.device == device, t.from_ms < to_ms, or_(t.to_ms.is_(None), t.to_ms > from_ms))
    query = select(t.device, t.from_ms, t.to_ms, t.state, t.code, t.cause).where(touches).order_by(t.from_ms)
    return [IntervalRow(*row) for row in db.execute(query)]


def read_all(db: Connection, devices: Collection[str], from_ms: int, to_ms: int) -> dict[str, list[IntervalRow]]:
    """The same for many devices, in one query that looks at no row outside the period."""
    found: dict[str, list[IntervalRow]] = {device: [] for device in devices}
    if not found:
        return found
    t, wanted = intervals.c, values(column("name", String), name="wanted").data([(name,) for name in found]).cte()
    others = intervals.alias()
    # The one that runs into the period: a search in the key for each device, then a walk up to the period's end.
    running = select(func.max(others.c.from_ms)).where(others.c.device == wanted.c.name, others.c.from_ms <= from_ms)
    start = func.coalesce(running.scalar_subquery(), literal(from_ms, BigInteger))
    touches = and_(t.device == wanted.c.name, t.from_ms >= start, t.from_ms < to_ms)
    query = select(t.device, t.from_ms, t.to_ms, t.state, t.code, t.cause).select_from(wanted.join(intervals, touches))
    query = query.where(or_(t.to_ms.is_(None), t.to_ms > from_ms)).order_by(t.device, t.from_ms)
    for row in db.execute(query):
        found[row[0]].append(IntervalRow(*row))
    return found
