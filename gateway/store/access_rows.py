"""What the store takes and gives of people who sign in. Tokens come as hashes only."""

from typing import Literal

from msgspec import Struct

SessionKind = Literal["cookie", "bearer"]
# ``set_up``: the link that a first start prints; it makes the first administrator.
InviteKind = Literal["invite", "set_up"]
# ``wall``: a screen of the safety centre, which sees the wall and nothing else.
Scope = Literal["read", "write", "wall"]
# Among an account's areas: everything.
VILLAGE = "*"


class Area(Struct, frozen=True):
    """A part of the village: ``junctions``, and ``assets``, the ids of whatever stands there or reaches into it."""

    junctions: frozenset[str]
    assets: frozenset[str]


class Account(Struct, frozen=True):
    """Somebody who signs in. ``areas``: ids of grids and junctions, or ``*``; none = sees nothing.

    ``display``: what others call them, "" = by ``name``; ``person``: who they are in the roster; ``has_password``: of
    the hash nothing leaves but this.
    """

    id: int
    name: str
    role: str
    display: str = ""
    areas: tuple[str, ...] = ()
    person: str | None = None
    has_password: bool = False
    added_ms: int = 0
    ended_ms: int | None = None


class NewAccount(Struct, frozen=True):
    """What an account is made of, or what it is changed to; ``password``: a hash, None leaves the one there is."""

    name: str
    role: str
    display: str = ""
    areas: tuple[str, ...] = ()
    person: str | None = None
    password: str | None = None


class Session(Struct, frozen=True):
    """A live session, or a token of a program: its account, how it is presented, when it ends.

    ``role`` and ``areas`` are the account's; a token has its own, and a ``name`` and ``scope``. ``id``: the beginning
    of the hash, to name it by. ``agent``: the browser's word of itself.
    """

    account: Account
    kind: SessionKind
    expires_ms: int
    id: str = ""
    role: str = ""
    areas: tuple[str, ...] = ()
    scope: Scope = "write"
    name: str = ""
    added_ms: int = 0
    seen_ms: int | None = None
    agent: str = ""


class Invite(Struct, frozen=True):
    """A one-time link that can still be redeemed; ``account``: the one that it is for, None = it makes a new one."""

    role: str
    expires_ms: int
    kind: InviteKind = "invite"
    areas: tuple[str, ...] = ()
    account: Account | None = None


class NewInvite(Struct, frozen=True):
    """A one-time link, for ``account`` or for a new one of ``role``."""

    token_hash: str
    role: str
    expires_ms: int
    areas: tuple[str, ...] = (VILLAGE,)
    account: int | None = None
    kind: InviteKind = "invite"


class NewSession(Struct, frozen=True):
    """A session that begins."""

    token_hash: str
    account: int
    kind: SessionKind
    added_ms: int
    expires_ms: int
    agent: str = ""


class NewToken(Struct, frozen=True):
    """A token for a program, made by ``account``; ``expires_ms`` None: until it is revoked."""

    token_hash: str
    name: str
    account: int
    role: str
    scope: Scope
    areas: tuple[str, ...]
    added_ms: int
    expires_ms: int | None = None
