"""Tokens of programs: named, scoped, revocable. Only their hashes are here."""

from typing import Any

from sqlalchemy import Connection, delete, func, or_, select, update

from gateway.store import changes
from gateway.store.access import ID_LENGTH, account_of
from gateway.store.access_rows import NewToken, Session
from gateway.store.schema_access import accounts, tokens

_A, _T = accounts.c, tokens.c
# "For ever", where a moment is needed.
NEVER_MS = 2**53


def add(db: Connection, new: NewToken) -> None:
    """A new one."""
    row = {name: getattr(new, name) for name in new.__struct_fields__}
    db.execute(tokens.insert(), {**row, "areas": " ".join(new.areas)})


def one(db: Connection, token_hash: str, now_ms: int) -> Session | None:
    """A token that counts: not over, and whose account has not ended."""
    row = db.execute(_joined(now_ms).where(_T.token_hash == token_hash, _A.ended_ms.is_(None))).one_or_none()
    return _session(row) if row else None


def every(db: Connection, now_ms: int) -> list[Session]:
    """All that count, the newest first."""
    return [_session(row) for row in db.execute(_joined(now_ms).order_by(_T.added_ms.desc(), _T.token_hash))]


def touch(db: Connection, token_hash: str, now_ms: int) -> None:
    """Somebody used it."""
    db.execute(update(tokens).where(_T.token_hash == token_hash).values(seen_ms=now_ms))


def revoke(db: Connection, number: str, now_ms: int) -> Session | None:
    """End one by its number, and say which that was; None: there is none such."""
    found = db.execute(_joined(now_ms).where(func.substr(_T.token_hash, 1, ID_LENGTH) == number)).one_or_none()
    if found is None:
        return None
    db.execute(delete(tokens).where(_T.token_hash == found.token_hash))
    changes.accessed(db, found.id, now_ms)
    return _session(found)


def _joined(now_ms: int) -> Any:
    mine = (
        _T.token_hash,
        _T.name.label("called"),
        _T.role.label("acts_as"),
        _T.scope,
        _T.areas.label("within"),
        _T.added_ms.label("begun_ms"),
        _T.expires_ms,
        _T.seen_ms,
    )
    counts = or_(_T.expires_ms.is_(None), _T.expires_ms > now_ms)
    return select(*accounts.columns, *mine).join_from(tokens, accounts, _T.account == _A.id).where(counts)


def _session(row: Any) -> Session:
    return Session(
        account_of(row),
        "bearer",
        NEVER_MS if row.expires_ms is None else row.expires_ms,
        row.token_hash[:ID_LENGTH],
        row.acts_as,
        tuple(row.within.split()),
        row.scope,
        row.called,
        row.begun_ms,
        row.seen_ms,
    )
