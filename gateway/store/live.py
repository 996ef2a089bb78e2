"""What is known of each device now, and what the engine remembers of each node."""

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from msgspec.structs import astuple
from sqlalchemy import Connection, Row, Select, delete, func, select

from gateway.store.rows import LiveRow, WatchRow
from gateway.store.schema import live
from gateway.store.schema import watches as watches_table
from gateway.store.sql import upsert

_encode = msgspec.json.Encoder().encode
_metrics = msgspec.json.Decoder(dict[str, float]).decode


def write(db: Connection, rows: Sequence[LiveRow]) -> None:
    """Overwrite the rows of these devices."""
    upsert(
        db,
        live,
        [
            (
                row.device,
                row.kind,
                row.junction,
                row.node,
                row.state,
                row.word,
                row.since_ms,
                row.seen_ms,
                " ".join(row.codes),
                _encode(row.metrics),
                row.stream,
                row.n,
            )
            for row in rows
        ],
    )


def write_watches(db: Connection, rows: Sequence[WatchRow]) -> None:
    """Overwrite what is remembered of these nodes."""
    upsert(db, watches_table, [astuple(row) for row in rows])


def forget(db: Connection, nodes: Sequence[str]) -> None:
    """Drop what is remembered of these nodes; their history stays."""
    if nodes:
        db.execute(delete(watches_table).where(watches_table.c.node.in_(nodes)))


def watches(db: Connection) -> list[WatchRow]:
    """What is remembered of every node."""
    t = watches_table.c
    return [WatchRow(*row) for row in db.execute(select(t.node, t.watch, t.memory))]


def read(db: Connection, kinds: Collection[str] | None) -> list[LiveRow]:
    """All devices by id, or those of ``kinds``."""
    query = _all() if kinds is None else _all().where(live.c.kind.in_(kinds))
    return [_row(row) for row in db.execute(query.order_by(live.c.device))]


def one(db: Connection, device: str) -> LiveRow | None:
    """One device."""
    row = db.execute(_all().where(live.c.device == device)).one_or_none()
    return _row(row) if row else None


def newest_ms(db: Connection) -> int | None:
    """The event time of the newest reading of all; None: there is none."""
    newest: int | None = db.execute(select(func.max(live.c.seen_ms))).scalar_one()
    return newest


def _all() -> Select[Any]:
    return select(*live.columns)


def _row(row: Row[Any]) -> LiveRow:
    return LiveRow(
        row.device,
        row.kind,
        row.junction,
        row.node,
        row.state,
        row.word,
        row.since_ms,
        row.seen_ms,
        tuple(row.codes.split()),
        _metrics(row.metrics),
        row.stream,
        row.n,
    )
