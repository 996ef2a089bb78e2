"""From an episode's beginning and end to a fault: the number it gets, reopened or new.

Each (asset, code, root) is open at most once; the database's partial unique index says so too. One that is bad again
soon after its end (24 h by the shipped rules) is the same fault: ``opened_ms`` its first start, ``closed_ms`` its last
end.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from msgspec.structs import astuple
from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select, update

from gateway.faults.order import OrderState
from gateway.store.batch import FaultEnd, FaultOpen
from gateway.store.rows import MoveKind, MoveRow
from gateway.store.schema import fault_moves, fault_numbers, faults
from gateway.store.sql import insert, upsert

_CHINA = timedelta(hours=8)
_F = faults.c
_STARTS, _ENDS = ("opened", "reopened", "relapsed"), ("closed", "released")
# A row of the table, with its columns' names.
FaultColumns: TypeAlias = Row[Any]


def key(item: FaultOpen | FaultEnd) -> tuple[str, str, str | None]:
    """What makes two of them one fault."""
    return item.asset, item.code, item.root


def open_row(db: Connection, asset: str, code: str, root: str | None) -> FaultColumns | None:
    """The open fault of this key."""
    return db.execute(select(*faults.columns).where(_is(asset, code, root), _F.closed_ms.is_(None))).one_or_none()


def newest(db: Connection, asset: str, code: str, root: str | None) -> FaultColumns | None:
    """The open fault of this key, else the one that began last."""
    query = select(*faults.columns).where(_is(asset, code, root))
    order = (_F.closed_ms.is_not(None), _F.opened_ms.desc(), _F.id.desc())
    return db.execute(query.order_by(*order).limit(1)).one_or_none()


def begin(db: Connection, item: FaultOpen, at_ms: int) -> str | None:
    """An episode begins; None if nothing changed by it."""
    now = open_row(db, *key(item))
    if now is not None:
        return _again(db, now, item)
    same = _near(db, item, item.opened_ms)
    return _new(db, item, at_ms) if same is None else _reopen(db, same, item)


def end(db: Connection, item: FaultEnd) -> str | None:
    """The open fault's condition ends; None if none is open."""
    row = open_row(db, *key(item))
    if row is None:
        return None
    cleared_ms = max(item.cleared_ms, row.opened_ms, row.cleared_ms or 0)
    if item.closed_ms is None:
        if item.cleared_ms < _last(db, row.id, _STARTS):  # late news of a stretch before the present one
            return None
        change(db, row.id, cleared_ms=cleared_ms)
        move(db, row.id, cleared_ms, "cleared")
        return str(row.id)
    # Late news reopened it: what ended last stays its end.
    before_ms = _last(db, row.id, _ENDS) if row.reopened else 0
    change(db, row.id, cleared_ms=cleared_ms, closed_ms=max(item.closed_ms, cleared_ms, before_ms))
    closed_ms = max(item.closed_ms, item.cleared_ms, row.opened_ms)
    move(db, row.id, closed_ms, "released" if row.latched and row.cleared_ms is not None else "closed")
    return str(row.id)


def whole(db: Connection, item: FaultOpen, over: FaultEnd, at_ms: int) -> str:
    """An episode that is over when it is learnt of: stored opened and closed, whatever is open now."""
    now = open_row(db, *key(item))
    if now is not None and over.cleared_ms >= _last(db, now.id, _STARTS):
        _again(db, now, item)
        end(db, over)
        return str(now.id)
    cleared_ms = max(over.cleared_ms, item.opened_ms)
    closed_ms = max(over.closed_ms or 0, cleared_ms)
    same = _near(db, item, closed_ms)
    if same is None:
        number = _new(db, item, at_ms, cleared_ms, closed_ms)
    else:
        number = str(same.id)
        _join(db, same, item, cleared_ms, closed_ms)
    move(db, number, closed_ms, "closed")
    return number


def change(db: Connection, number: str, **values: Any) -> int:
    """Move a fault on by one version; 0 if there is none of this number."""
    return db.execute(update(faults).where(_F.id == number).values(version=_F.version + 1, **values)).rowcount


def move(
    db: Connection, number: str, at_ms: int, name: MoveKind, by: str | None = None, comment: str | None = None
) -> None:
    """A line of its history."""
    write_move(db, MoveRow(number, at_ms, name, by, comment))


def write_move(db: Connection, row: MoveRow) -> None:
    """The same, with all that a person's move has."""
    insert(db, fault_moves, [astuple(row)])


def _is(asset: str, code: str, root: str | None) -> ColumnElement[bool]:
    return and_(_F.asset == asset, _F.code == code, _F.root == (root or ""))


def _near(db: Connection, item: FaultOpen, until_ms: int) -> FaultColumns | None:
    """The fault that an episode from ``item`` to ``until_ms`` belongs to. Late data may tell of one before what is
    stored: within the same time it is the same fault, too. One that is open is taken first.
    """
    close = (
        or_(_F.closed_ms.is_(None), _F.closed_ms >= item.opened_ms - item.reopen_ms),
        _F.opened_ms <= until_ms + item.reopen_ms,
    )
    order = (_F.closed_ms.is_not(None), _F.closed_ms.desc())
    query = select(*faults.columns).where(_is(*key(item)), *close).order_by(*order).limit(1)
    return db.execute(query).one_or_none()


def _new(
    db: Connection, item: FaultOpen, at_ms: int, cleared_ms: int | None = None, closed_ms: int | None = None
) -> str:
    number = _next_number(db, item.opened_ms)
    kept = (item.asset, item.asset_kind, item.junction, item.code, item.root or "", item.severity, item.opened_ms)
    nobody = (None, None, False, 0, 1, None, _order(item.root), None, None)
    insert(db, faults, [(number, *kept, at_ms, cleared_ms, closed_ms, item.latched, *nobody)])
    move(db, number, item.opened_ms, "opened")
    return number


def _again(db: Connection, row: FaultColumns, item: FaultOpen) -> str | None:
    """Already open: it may have begun earlier than thought, or be bad again while its latch waits."""
    changes: dict[str, Any] = {}
    if item.opened_ms < row.opened_ms:
        changes["opened_ms"] = item.opened_ms
    elif row.cleared_ms is not None:
        changes = {"cleared_ms": None, **_anew(row.root)}  # it is sent again, so somebody has to take it again
        move(db, row.id, item.opened_ms, "relapsed")
    if not changes:
        return None
    change(db, row.id, **changes)
    return str(row.id)


def _reopen(db: Connection, row: FaultColumns, item: FaultOpen) -> str:
    """``opened_ms`` is the first start. The end of an episode later than this one stays, and :func:`end` keeps it."""
    later = row.cleared_ms is not None and item.opened_ms < row.cleared_ms
    _change_again(db, row, item, closed_ms=None, cleared_ms=row.cleared_ms if later else None)
    return str(row.id)


def _join(db: Connection, row: FaultColumns, item: FaultOpen, cleared_ms: int, closed_ms: int) -> None:
    """An episode that is over joins a fault; one that is open stays so."""
    ends = {} if row.closed_ms is None else {"closed_ms": max(row.closed_ms, closed_ms)}
    if row.closed_ms is not None:
        ends["cleared_ms"] = max(row.cleared_ms, cleared_ms)
    _change_again(db, row, item, **ends)


def _anew(root: str) -> dict[str, Any]:
    """Its work order begins anew: nobody has it, and what was measured before says nothing of it now."""
    nobody = {"acknowledged_by": None, "acknowledged_ms": None, "measured_dead": False}
    return {**nobody, "order_state": _order(root), "department": None, "until_ms": None}


def _order(root: str | None) -> OrderState:
    """Where the order of what begins stands: what is a part of another is dealt with there."""
    return "closed" if root else "open"


def _change_again(db: Connection, row: FaultColumns, item: FaultOpen, **ends: int | None) -> None:
    """One episode more. A new one makes forget why it was one; that, or being open again, who took it."""
    new = row.closed_ms is not None and item.opened_ms >= row.closed_ms
    again = row.closed_ms is not None and "closed_ms" in ends and ends["closed_ms"] is None
    anew = {**(_anew(row.root) if new or again else {}), **({"facts": None} if new else {})}
    opened_ms = min(item.opened_ms, row.opened_ms)
    reopened = max(0, row.reopened + 1 - item.joins)
    change(db, row.id, opened_ms=opened_ms, latched=item.latched, reopened=reopened, **ends, **anew)
    if not item.joins:
        move(db, row.id, item.opened_ms, "reopened")


def _last(db: Connection, number: str, moves: Iterable[str]) -> int:
    """When the newest of these moves was; 0 without any."""
    t = fault_moves.c
    return db.execute(select(func.max(t.at_ms)).where(t.fault == number, t.move.in_(tuple(moves)))).scalar() or 0


def _next_number(db: Connection, opened_ms: int) -> str:
    """``F-2026-0001``, counted within the year of its start in China."""
    year = (datetime.fromtimestamp(opened_ms / 1000, UTC) + _CHINA).year
    last = db.execute(select(fault_numbers.c.last).where(fault_numbers.c.year == year)).scalar() or 0
    upsert(db, fault_numbers, [(year, last + 1)])
    return f"F-{year}-{last + 1:04d}"
