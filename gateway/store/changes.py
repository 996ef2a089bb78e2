"""The counter of changes that browsers follow: a number for each device or fault that a transaction touched, and for
each target whose windows it changed."""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, delete, func, select

from gateway.store.rows import ChangeRow, LiveRow
from gateway.store.schema import changes
from gateway.store.sql import insert

# A browser that missed more than these reads the lists anew.
KEPT = 50_000
# One sweep in so many transactions.
SWEEP_EVERY = 100


def append(
    db: Connection, moved: Sequence[LiveRow], faults: Collection[str], windows: Collection[str], at_ms: int
) -> None:
    """One change for each device, each fault, and each target of a window."""
    rows: list[tuple[object, ...]] = [("device", r.device, r.node, r.stream, r.n, at_ms) for r in moved]
    rows += [("fault", fault, None, None, None, at_ms) for fault in faults]
    rows += [("window", target, None, None, None, at_ms) for target in windows]
    insert(db, changes, rows)


def accessed(db: Connection, account: int, at_ms: int) -> None:
    """One change for an account whose sessions are to be looked at anew."""
    insert(db, changes, [("access", str(account), None, None, None, at_ms)])


def commanded(db: Connection, devices: Collection[str], at_ms: int) -> None:
    """One change for each device whose commands have moved on."""
    insert(db, changes, [("command", device, None, None, None, at_ms) for device in devices])


def sweep(db: Connection) -> None:
    """Forget what is older than the newest :data:`KEPT`."""
    db.execute(delete(changes).where(changes.c.seq <= newest(db) - KEPT))


def newest(db: Connection) -> int:
    """The newest number; 0 without any."""
    return db.execute(select(func.max(changes.c.seq))).scalar_one() or 0


def after(db: Connection, seq: int, limit: int) -> list[ChangeRow]:
    """Changes above ``seq``, oldest first."""
    query = select(*changes.columns).where(changes.c.seq > seq).order_by(changes.c.seq).limit(limit)
    return [ChangeRow(*row) for row in db.execute(query)]
