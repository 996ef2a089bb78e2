"""Bad input, counted by reason and node, with the newest sample of each."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select, update

from gateway.store.batch import Bad
from gateway.store.rows import CounterRow
from gateway.store.schema import counters
from gateway.store.sql import insert

SAMPLE_CHARS = 500
_MORE = (
    update(counters)
    .where(counters.c.reason == bindparam("of_reason"), counters.c.node == bindparam("of_node"))
    .values(count=counters.c.count + bindparam("more"), last_ms=bindparam("now"), sample=bindparam("newest"))
)


def add(db: Connection, bad: Sequence[Bad], at_ms: int) -> None:
    """Count."""
    for item in bad:
        sample = item.sample[:SAMPLE_CHARS]
        more = {"of_reason": item.reason, "of_node": item.node, "more": item.count, "now": at_ms, "newest": sample}
        if not db.execute(_MORE, more).rowcount:
            insert(db, counters, [(item.reason, item.node, item.count, at_ms, sample)])


def read(db: Connection) -> list[CounterRow]:
    """All counters."""
    t = counters.c
    query = select(t.reason, t.node, t.count, t.last_ms, t.sample).order_by(t.reason, t.node)
    return [CounterRow(*row) for row in db.execute(query)]
