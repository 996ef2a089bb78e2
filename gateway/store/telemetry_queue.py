"""Telemetry on its way to the time-series store, and the lines it refused."""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, delete, func, select

from gateway.store.rows import ParkedLine
from gateway.store.schema import parked_lines, telemetry_lines
from gateway.store.sql import insert

_AT_ONCE = 500


def append(db: Connection, lines: Sequence[str]) -> None:
    """Queue a batch's lines, as one row."""
    if lines:
        insert(db, telemetry_lines, [(len(lines), "\n".join(lines))])


def first(db: Connection, points: int) -> tuple[list[int], list[str]]:
    """The oldest rows of together about ``points`` points, at least one row."""
    t = telemetry_lines.c
    ids: list[int] = []
    lines: list[str] = []
    for row in db.execute(select(t.id, t.lines).order_by(t.id).limit(_AT_ONCE)):
        ids.append(row.id)
        lines += row.lines.split("\n")
        if len(lines) >= points:
            break
    return ids, lines


def remove(db: Connection, ids: Collection[int], refused: Collection[tuple[str, str]], at_ms: int) -> None:
    """Delete rows that are written, keeping the refused (line, reason) aside."""
    insert(db, parked_lines, [(line, reason, at_ms) for line, reason in refused])
    if ids:
        db.execute(delete(telemetry_lines).where(telemetry_lines.c.id.in_(ids)))


def waiting(db: Connection) -> int:
    """Points in the queue."""
    return int(db.execute(select(func.coalesce(func.sum(telemetry_lines.c.points), 0))).scalar_one())


def parked(db: Connection, limit: int) -> list[ParkedLine]:
    """Refused lines, newest first."""
    t = parked_lines.c
    query = select(t.id, t.line, t.reason, t.parked_ms).order_by(t.id.desc()).limit(limit)
    return [ParkedLine(*row) for row in db.execute(query)]
