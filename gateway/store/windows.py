"""Windows: planned maintenance, out of service, weather. What laying one does to the others is uptime's to say."""

from collections.abc import Collection, Sequence

from msgspec.structs import astuple
from sqlalchemy import ColumnElement, Connection, delete, or_, select

from gateway.store.batch import WindowCut, WindowSet
from gateway.store.schema import windows
from gateway.store.sql import insert
from gateway.uptime import Window, cut, laid

_T = windows.c
_COLUMNS = (_T.kind, _T.target, _T.from_ms, _T.to_ms, _T.known_ms, _T.by)


def write(db: Connection, writes: Sequence[WindowSet | WindowCut]) -> int | None:
    """Apply in order; the first moment that counts otherwise by it, None if none does."""
    moments = [moment for item in writes if (moment := _write(db, item)) is not None]
    return min(moments, default=None)


def _write(db: Connection, item: WindowSet | WindowCut) -> int | None:
    before = _of(db, item)
    if isinstance(item, WindowSet):
        after = laid(before, Window(*astuple(item)))
    else:
        after = cut(before, item.from_ms, item.at_ms)
    gone = [window for window in before if window not in after]
    new = [window for window in after if window not in before]
    for window in gone:
        db.execute(delete(windows).where(_mine(item), _T.from_ms == window.from_ms))
    insert(db, windows, [astuple(window) for window in new])
    return min((window.from_ms for window in [*gone, *new]), default=None)


def _mine(item: WindowSet | WindowCut) -> ColumnElement[bool]:
    return (_T.kind == item.kind) & (_T.target == item.target)


def _of(db: Connection, item: WindowSet | WindowCut) -> list[Window]:
    """The windows of this kind and target that are not over when the change begins."""
    return [Window(*row) for row in db.execute(select(*_COLUMNS).where(_mine(item)))]


def read(db: Connection, targets: Collection[str] | None, from_ms: int, to_ms: int) -> list[Window]:
    """Windows that touch ``[from_ms, to_ms)``, of these targets or of all, oldest first."""
    touches = (_T.from_ms < to_ms) & or_(_T.to_ms.is_(None), _T.to_ms > from_ms)
    query = select(*_COLUMNS).where(touches).order_by(_T.from_ms, _T.target, _T.kind)
    if targets is not None:
        query = query.where(_T.target.in_(targets))
    return [Window(*row) for row in db.execute(query)]
