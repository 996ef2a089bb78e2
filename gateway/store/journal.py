"""The journal: every applied record as it came, in the order of application."""

from collections.abc import Iterator, Sequence

from msgspec.structs import astuple
from sqlalchemy import Connection, select

from gateway.store.rows import JournalRow
from gateway.store.schema import journal
from gateway.store.sql import insert

PIECE = 1000


def append(db: Connection, rows: Sequence[JournalRow]) -> None:
    """Add applied records."""
    insert(db, journal, [astuple(row) for row in rows])


def read(db: Connection) -> Iterator[JournalRow]:
    """All records, oldest first."""
    t = journal.c
    after = 0
    query = select(t.id, t.node, t.stream, t.n, t.received_ms, t.event_ms, t.unsure, t.body).order_by(t.id).limit(PIECE)
    while rows := db.execute(query.where(t.id > after)).all():
        after = rows[-1].id
        yield from (JournalRow(*row[1:]) for row in rows)
