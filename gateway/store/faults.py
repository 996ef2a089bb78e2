"""Faults and their history.

Each (asset, code, root) is open at most once; the database's partial unique index says so too.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, or_, select, true, update

from gateway.store.batch import FaultAcknowledge, FaultEnd, FaultOpen, FaultWrite
from gateway.store.rows import FaultFilter, FaultRow, MoveRow
from gateway.store.schema import fault_moves, fault_numbers, faults
from gateway.store.sql import insert, upsert

REOPEN_MS = 24 * 3600 * 1000
_CHINA = timedelta(hours=8)
_F = faults.c


def write(db: Connection, writes: Sequence[FaultWrite], at_ms: int) -> tuple[list[str], list[str]]:
    """Apply in order; the numbers touched and the telemetry lines with the numbers put in."""
    touched: dict[str, None] = {}
    lines = []
    for item in writes:
        match item:
            case FaultOpen():
                number = _open(db, item, at_ms)
            case FaultEnd():
                number = _end(db, item)
            case FaultAcknowledge():
                number = _acknowledge(db, item)
        if number is None:
            continue
        touched[number] = None
        if item.line:
            lines.append(item.line.replace("{fault}", number))
    return list(touched), lines


def _same(item: FaultOpen | FaultEnd) -> Any:
    return and_(_F.asset == item.asset, _F.code == item.code, _F.root == (item.root or ""))


def _open(db: Connection, item: FaultOpen, at_ms: int) -> str | None:
    open_now = db.execute(select(*faults.columns).where(_same(item), _F.closed_ms.is_(None))).one_or_none()
    if open_now is not None:
        return _again(db, open_now, item)
    # Late data may tell of an episode before the closed one: within the same time it is the same fault, too.
    recent = db.execute(
        select(*faults.columns)
        .where(_same(item), _F.closed_ms >= item.opened_ms - REOPEN_MS, _F.opened_ms <= item.opened_ms + REOPEN_MS)
        .order_by(_F.closed_ms.desc())
        .limit(1)
    ).one_or_none()
    if recent is not None:
        return _reopen(db, recent, item)
    return _new(db, item, at_ms)


def _new(db: Connection, item: FaultOpen, at_ms: int) -> str:
    number = _next_number(db, item.opened_ms)
    kept = (item.asset, item.asset_kind, item.junction, item.code, item.root or "", item.severity, item.opened_ms)
    nobody = (None, None, False, 0, 1)
    insert(db, faults, [(number, *kept, at_ms, None, None, item.latched, *nobody)])
    _move(db, number, item.opened_ms, "opened")
    return number


def _again(db: Connection, row: Any, item: FaultOpen) -> str | None:
    """Already open: it may have begun earlier than thought, or be bad again while its latch waits."""
    changes: dict[str, Any] = {}
    if item.opened_ms < row.opened_ms:
        changes["opened_ms"] = item.opened_ms
    if row.cleared_ms is not None:
        changes["cleared_ms"] = None
        _move(db, row.id, item.opened_ms, "relapsed")
    if not changes:
        return None
    _change(db, row.id, **changes)
    return str(row.id)


def _reopen(db: Connection, row: Any, item: FaultOpen) -> str:
    """``opened_ms`` is the first start. The end of an episode later than this one stays, and :func:`_end` keeps it."""
    anew = {"acknowledged_by": None, "acknowledged_ms": None, "measured_dead": False, "latched": item.latched}
    anew |= {"opened_ms": min(item.opened_ms, row.opened_ms), "closed_ms": None}
    ended_ms = row.cleared_ms if item.opened_ms < row.opened_ms else None
    _change(db, row.id, cleared_ms=ended_ms, reopened=_F.reopened + 1, **anew)
    _move(db, row.id, item.opened_ms, "reopened")
    return str(row.id)


def _end(db: Connection, item: FaultEnd) -> str | None:
    row = db.execute(
        select(_F.id, _F.opened_ms, _F.cleared_ms, _F.latched).where(_same(item), _F.closed_ms.is_(None))
    ).one_or_none()
    if row is None:
        return None
    cleared_ms = max(item.cleared_ms, row.opened_ms, row.cleared_ms or 0)
    closed_ms = None if item.closed_ms is None else max(item.closed_ms, cleared_ms)
    _change(db, row.id, cleared_ms=cleared_ms, closed_ms=closed_ms)
    if closed_ms is None:
        _move(db, row.id, cleared_ms, "cleared")
    else:
        _move(db, row.id, closed_ms, "released" if row.latched and row.cleared_ms is not None else "closed")
    return str(row.id)


def _acknowledge(db: Connection, item: FaultAcknowledge) -> str | None:
    taken = {"acknowledged_by": item.by, "acknowledged_ms": item.at_ms, "measured_dead": item.measured_dead}
    if not _change(db, item.fault, **taken):
        return None
    _move(db, item.fault, item.at_ms, "acknowledged", item.by, item.comment)
    return item.fault


def _change(db: Connection, number: str, **values: Any) -> int:
    return db.execute(update(faults).where(_F.id == number).values(version=_F.version + 1, **values)).rowcount


def _move(
    db: Connection, number: str, at_ms: int, move: str, by: str | None = None, comment: str | None = None
) -> None:
    insert(db, fault_moves, [(number, at_ms, move, by, comment)])


def _next_number(db: Connection, opened_ms: int) -> str:
    """``F-2026-0001``, counted within the year of its start in China."""
    year = (datetime.fromtimestamp(opened_ms / 1000, UTC) + _CHINA).year
    last = db.execute(select(fault_numbers.c.last).where(fault_numbers.c.year == year)).scalar() or 0
    upsert(db, fault_numbers, [(year, last + 1)])
    return f"F-{year}-{last + 1:04d}"


def _row(row: Any) -> FaultRow:
    values = dict(row._mapping)  # noqa: SLF001  # SQLAlchemy's documented way to a row's names
    del values["learnt_ms"]
    return FaultRow(**{**values, "root": values["root"] or None})


_STATES = {"open": _F.closed_ms.is_(None), "closed": _F.closed_ms.is_not(None), "all": true()}


def page(db: Connection, state: FaultFilter, limit: int, cursor: str | None) -> tuple[list[FaultRow], str | None]:
    """Newest first, ``limit`` at a time."""
    query = select(*faults.columns).where(_STATES[state]).order_by(_F.opened_ms.desc(), _F.id.desc()).limit(limit + 1)
    if cursor is not None:
        opened_ms, number = _parse(cursor)
        query = query.where(or_(_F.opened_ms < opened_ms, and_(_F.opened_ms == opened_ms, _F.id < number)))
    rows = [_row(row) for row in db.execute(query)]
    more = len(rows) > limit
    return rows[:limit], f"{rows[limit - 1].opened_ms}.{rows[limit - 1].id}" if more else None


def _parse(cursor: str) -> tuple[int, str]:
    opened_ms, dot, number = cursor.partition(".")
    if not dot or not opened_ms.isascii() or not opened_ms.isdigit() or len(opened_ms) > 16:
        raise ValueError("not a cursor of this list")
    return int(opened_ms), number


def one(db: Connection, number: str) -> FaultRow | None:
    """One fault."""
    row = db.execute(select(*faults.columns).where(_F.id == number)).one_or_none()
    return _row(row) if row else None


def moves(db: Connection, number: str) -> list[MoveRow]:
    """A fault's history, oldest first."""
    t = fault_moves.c
    query = select(t.fault, t.at_ms, t.move, t.by, t.comment).where(t.fault == number).order_by(t.at_ms, t.id)
    return [MoveRow(*row) for row in db.execute(query)]
