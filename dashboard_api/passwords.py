"""Passwords: argon2id, a few at a time. One check takes about 0.2 CPU-seconds and 64 MiB, so that guessing is dear; a
crowd that signs in at once must not take the machine's memory with it.
"""

import asyncio
import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeVar

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from dashboard_api.problems import Problem

AT_ONCE, WAITING = 2, 20
SHORTEST, LONGEST = 10, 128
T = TypeVar("T")


@cache
def _hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(),))


@cache
def _nobodys() -> str:
    """The hash that a password is held against where there is none: the answer must not come sooner."""
    return _hasher().hash("nobody has this password")


@cache
def _common() -> frozenset[str]:
    return frozenset(Path(__file__).with_name("common_passwords.txt").read_text(encoding="utf-8").split())


def wrong(password: str, name: str = "") -> str | None:
    """Why a new password will not do, as a word; None = it will. Length counts, not which signs it is made of."""
    if len(password) < SHORTEST:
        return "password_short"
    if len(password) > LONGEST:
        return "password_long"
    folded = password.casefold()
    if folded in _common() or len(set(folded)) < 5 or (name and name.casefold() in folded):
        return "password_common"
    return None


class Passwords:
    """Makes and checks hashes, :data:`AT_ONCE` at a time; :data:`WAITING` may wait, more are sent away."""

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def hash(self, password: str) -> str:
        """What is stored. Raises :class:`Problem` 503 when too many wait."""
        return await self._in_turn(lambda: _hasher().hash(_same(password)))

    async def fits(self, password: str, hashed: str | None) -> bool:
        """Whether it is the one; takes as long where there is none. Raises :class:`Problem` 503 when too many wait."""
        found = await self._in_turn(lambda: _hasher().verify(_same(password[:LONGEST]), hashed or _nobodys()))
        return found and hashed is not None

    async def _in_turn(self, work: Callable[[], T]) -> T:
        if self._waiting >= WAITING:
            detail = "too many people sign in just now; try again in a few seconds"
            raise Problem(503, detail, reason="busy", headers={"Retry-After": "5"})
        self._waiting += 1
        try:
            async with self._turns:
                return await asyncio.to_thread(work)
        finally:
            self._waiting -= 1


def _same(password: str) -> str:
    """The same signs typed on another keyboard are the same password."""
    return unicodedata.normalize("NFKC", password)
