"""What people were told, and which fault it spoke of."""

from sqlalchemy import Connection, select

from gateway.store import episodes
from gateway.store.batch import MessageWrite
from gateway.store.rows import MessageRow
from gateway.store.schema import messages
from gateway.store.sql import insert


def write(db: Connection, item: MessageWrite) -> str | None:
    """Add one; the number it speaks of: the open fault (asset, code) without a cause, else the newest such."""
    row = episodes.newest(db, item.asset, item.code, None)
    number = None if row is None else str(row.id)
    insert(db, messages, [(item.kind, item.asset, item.code, item.at_ms, number)])
    return number


def read(db: Connection, fault: str | None, after: int, limit: int) -> list[MessageRow]:
    """In the order they were written, those numbered above ``after``."""
    t = messages.c
    query = select(t.id, t.kind, t.asset, t.code, t.at_ms, t.fault).where(t.id > after).order_by(t.id).limit(limit)
    if fault is not None:
        query = query.where(t.fault == fault)
    return [MessageRow(*row) for row in db.execute(query)]
