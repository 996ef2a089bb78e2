"""Links that were used up: each takes a fault on once. Only hashes are here, and only until the links end anyway."""

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from gateway.store.schema import used_links


def use(db: Connection, token_hash: str, fault: str, now_ms: int, expires_ms: int) -> bool:
    """Use a link up; of two who do so at once the second gets False. What has ended goes."""
    db.execute(delete(used_links).where(used_links.c.expires_ms <= now_ms))
    insert = postgresql.insert if db.dialect.name == "postgresql" else sqlite.insert
    row = {"token_hash": token_hash, "fault": fault, "used_ms": now_ms, "expires_ms": expires_ms}
    return db.execute(insert(used_links).values(row).on_conflict_do_nothing()).rowcount == 1


def used(db: Connection, token_hash: str) -> bool:
    """Whether it was used up."""
    return db.execute(select(used_links.c.fault).where(used_links.c.token_hash == token_hash)).first() is not None
