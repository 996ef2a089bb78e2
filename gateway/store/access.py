"""Accounts, one-time links and sessions. Only hashes of tokens are here. Tokens of programs: ``tokens``."""

from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from gateway.store import changes
from gateway.store.access_rows import Account, Invite, NewAccount, NewInvite, NewSession, Session
from gateway.store.schema_access import accounts, invites, sessions, tokens

_A = accounts.c
# A session's number for people: enough of its hash to tell it from others, and useless to sign in with.
ID_LENGTH = 16


def account_of(found: Any) -> Account:
    """A row of the table as a value."""
    return Account(
        found.id,
        found.name,
        found.role,
        found.display,
        tuple(found.areas.split()),
        found.person,
        found.password is not None,
        found.added_ms,
        found.ended_ms,
    )


def every(db: Connection) -> list[Account]:
    """All accounts, also those that have ended, in the order they were made."""
    return [account_of(found) for found in db.execute(select(*accounts.columns).order_by(_A.id))]


def one(db: Connection, number: int) -> Account | None:
    """One account."""
    found = db.execute(select(*accounts.columns).where(_A.id == number)).one_or_none()
    return account_of(found) if found else None


def secret(db: Connection, name: str) -> tuple[Account, str | None] | None:
    """The account of ``name`` that has not ended, and the hash of its password."""
    found = db.execute(select(*accounts.columns).where(_A.name == name, _A.ended_ms.is_(None))).one_or_none()
    return (account_of(found), found.password) if found else None


def has_admin(db: Connection) -> bool:
    """Whether anybody may make accounts."""
    query = select(_A.id).where(_A.role == "admin", _A.ended_ms.is_(None)).limit(1)
    return db.execute(query).first() is not None


def add(db: Connection, new: NewAccount, now_ms: int) -> Account | None:
    """A new account; None if its name is taken, also by one that has ended: the audit log knows people by it."""
    if db.execute(select(_A.id).where(_A.name == new.name)).first() is not None:
        return None
    number = _next(db)
    db.execute(accounts.insert(), {"id": number, "added_ms": now_ms, **_values(new), "password": new.password})
    return one(db, number)


def change(db: Connection, number: int, to: NewAccount, now_ms: int) -> None:
    """Give it another role, area, names; with a password the sessions of before end."""
    db.execute(update(accounts).where(_A.id == number).values(**_values(to)))
    if to.password is not None:
        db.execute(update(accounts).where(_A.id == number).values(password=to.password))
        db.execute(delete(sessions).where(sessions.c.account == number))
    changes.accessed(db, number, now_ms)


def end(db: Connection, number: int, now_ms: int) -> None:
    """Nobody signs in by it any more: its sessions, its tokens and its links go at once."""
    db.execute(update(accounts).where(_A.id == number, _A.ended_ms.is_(None)).values(ended_ms=now_ms, password=None))
    for table in (sessions, tokens, invites):
        db.execute(delete(table).where(table.c.account == number))
    changes.accessed(db, number, now_ms)


def _values(new: NewAccount) -> dict[str, object]:
    areas = " ".join(new.areas)
    return {"name": new.name, "role": new.role, "display": new.display, "areas": areas, "person": new.person}


def _next(db: Connection) -> int:
    return int(db.execute(select(func.coalesce(func.max(_A.id), 0))).scalar_one()) + 1


def create_invite(db: Connection, new: NewInvite) -> None:
    """A one-time link; of one account, and for setting up, only the newest counts."""
    t = invites.c
    older = t.kind == "set_up" if new.kind == "set_up" else t.account == new.account
    if new.kind == "set_up" or new.account is not None:
        db.execute(delete(invites).where(older, t.redeemed_ms.is_(None)))
    row = {name: getattr(new, name) for name in new.__struct_fields__}
    db.execute(invites.insert(), {**row, "areas": " ".join(new.areas)})


def invite(db: Connection, token_hash: str, now_ms: int) -> Invite | None:
    """A link that still counts. One for setting up counts only while there is no administrator."""
    t = invites.c
    fits = (t.token_hash == token_hash) & t.redeemed_ms.is_(None) & (t.expires_ms > now_ms)
    row = db.execute(select(t.role, t.expires_ms, t.kind, t.areas, t.account).where(fits)).one_or_none()
    if row is None or (row.kind == "set_up" and has_admin(db)):
        return None
    whose = None if row.account is None else one(db, row.account)
    return Invite(row.role if whose is None else whose.role, row.expires_ms, row.kind, tuple(row.areas.split()), whose)


def redeem(
    db: Connection, token_hash: str, now_ms: int, name: str | None = None, password: str | None = None
) -> Account | None:
    """Use a link up; its condition is in the statement, so of two at once one gets nothing.

    ``name``: what a new account is called, ROLE-NUMBER by default. None also when that is taken: then the link stays.
    """
    found = invite(db, token_hash, now_ms)
    if found is None:
        return None
    account = found.account
    if account is None:
        called = name or f"{found.role}-{_next(db)}"
        account = add(db, NewAccount(called, found.role, areas=found.areas, password=password), now_ms)
    elif password is not None:
        same = NewAccount(account.name, account.role, account.display, account.areas, account.person, password)
        change(db, account.id, same, now_ms)
    t = invites.c
    use = update(invites).where(t.token_hash == token_hash, t.redeemed_ms.is_(None)).values(redeemed_ms=now_ms)
    return account if account is not None and db.execute(use).rowcount == 1 else None


def create_session(db: Connection, new: NewSession) -> None:
    """A new session; what has expired goes."""
    db.execute(delete(sessions).where(sessions.c.expires_ms <= new.added_ms))
    row = {name: getattr(new, name) for name in new.__struct_fields__}
    db.execute(sessions.insert(), {**row, "seen_ms": new.added_ms})


def session(db: Connection, token_hash: str, now_ms: int) -> Session | None:
    """A session that has not ended, of an account that has not either."""
    s = sessions.c
    query = _joined().where(s.token_hash == token_hash, s.expires_ms > now_ms, _A.ended_ms.is_(None))
    row = db.execute(query).one_or_none()
    return _session(row) if row else None


def sessions_of(db: Connection, account: int, now_ms: int) -> list[Session]:
    """An account's sessions, the newest first."""
    s = sessions.c
    query = _joined().where(s.account == account, s.expires_ms > now_ms).order_by(s.added_ms.desc(), s.token_hash)
    return [_session(row) for row in db.execute(query)]


def last_seen(db: Connection) -> dict[int, int]:
    """When each account was last active, of those that are signed in somewhere."""
    s = sessions.c
    query = select(s.account, func.max(func.coalesce(s.seen_ms, s.added_ms)).label("at_ms")).group_by(s.account)
    return {row.account: row.at_ms for row in db.execute(query)}


def touch(db: Connection, token_hash: str, now_ms: int) -> None:
    """Somebody used it."""
    db.execute(update(sessions).where(sessions.c.token_hash == token_hash).values(seen_ms=now_ms))


def end_session(db: Connection, token_hash: str) -> None:
    """Sign out."""
    db.execute(delete(sessions).where(sessions.c.token_hash == token_hash))


def end_session_of(db: Connection, account: int, number: str, now_ms: int) -> bool:
    """End a session by its number; False if that account has none such."""
    s = sessions.c
    ended = db.execute(delete(sessions).where(s.account == account, func.substr(s.token_hash, 1, ID_LENGTH) == number))
    changes.accessed(db, account, now_ms)
    return bool(ended.rowcount)


def _joined() -> Any:
    s = sessions.c
    mine = (s.token_hash, s.kind, s.expires_ms, s.added_ms.label("begun_ms"), s.seen_ms, s.agent)
    return select(*accounts.columns, *mine).join_from(sessions, accounts, s.account == _A.id)


def _session(row: Any) -> Session:
    account = account_of(row)
    return Session(
        account,
        row.kind,
        row.expires_ms,
        row.token_hash[:ID_LENGTH],
        account.role,
        account.areas,
        added_ms=row.begun_ms,
        seen_ms=row.seen_ms,
        agent=row.agent,
    )
