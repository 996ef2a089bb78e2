"""What people asked for: rows that the dashboard writes and the gateway applies."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select, update

from gateway.store import audit
from gateway.store.batch import InputDone
from gateway.store.rows import InputRow
from gateway.store.schema import inputs
from gateway.store.sql import Conflict

_COLUMNS = (
    inputs.c.id,
    inputs.c.kind,
    inputs.c.payload,
    inputs.c.by,
    inputs.c.expected_version,
    inputs.c.added_ms,
    inputs.c.status,
    inputs.c.reason,
)
_WAITING = inputs.c.status == "waiting"
_MARK = (
    update(inputs)
    .where(inputs.c.id == bindparam("of"), _WAITING)
    .values(status=bindparam("new_status"), reason=bindparam("new_reason"))
)


def add(db: Connection, kind: str, payload: bytes, by: str, expected_version: int | None, at_ms: int) -> int:
    """A new waiting input; its id."""
    values = {
        "kind": kind,
        "payload": payload,
        "by": by,
        "expected_version": expected_version,
        "added_ms": at_ms,
        "status": "waiting",
    }
    key = db.execute(inputs.insert().values(values)).inserted_primary_key
    assert key is not None  # noqa: S101  # narrows for mypy: an insert of one row has its key
    return int(key[0])


def waiting(db: Connection, limit: int) -> list[InputRow]:
    """Not yet applied, oldest first; not the trials of channels, which the senders answer."""
    query = select(*_COLUMNS).where(_WAITING, inputs.c.kind != "channel_test").order_by(inputs.c.id).limit(limit)
    return [InputRow(*row) for row in db.execute(query)]


def one(db: Connection, id_: int) -> InputRow | None:
    """One input."""
    row = db.execute(select(*_COLUMNS).where(inputs.c.id == id_)).one_or_none()
    return InputRow(*row) if row else None


def mark(db: Connection, done: Sequence[InputDone], at_ms: int) -> None:
    """Say what became of inputs, each with its line in the audit log; raises :class:`Conflict` if another worker has
    already."""
    marks = [{"of": item.id, "new_status": item.status, "new_reason": item.reason} for item in done]
    if marks and db.execute(_MARK, marks).rowcount != len(marks):
        raise Conflict("an input was applied by another worker")
    for item in done:
        row = one(db, item.id)
        if row is not None:
            audit.asked(db, row, item, at_ms)
