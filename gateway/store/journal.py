"""The journal: every applied record as it came and what else happened, in the order of application."""

from collections.abc import Iterator, Sequence

from msgspec.structs import astuple
from sqlalchemy import ColumnElement, Connection, Table, delete, func, select

from gateway.store.batch import Happening
from gateway.store.rows import HappeningRow, JournalRow
from gateway.store.schema import happenings, journal
from gateway.store.sql import insert

PIECE = 1000
# A clock that was put back puts rows out of order by less than that.
SLACK_MS = 86_400_000


def append(db: Connection, rows: Sequence[JournalRow], others: Sequence[Happening] = ()) -> None:
    """Add applied records and other lines."""
    insert(db, journal, [astuple(row) for row in rows])
    insert(db, happenings, [astuple(row) for row in others])


def read(db: Connection, since_ms: int | None = None) -> Iterator[JournalRow]:
    """All records, oldest first; with ``since_ms`` those received since, and some of a day before."""
    t = journal.c
    after = 0 if since_ms is None else _before(db, since_ms - SLACK_MS)
    query = select(t.id, t.node, t.stream, t.n, t.received_ms, t.event_ms, t.unsure, t.body).order_by(t.id).limit(PIECE)
    while rows := db.execute(query.where(t.id > after)).all():
        after = rows[-1].id
        yield from (JournalRow(*row[1:]) for row in rows)


def read_happenings(db: Connection) -> Iterator[HappeningRow]:
    """All lines that are no record, oldest first."""
    t = happenings.c
    after = 0
    query = select(t.id, t.at_ms, t.line).order_by(t.id).limit(PIECE)
    while rows := db.execute(query.where(t.id > after)).all():
        after = rows[-1].id
        yield from (HappeningRow(*row[1:]) for row in rows)


def begin(db: Connection) -> int | None:
    """When the oldest line came; None without any."""
    first = ((journal.c.id, journal.c.received_ms), (happenings.c.id, happenings.c.at_ms))
    times = [db.execute(select(time).order_by(number).limit(1)).scalar() for number, time in first]
    return min((int(at_ms) for at_ms in times if at_ms is not None), default=None)


def _before(db: Connection, since_ms: int) -> int:
    """A number below that of the first record received at ``since_ms`` or later: rows lie in the order they came, so
    it is found by halving."""
    t = journal.c
    first, last = db.execute(select(func.min(t.id), func.max(t.id))).one()
    low, high = (first or 1) - 1, last or 0
    while low < high:
        middle = (low + high + 1) // 2
        row = db.execute(select(t.received_ms).where(t.id >= middle).order_by(t.id).limit(1)).scalar()
        low, high = (middle, high) if row is not None and row < since_ms else (low, middle - 1)
    return low


def sweep(db: Connection, before_ms: int) -> int:
    """Forget one piece of what is older than ``before_ms``; how many rows that was.

    Rows lie in the order they came, so only the oldest are looked at: an index on their time would cost each reading.
    """
    return _sweep(db, journal, journal.c.received_ms, before_ms) + _sweep(db, happenings, happenings.c.at_ms, before_ms)


def _sweep(db: Connection, table: Table, time: ColumnElement[int], before_ms: int) -> int:
    oldest = select(table.c.id, time.label("at_ms")).order_by(table.c.id).limit(PIECE)
    ids = [row.id for row in db.execute(oldest) if row.at_ms < before_ms]
    if ids:
        db.execute(delete(table).where(table.c.id.in_(ids)))
    return len(ids)
