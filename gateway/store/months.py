"""Frozen months, and the mark on each that says whether it may be another by now."""

from collections.abc import Sequence

from msgspec.structs import astuple
from sqlalchemy import Connection, LargeBinary, bindparam, cast, func, select, update
from sqlalchemy.exc import IntegrityError

from gateway.store.batch import IntervalFill
from gateway.store.rows import IntervalRow, MonthHead, MonthMark, MonthRow
from gateway.store.schema import changes, intervals, month_marks, months
from gateway.store.sql import Conflict, insert

NEVER_SEEN = "never_seen"
_MARKS, _T = month_marks.c, months.c
# Cast: whoever changes a body by hand may leave text there, and that must be read to be noticed.
_MONTH = (
    _T.month,
    _T.revision,
    _T.frozen_ms,
    _T.hash,
    cast(_T.body, LargeBinary).label("body"),
    cast(_T.diff, LargeBinary).label("diff"),
)
_MARK = update(month_marks).where(_MARKS.to_ms > bindparam("first")).values(changed=_MARKS.changed + 1)


def mark(db: Connection, rows: Sequence[IntervalRow | IntervalFill], window_ms: int | None) -> None:
    """Something was written into the time from the first of ``rows`` and ``window_ms`` on: what a row replaces reaches
    to now, so every later month counts as touched.
    """
    moments = [row.from_ms for row in rows]
    if window_ms is not None:
        moments.append(window_ms)
    if moments:
        db.execute(_MARK, {"first": min(moments)})


def marks(db: Connection) -> list[MonthMark]:
    """All marks, oldest month first."""
    return [MonthMark(*row) for row in db.execute(select(*month_marks.columns).order_by(_MARKS.month))]


def watch(db: Connection, month: str, from_ms: int, to_ms: int) -> None:
    """Count from now on what is written into the time of ``month``, if nobody does yet."""
    if db.execute(select(_MARKS.month).where(_MARKS.month == month)).one_or_none() is None:
        insert(db, month_marks, [(month, from_ms, to_ms, 0, -1)])


def position(db: Connection, month: str) -> tuple[int, int] | None:
    """How often something was written into a watched month, and the newest change of any fault; None if it is not
    watched."""
    newest = select(func.max(changes.c.seq)).where(changes.c.type == "fault").scalar_subquery()
    query = select(_MARKS.changed, func.coalesce(newest, 0)).where(_MARKS.month == month)
    row = db.execute(query).one_or_none()
    return None if row is None else (row[0], row[1])


def seen(db: Connection, month: str, changed: int) -> None:
    """The newest revision holds what had been written up to ``changed``."""
    db.execute(update(month_marks).where(_MARKS.month == month).values(frozen=changed))


def append(db: Connection, row: MonthRow) -> None:
    """A new revision. Raises :class:`Conflict` if another process was faster."""
    try:
        insert(db, months, [astuple(row)])
    except IntegrityError as error:
        raise Conflict(f"revision {row.revision} of {row.month} was frozen by another process") from error


def read(db: Connection) -> list[MonthRow]:
    """All revisions in the order they were frozen."""
    query = select(*_MONTH).order_by(_T.frozen_ms, _T.month, _T.revision)
    return [MonthRow(*row) for row in db.execute(query)]


def heads(db: Connection) -> list[MonthHead]:
    """The same without their bodies."""
    query = select(_T.month, _T.revision, _T.frozen_ms, _T.hash).order_by(_T.frozen_ms, _T.month, _T.revision)
    return [MonthHead(*row) for row in db.execute(query)]


def one(db: Connection, month: str, revision: int | None) -> MonthRow | None:
    """A revision of one month, the newest if none is named."""
    query = select(*_MONTH).where(_T.month == month).order_by(_T.revision.desc()).limit(1)
    if revision is not None:
        query = query.where(_T.revision == revision)
    row = db.execute(query).one_or_none()
    return None if row is None else MonthRow(*row)


def last(db: Connection) -> MonthRow | None:
    """The revision that was frozen last, of any month."""
    order = (_T.frozen_ms.desc(), _T.month.desc(), _T.revision.desc())
    row = db.execute(select(*_MONTH).order_by(*order).limit(1)).one_or_none()
    return None if row is None else MonthRow(*row)


def first_ms(db: Connection, device: str | None = None) -> int | None:
    """When the oldest interval begins; None without any. Of a ``device``: the oldest in which it had spoken already."""
    query = select(func.min(intervals.c.from_ms))
    if device is not None:
        query = query.where(intervals.c.device == device, func.coalesce(intervals.c.cause, "") != NEVER_SEEN)
    return db.execute(query).scalar()
