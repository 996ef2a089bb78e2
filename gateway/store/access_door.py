"""The store's door for who may sign in. Tokens come and go as hashes; what is changed for others is audited with it."""

from sqlalchemy import Engine

from gateway.store import access, audit, tokens
from gateway.store.access_rows import Account, Invite, NewAccount, NewInvite, NewSession, NewToken, Session
from gateway.store.order_rows import Deed
from gateway.store.sql import transaction


class AccessDoor:
    """A part of :class:`~gateway.store.Store`; every method is one transaction. ``deed``: its line in the audit log."""

    _read: Engine
    _write: Engine

    # Accounts

    def accounts(self) -> list[Account]:
        """All, also those that have ended, in the order they were made."""
        with transaction(self._read) as db:
            return access.every(db)

    def account(self, number: int) -> Account | None:
        """One account."""
        with transaction(self._read) as db:
            return access.one(db, number)

    def secret(self, name: str) -> tuple[Account, str | None] | None:
        """The account of ``name`` and the hash of its password (None: it has none); None if nobody signs in so."""
        with transaction(self._read) as db:
            return access.secret(db, name)

    def has_admin(self) -> bool:
        """Whether there is an administrator."""
        with transaction(self._read) as db:
            return access.has_admin(db)

    def add_account(self, new: NewAccount, deed: Deed) -> Account | None:
        """A new account; None if its name is taken, also by one that has ended."""
        with transaction(self._write) as db:
            account = access.add(db, new, deed.at_ms)
            if account is not None:
                audit.append(db, deed)
            return account

    def change_account(self, number: int, to: NewAccount, deed: Deed) -> None:
        """Another role, area, name to show; with a password all its sessions end."""
        with transaction(self._write) as db:
            access.change(db, number, to, deed.at_ms)
            audit.append(db, deed)

    def end_account(self, number: int, deed: Deed) -> None:
        """Nobody signs in by it any more; its sessions, tokens and links end at once."""
        with transaction(self._write) as db:
            access.end(db, number, deed.at_ms)
            audit.append(db, deed)

    # One-time links

    def create_invite(self, new: NewInvite, deed: Deed | None = None) -> None:
        """A one-time link; of one account, and for setting up, only the newest counts."""
        with transaction(self._write) as db:
            access.create_invite(db, new)
            if deed is not None:
                audit.append(db, deed)

    def invite(self, token_hash: str, now_ms: int) -> Invite | None:
        """Whether a link can still be redeemed; changes nothing."""
        with transaction(self._read) as db:
            return access.invite(db, token_hash, now_ms)

    def redeem_invite(
        self, token_hash: str, now_ms: int, name: str | None = None, password: str | None = None
    ) -> Account | None:
        """Use a link up: its account, a new one if it is nobody's. None if it is unknown, used or too old, or if the
        ``name`` for a new account is taken; then nothing is changed."""
        with transaction(self._write) as db:
            account = access.redeem(db, token_hash, now_ms, name, password)
            if account is not None:
                audit.append(db, Deed(now_ms, account.name, account.role, "link used", account.name))
            return account

    # Sessions, and tokens of programs

    def create_session(self, new: NewSession) -> None:
        """Sign an account in; ends what has expired."""
        with transaction(self._write) as db:
            access.create_session(db, new)

    def session(self, token_hash: str, now_ms: int) -> Session | None:
        """The session or the program's token that a token stands for; None if it is unknown or over."""
        with transaction(self._read) as db:
            return access.session(db, token_hash, now_ms) or tokens.one(db, token_hash, now_ms)

    def touch_session(self, token_hash: str, now_ms: int) -> None:
        """Note that it was used."""
        with transaction(self._write) as db:
            access.touch(db, token_hash, now_ms)
            tokens.touch(db, token_hash, now_ms)

    def sessions_of(self, account: int, now_ms: int) -> list[Session]:
        """An account's sessions, the newest first."""
        with transaction(self._read) as db:
            return access.sessions_of(db, account, now_ms)

    def last_seen(self) -> dict[int, int]:
        """When each account was last active (Unix ms), of those that are signed in somewhere."""
        with transaction(self._read) as db:
            return access.last_seen(db)

    def end_session(self, token_hash: str) -> None:
        """Sign out."""
        with transaction(self._write) as db:
            access.end_session(db, token_hash)

    def end_session_of(self, account: int, number: str, deed: Deed) -> bool:
        """End a session by its number; False if that account has none such."""
        with transaction(self._write) as db:
            ended = access.end_session_of(db, account, number, deed.at_ms)
            if ended:
                audit.append(db, deed)
            return ended

    def add_token(self, new: NewToken, deed: Deed) -> None:
        """A token for a program."""
        with transaction(self._write) as db:
            tokens.add(db, new)
            audit.append(db, deed)

    def tokens(self, now_ms: int) -> list[Session]:
        """All tokens of programs that count, the newest first."""
        with transaction(self._read) as db:
            return tokens.every(db, now_ms)

    def revoke_token(self, number: str, deed: Deed) -> bool:
        """End one by its number, at once; False if there is none such."""
        with transaction(self._write) as db:
            ended = tokens.revoke(db, number, deed.at_ms) is not None
            if ended:
                audit.append(db, deed)
            return ended
