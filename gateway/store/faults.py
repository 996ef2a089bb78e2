"""Faults and their history, as they are read."""

from collections.abc import Collection, Iterable
from itertools import zip_longest
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, or_, select, true

from gateway.faults.changes import Fact
from gateway.store.access_rows import Area
from gateway.store.rows import FaultFilter, FaultRow, FaultSpan, MoveRow
from gateway.store.schema import fault_moves, faults

_F = faults.c
_facts = msgspec.json.Decoder(tuple[Fact, ...]).decode


def row(found: Any) -> FaultRow:
    """A row of the table as a value."""
    return row_of(found)


def row_of(found: Iterable[Any]) -> FaultRow:
    """The same of the table's columns, in their order."""
    values = dict(zip(faults.c.keys(), found, strict=True))
    del values["learnt_ms"]
    facts = _facts(values["facts"]) if values["facts"] else ()
    return FaultRow(**{**values, "root": values["root"] or None, "facts": facts})


_STATES = {"open": _F.closed_ms.is_(None), "closed": _F.closed_ms.is_not(None), "all": true()}


def within(area: Area | None) -> ColumnElement[bool]:
    """Whether a fault is in ``area``; None = everywhere."""
    if area is None:
        return true()
    return or_(_F.junction.in_(sorted(area.junctions)), _F.asset.in_(sorted(area.assets)))


def page(
    db: Connection, state: FaultFilter, wanted: ColumnElement[bool], limit: int, cursor: str | None, own: bool
) -> tuple[list[FaultRow], str | None]:
    """Newest first, ``limit`` at a time; ``own``: only those that are a part of no other."""
    return page_of(db, and_(_STATES[state], wanted, *([_F.root == ""] if own else [])), limit, cursor)


def page_of(
    db: Connection, wanted: ColumnElement[bool], limit: int, cursor: str | None
) -> tuple[list[FaultRow], str | None]:
    """The same of whatever is ``wanted``."""
    query = select(*faults.columns).where(wanted).order_by(_F.opened_ms.desc(), _F.id.desc()).limit(limit + 1)
    if cursor is not None:
        opened_ms, number = _parse(cursor)
        query = query.where(or_(_F.opened_ms < opened_ms, and_(_F.opened_ms == opened_ms, _F.id < number)))
    rows = [row(each) for each in db.execute(query)]
    more = len(rows) > limit
    return rows[:limit], f"{rows[limit - 1].opened_ms}.{rows[limit - 1].id}" if more else None


def _parse(cursor: str) -> tuple[int, str]:
    opened_ms, dot, number = cursor.partition(".")
    if not dot or not opened_ms.isascii() or not opened_ms.isdigit() or len(opened_ms) > 16:
        raise ValueError("not a cursor of this list")
    return int(opened_ms), number


def listed(db: Connection, limit: int, area: Area | None) -> list[FaultRow]:
    """Open faults: those without a cause before those with one, then the newest first."""
    order = (_F.root != "", _F.opened_ms.desc(), _F.id.desc())
    query = select(*faults.columns).where(_STATES["open"], within(area)).order_by(*order).limit(limit)
    return [row(each) for each in db.execute(query)]


def parts(db: Connection, root: str, from_ms: int, to_ms: int) -> list[FaultRow]:
    """The faults whose cause is ``root``, as far as they touch ``[from_ms, to_ms)``, by number."""
    touches = and_(_F.opened_ms < to_ms, or_(_F.closed_ms.is_(None), _F.closed_ms >= from_ms))
    query = select(*faults.columns).where(_F.root == root, touches).order_by(_F.id)
    return [row(each) for each in db.execute(query)]


def newest_part(db: Connection, root: str) -> FaultRow | None:
    """The fault whose cause is ``root`` that began last."""
    query = select(*faults.columns).where(_F.root == root).order_by(_F.opened_ms.desc(), _F.id.desc()).limit(1)
    found = db.execute(query).one_or_none()
    return row(found) if found else None


def one(db: Connection, number: str) -> FaultRow | None:
    """One fault."""
    found = db.execute(select(*faults.columns).where(_F.id == number)).one_or_none()
    return row(found) if found else None


def moves(db: Connection, number: str) -> list[MoveRow]:
    """A fault's history, oldest first."""
    t = fault_moves.c
    columns = (t.fault, t.at_ms, t.move, t.by, t.comment, t.place, t.photo, t.target)
    query = select(*columns).where(t.fault == number).order_by(t.at_ms, t.id)
    return [MoveRow(*row) for row in db.execute(query)]


def spans(db: Connection, assets: Collection[str] | None, from_ms: int, to_ms: int) -> list[FaultSpan]:
    """When the faults of these assets, or of all, were open, as far as that touches ``[from_ms, to_ms)``."""
    touches = and_(_F.opened_ms < to_ms, or_(_F.closed_ms.is_(None), _F.closed_ms > from_ms))
    query = select(_F.id, _F.asset, _F.code, _F.opened_ms, _F.closed_ms, _F.reopened).where(touches).order_by(_F.id)
    if assets is not None:
        query = query.where(_F.asset.in_(assets))
    found = [
        FaultSpan(row.id, row.asset, row.code, *bounds)
        for row in db.execute(query).all()
        for bounds in (_episodes(db, row) if row.reopened else [(row.opened_ms, row.closed_ms)])
    ]
    return [span for span in found if span.from_ms < to_ms and (span.to_ms is None or span.to_ms > from_ms)]


def _episodes(db: Connection, row: Any) -> list[tuple[int, int | None]]:
    """Beginning and end of each time a fault was open: they never overlap, so the n-th beginning has the n-th end."""
    told = moves(db, row.id)
    starts = sorted(move.at_ms for move in told if move.move in {"opened", "reopened"})
    ends = sorted(move.at_ms for move in told if move.move in {"closed", "released", "merged"})
    starts[0] = min(starts[0], row.opened_ms)  # late data moved it back
    return list(zip_longest(starts, ends[: len(starts)]))
