"""The server's login (Digest, RFC 2617 as most cameras have it), and its book of what was asked of it."""

import hashlib
import re
import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from demo.rtsp.messages import Reply, Request

_SAID = re.compile(r'(\w+)="?([^",]+)"?')


@dataclass
class Book:
    """``asked``: requests by method; ``failed_logins``: when; ``playing``: viewers now, ``most`` at once, by path."""

    asked: Counter[str] = field(default_factory=Counter)
    failed_logins: list[float] = field(default_factory=list)
    playing: Counter[str] = field(default_factory=Counter)
    most: Counter[str] = field(default_factory=Counter)

    def begins(self, path: str) -> None:
        """Somebody watches."""
        self.playing[path] += 1
        self.most[path] = max(self.most[path], self.playing[path])

    def ends(self, path: str) -> None:
        """And no more."""
        self.playing[path] -= 1


def _md5(*parts: str) -> str:
    return hashlib.md5(":".join(parts).encode(), usedforsecurity=False).hexdigest()


class Guard:
    """Lets in who knows ``login`` (``user:password``); everybody where there is none."""

    def __init__(self, login: str | None, now: Callable[[], float], book: Book) -> None:
        self.login = login
        self._now, self._book = now, book
        self._nonce = secrets.token_hex(8)

    def refuses(self, request: Request, *, always: bool) -> Reply | None:
        """The 401, where one is due. ``always``: whatever the login is."""
        if request.method == "OPTIONS" or (self.login is None and not always):
            return None
        said = request.headers.get("authorization", "")
        if said and not always and self._right(request.method, dict(_SAID.findall(said))):
            return None
        if said:
            self._book.failed_logins.append(self._now())
        return Reply(401, {"WWW-Authenticate": f'Digest realm="camera", nonce="{self._nonce}"'})

    def _right(self, method: str, said: dict[str, str]) -> bool:
        user, _, password = (self.login or "").partition(":")
        asked = _md5(method, said.get("uri", ""))
        right = _md5(_md5(user, "camera", password), self._nonce, asked)
        return (said.get("username"), said.get("response")) == (user, right)
