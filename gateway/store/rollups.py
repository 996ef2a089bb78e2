"""Which windows of the telemetry are to be computed, again or for the first time."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, delete, exists, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from gateway.store.rows import RollupMark
from gateway.store.schema import marks
from gateway.store.schema_telemetry import rollup_marks
from gateway.store.sql import upsert

_T = rollup_marks.c
Window = tuple[str, str, int]


def touch(db: Connection, windows: Collection[Window], at_ms: int) -> None:
    """Something was written into (measurement, level, begin)."""
    if not windows:
        return
    values = [
        {"measurement": name, "level": level, "from_ms": begin, "touched": 1, "at_ms": at_ms}
        for name, level, begin in sorted(windows)
    ]
    made = (postgresql if db.dialect.name == "postgresql" else sqlite).insert(rollup_marks)
    more = {"touched": _T.touched + 1, "at_ms": made.excluded.at_ms}
    db.execute(made.on_conflict_do_update(index_elements=rollup_marks.primary_key, set_=more), values)


def due(db: Connection, level: str, begun_ms: int, quiet_ms: int, limit: int) -> list[RollupMark]:
    """Windows that begin at ``begun_ms`` or before and into which nothing was written after ``quiet_ms``, the newest
    first."""
    where = (_T.level == level) & (_T.from_ms <= begun_ms) & (_T.at_ms <= quiet_ms)
    query = select(*rollup_marks.columns).where(where).order_by(_T.from_ms.desc(), _T.measurement).limit(limit)
    return [RollupMark(*row) for row in db.execute(query)]


def done(db: Connection, computed: Collection[RollupMark]) -> None:
    """They are computed, as far as nothing was written into them meanwhile."""
    for mark in computed:
        db.execute(delete(rollup_marks).where(_is(mark), _T.touched == mark.touched))


def put_off(db: Connection, failed: Collection[RollupMark], at_ms: int) -> None:
    """Let others go first."""
    for mark in failed:
        db.execute(update(rollup_marks).where(_is(mark)).values(at_ms=at_ms))


def forget(db: Connection, level: str, before_ms: int) -> None:
    """Windows of which there is nothing left to compute from."""
    db.execute(delete(rollup_marks).where(_T.level == level, _T.from_ms < before_ms))


def any_before(db: Connection, level: str, before_ms: int, since_ms: int = 0, measurement: str | None = None) -> bool:
    """Whether a window that begins in ``[since_ms, before_ms)`` waits."""
    where = (_T.level == level) & (_T.from_ms >= since_ms) & (_T.from_ms < before_ms)
    if measurement is not None:
        where &= _T.measurement == measurement
    return bool(db.execute(select(exists().where(where))).scalar())


def pending(db: Connection) -> int:
    """How many windows wait."""
    return int(db.execute(select(func.count()).select_from(rollup_marks)).scalar_one())


def mark(db: Connection, name: str) -> int | None:
    """A moment that was kept under ``name``."""
    return db.execute(select(marks.c.at_ms).where(marks.c.name == name)).scalar()


def set_mark(db: Connection, name: str, at_ms: int) -> None:
    """Keep it."""
    upsert(db, marks, [(name, at_ms)])


def _is(one: RollupMark) -> ColumnElement[bool]:
    return (_T.measurement == one.measurement) & (_T.level == one.level) & (_T.from_ms == one.from_ms)
