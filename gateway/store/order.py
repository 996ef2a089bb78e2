"""Order rows: where each card of each node stands, and what of it is lost."""

from collections.abc import Sequence

from msgspec.structs import astuple
from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.exc import IntegrityError

from gateway.store.rows import LostRange, NodeRow, StreamRow
from gateway.store.schema import lost_ranges, nodes, streams
from gateway.store.sql import Conflict, insert, upsert

_MOVE = (
    update(nodes)
    .where(nodes.c.node == bindparam("at_node"), nodes.c.version == bindparam("at_version"))
    .values(current=bindparam("to_current"), version=bindparam("to_version"))
)


def write(
    db: Connection, version: int, moved: Sequence[NodeRow], cards: Sequence[StreamRow], lost_now: Sequence[LostRange]
) -> None:
    """Move ``moved`` to ``version``, on condition that they still have the one given; raises :class:`Conflict`
    otherwise."""
    new = [(row.node, row.current, version) for row in moved if row.version == 0]
    try:
        insert(db, nodes, new)
    except IntegrityError as error:
        raise Conflict("a node that was new to this worker is known to the database") from error
    old = [
        {"at_node": row.node, "at_version": row.version, "to_current": row.current, "to_version": version}
        for row in moved
        if row.version
    ]
    if old and db.execute(_MOVE, old).rowcount != len(old):
        raise Conflict("a node's order rows were moved by another worker or a restore")
    upsert(db, streams, [astuple(card) for card in cards])
    insert(db, lost_ranges, [astuple(lost_range) for lost_range in lost_now])


def read(db: Connection) -> tuple[list[NodeRow], list[StreamRow]]:
    """All nodes and all cards."""
    columns = (streams.c.node, streams.c.stream, streams.c.done, streams.c.done_boot, streams.c.top)
    return (
        [NodeRow(*row) for row in db.execute(select(nodes.c.node, nodes.c.current, nodes.c.version))],
        [StreamRow(*row) for row in db.execute(select(*columns))],
    )


def lost(db: Connection) -> list[LostRange]:
    """All lost ranges, oldest first."""
    t = lost_ranges.c
    return [LostRange(*row) for row in db.execute(select(t.node, t.stream, t.first, t.last, t.found_ms).order_by(t.id))]
