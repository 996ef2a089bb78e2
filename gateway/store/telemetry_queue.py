"""Telemetry on its way to the time-series store."""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, delete, func, select, update

from gateway.store import counters
from gateway.store.batch import Bad
from gateway.store.schema_telemetry import telemetry_lines
from gateway.store.sql import insert

_AT_ONCE = 500
_EVENT = "event,"
# What is counted when the queue is full.
DROPPED = "telemetry_dropped"
_T = telemetry_lines.c


def append(db: Connection, lines: Sequence[str]) -> None:
    """Queue a batch's lines, as one row."""
    if lines:
        insert(db, telemetry_lines, [(len(lines), "\n".join(lines))])


def first(db: Connection, points: int) -> tuple[list[int], list[str]]:
    """The oldest rows of together about ``points`` points, at least one row."""
    ids: list[int] = []
    lines: list[str] = []
    for row in db.execute(select(_T.id, _T.lines).order_by(_T.id).limit(_AT_ONCE)):
        ids.append(row.id)
        lines += row.lines.split("\n")
        if len(lines) >= points:
            break
    return ids, lines


def remove(db: Connection, ids: Collection[int]) -> None:
    """Delete rows that are written."""
    if ids:
        db.execute(delete(telemetry_lines).where(_T.id.in_(ids)))


def waiting(db: Connection) -> int:
    """Points in the queue."""
    return int(db.execute(select(func.coalesce(func.sum(_T.points), 0))).scalar_one())


def oldest_ms(db: Connection) -> int | None:
    """The time of the first point in the queue; None: there is none, or its line ends with no time."""
    lines = db.execute(select(_T.lines).order_by(_T.id).limit(1)).scalar()
    stamp = lines.partition("\n")[0].rpartition(" ")[2] if lines else ""
    return int(stamp) // 1_000_000 if stamp.isdecimal() else None


def drop(db: Connection, after: int, most: int, at_ms: int) -> tuple[int, int | None]:
    """Drop ``most`` points or a few more from the oldest rows numbered above ``after``: readings, not events.

    How many that were, and the last row looked at: None if there is no further one.
    """
    rows = db.execute(select(_T.id, _T.lines).where(_T.id > after).order_by(_T.id).limit(_AT_ONCE)).all()
    dropped, last = 0, None
    for last, text in rows:
        lines = text.split("\n")
        dropped += _thin(db, last, lines, [line for line in lines if line.startswith(_EVENT)])
        if dropped >= most:
            break
    _count(db, dropped, at_ms)
    return dropped, last


def drop_rows(db: Connection, most: int, at_ms: int) -> int:
    """Drop ``most`` points or a few more with the oldest rows, whatever they are; how many that were."""
    rows = db.execute(select(_T.id, _T.points).order_by(_T.id).limit(_AT_ONCE)).all()
    gone, dropped = [], 0
    for row, points in rows:
        if dropped < most:
            gone.append(row)
            dropped += points
    remove(db, gone)
    _count(db, dropped, at_ms)
    return dropped


def _thin(db: Connection, row: int, before: Sequence[str], after: Sequence[str]) -> int:
    if not after:
        remove(db, [row])
    elif len(after) < len(before):
        values = {"points": len(after), "lines": "\n".join(after)}
        db.execute(update(telemetry_lines).where(_T.id == row).values(values))
    return len(before) - len(after)


def _count(db: Connection, dropped: int, at_ms: int) -> None:
    if dropped:
        counters.add(db, [Bad(DROPPED, "", dropped, "the queue was full (telemetry_keep.waiting_points)")], at_ms)
