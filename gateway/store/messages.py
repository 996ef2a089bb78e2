"""What people were told, and which fault it spoke of."""

from sqlalchemy import Connection, or_, select

from gateway.store import episodes
from gateway.store.access_rows import Area
from gateway.store.batch import MessageWrite
from gateway.store.faults import within
from gateway.store.rows import MessageRow
from gateway.store.schema import faults, messages
from gateway.store.wanted import MessagesWanted


def write(db: Connection, item: MessageWrite) -> MessageRow:
    """Add one; it speaks of the open fault (asset, code) without a cause, else the newest such."""
    row = episodes.newest(db, item.asset, item.code, None)
    number = None if row is None else str(row.id)
    values = {"kind": item.kind, "asset": item.asset, "code": item.code, "at_ms": item.at_ms, "fault": number}
    key = db.execute(messages.insert(), values).inserted_primary_key
    assert key is not None  # noqa: S101  # narrows for mypy: an insert of one row has its key
    return MessageRow(key[0], item.kind, item.asset, item.code, item.at_ms, number)


def read(db: Connection, after: int, limit: int, area: Area | None, wanted: MessagesWanted) -> list[MessageRow]:
    """In the order they were written, those numbered above ``after``."""
    t = messages.c
    query = select(t.id, t.kind, t.asset, t.code, t.at_ms, t.fault).where(t.id > after, wanted.condition())
    if area is not None:
        there = select(faults.c.id).where(within(area))
        query = query.where(or_(t.asset.in_(sorted(area.assets)), t.fault.in_(there)))
    return [MessageRow(*row) for row in db.execute(query.order_by(t.id).limit(limit))]
