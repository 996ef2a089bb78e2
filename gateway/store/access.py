"""Accounts, invites and sessions. Only hashes of tokens are here."""

from sqlalchemy import Connection, delete, func, select, update

from gateway.store.rows import Account, Invite, Session, SessionKind
from gateway.store.schema import accounts, invites, sessions


def create_invite(db: Connection, token_hash: str, role: str, expires_ms: int) -> None:
    """A link for one new account."""
    db.execute(invites.insert(), {"token_hash": token_hash, "role": role, "expires_ms": expires_ms})


def invite(db: Connection, token_hash: str, now_ms: int) -> Invite | None:
    """A link that still counts."""
    t = invites.c
    fits = (t.token_hash == token_hash) & t.redeemed_ms.is_(None) & (t.expires_ms > now_ms)
    row = db.execute(select(t.role, t.expires_ms).where(fits)).one_or_none()
    return Invite(*row) if row else None


def redeem(db: Connection, token_hash: str, now_ms: int) -> Account | None:
    """Use a link up; its condition is in the statement, so of two at once one gets nothing."""
    found = invite(db, token_hash, now_ms)
    t = invites.c
    use = update(invites).where(t.token_hash == token_hash, t.redeemed_ms.is_(None)).values(redeemed_ms=now_ms)
    if found is None or db.execute(use).rowcount != 1:
        return None
    number = db.execute(select(func.coalesce(func.max(accounts.c.id), 0))).scalar_one() + 1
    account = Account(number, f"{found.role}-{number}", found.role)
    db.execute(accounts.insert(), {"id": number, "name": account.name, "role": account.role, "added_ms": now_ms})
    return account


def create_session(
    db: Connection, token_hash: str, account: int, kind: SessionKind, now_ms: int, expires_ms: int
) -> None:
    """A new session; what has expired goes."""
    db.execute(delete(sessions).where(sessions.c.expires_ms <= now_ms))
    row = {"token_hash": token_hash, "kind": kind, "account": account, "added_ms": now_ms, "expires_ms": expires_ms}
    db.execute(sessions.insert(), row)


def session(db: Connection, token_hash: str, now_ms: int) -> Session | None:
    """A session that has not ended."""
    s, a = sessions.c, accounts.c
    query = (
        select(a.id, a.name, a.role, s.kind, s.expires_ms)
        .join_from(sessions, accounts, s.account == a.id)
        .where(s.token_hash == token_hash, s.expires_ms > now_ms)
    )
    row = db.execute(query).one_or_none()
    return Session(Account(row.id, row.name, row.role), row.kind, row.expires_ms) if row else None


def end_session(db: Connection, token_hash: str) -> None:
    """Sign out."""
    db.execute(delete(sessions).where(sessions.c.token_hash == token_hash))
