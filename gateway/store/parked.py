"""Telemetry lines that the time-series store refused, kept with the reason."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, func, select, update

from gateway.store.rows import ParkedLine
from gateway.store.schema_telemetry import parked_lines
from gateway.store.sql import insert

_T = parked_lines.c
_AT_ONCE = 500
_REASON = update(parked_lines).where(_T.id == bindparam("of_id")).values(reason=bindparam("new_reason"))


def add(db: Connection, refused: Collection[tuple[str, str]], at_ms: int) -> None:
    """Keep (line, reason)."""
    insert(db, parked_lines, [(line, reason, at_ms) for line, reason in refused])


def count(db: Connection) -> int:
    """How many there are."""
    return int(db.execute(select(func.count()).select_from(parked_lines)).scalar_one())


def newest(db: Connection, limit: int) -> list[ParkedLine]:
    """Newest first."""
    return _rows(db, select(*parked_lines.columns).order_by(_T.id.desc()).limit(limit))


def after(db: Connection, number: int, limit: int) -> list[ParkedLine]:
    """Those numbered above ``number``, oldest first."""
    return _rows(db, select(*parked_lines.columns).where(_T.id > number).order_by(_T.id).limit(limit))


def some(db: Connection, ids: Collection[int]) -> list[ParkedLine]:
    """Those of ``ids`` that are there, oldest first."""
    return _rows(db, select(*parked_lines.columns).where(_T.id.in_(ids)).order_by(_T.id))


def forget(db: Connection, ids: Sequence[int]) -> int:
    """Delete; how many of them there were."""
    pieces = (ids[begin : begin + _AT_ONCE] for begin in range(0, len(ids), _AT_ONCE))
    return sum(db.execute(delete(parked_lines).where(_T.id.in_(piece))).rowcount for piece in pieces)


def say(db: Connection, refused: Collection[tuple[ParkedLine, str]]) -> None:
    """They were refused again, for these reasons."""
    values = [{"of_id": row.id, "new_reason": reason} for row, reason in refused]
    if values:
        db.execute(_REASON, values)


def sweep(db: Connection, before_ms: int, most: int) -> int:
    """Forget some of those parked before ``before_ms``, and the oldest of more than ``most``; how many that were."""
    spare = max(0, count(db) - most)
    oldest = db.execute(select(_T.id, _T.parked_ms).order_by(_T.id).limit(_AT_ONCE)).all()
    gone = [row for place, (row, at_ms) in enumerate(oldest) if place < spare or at_ms < before_ms]
    return forget(db, gone)


def _rows(db: Connection, query: Select[Any]) -> list[ParkedLine]:
    return [ParkedLine(*row) for row in db.execute(query)]
