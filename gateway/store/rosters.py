"""Rosters as they were loaded; the newest is the one that counts."""

from sqlalchemy import Connection, delete, select

from gateway.store.rows import RosterRow
from gateway.store.schema import rosters

KEEP = 20
_T = rosters.c


def load(db: Connection, by: str, body: bytes, at_ms: int) -> int:
    """Store a new version and forget those that are too old; its number."""
    drawn = rosters.insert().values(loaded_ms=at_ms, by=by, body=body).returning(_T.version)
    version = int(db.execute(drawn).scalar_one())
    db.execute(delete(rosters).where(_T.version <= version - KEEP))
    return version


def newest(db: Connection) -> RosterRow | None:
    """The newest version; None if none was ever loaded."""
    row = db.execute(select(*rosters.columns).order_by(_T.version.desc()).limit(1)).one_or_none()
    return None if row is None else RosterRow(*row)
