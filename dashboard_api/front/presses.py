"""Presses of signed links that wait for the village, one file each: none is lost, and none is handed on as two.

A press keeps its file until a week after the village has answered; its token is wiped from it with the answer.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import msgspec
import structlog
from msgspec import Struct
from msgspec.structs import replace

from dashboard_api.exchange import Answer, Ask
from dashboard_api.front import files

KEPT_MS = 7 * 24 * 3600 * 1000
log = structlog.get_logger()


class Press(Struct, frozen=True):
    """One press. ``link`` names the token without telling it; ``status``: the village's answer, 0 = it waits."""

    number: int
    link: str
    token: str
    who: str
    lang: str
    large: bool
    address: str
    at_ms: int
    status: int = 0
    done_ms: int = 0

    @property
    def id(self) -> str:
        """The same wherever it is spoken of, and after any restart."""
        return f"press-{self.number}-{self.link}"

    @property
    def ask(self) -> Ask:
        """As the village is asked."""
        return Ask(self.id, self.token, self.who, self.lang, self.large, self.address)


class Full(Exception):
    """No more presses are taken now. ``reason``: a word for the page."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def name_of(token: str) -> str:
    """What stands for a link where the link itself must not."""
    return hashlib.sha256(token.encode()).hexdigest()[:32]


class Presses:
    """All presses of ``folder``. ``most``, ``most_each``: how many may wait, in all and of one address."""

    def __init__(self, folder: Path, most: int, most_each: int = 20) -> None:
        self._folder, self._most, self._most_each = folder, most, most_each
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = sorted(self._read(), key=lambda press: press.number)
        self._all = {press.id: press for press in found}
        self._last = max((press.number for press in found), default=0)

    def _read(self) -> Iterator[Press]:
        for path in self._folder.glob("*.json"):
            try:
                yield msgspec.json.decode(path.read_bytes(), type=Press)
            except (OSError, msgspec.DecodeError) as error:
                log.error("a press cannot be read", file=path.name, error=type(error).__name__)

    @property
    def waiting(self) -> list[Press]:
        """Those without an answer, in the order they came."""
        return [press for press in self._all.values() if not press.status]

    def of(self, token: str) -> list[Press]:
        """The presses of one link, the oldest first."""
        link = name_of(token)
        return [press for press in self._all.values() if press.link == link]

    def add(self, ask: Ask, now_ms: int) -> Press:
        """Write a press down; the same person's again is the same press. Raises :class:`Full`."""
        link, who = name_of(ask.token), ask.who or ""
        for press in self.of(ask.token):
            if press.who == who:
                return press
        waiting = self.waiting
        if len(waiting) >= self._most:
            raise Full("front_full")
        if sum(press.address == ask.address for press in waiting) >= self._most_each:
            raise Full("front_many")
        self._last += 1
        press = Press(self._last, link, ask.token, who, ask.lang, ask.large, ask.address, now_ms)
        self._put(press)
        return press

    def done(self, answer: Answer, now_ms: int) -> None:
        """The village has answered; once is enough."""
        press = self._all.get(answer.id)
        if press is not None and not press.status:
            self._put(replace(press, token="", address="", status=answer.status, done_ms=now_ms))

    def tidy(self, now_ms: int) -> None:
        """Forget what was answered long ago; the newest stays, so that its number is not used again."""
        for press in list(self._all.values()):
            if press.status and not 0 <= now_ms - press.done_ms < KEPT_MS and press.number != self._last:
                files.remove(self._file(press))
                del self._all[press.id]

    def _put(self, press: Press) -> None:
        files.write(self._file(press), msgspec.json.encode(press))
        self._all[press.id] = press

    def _file(self, press: Press) -> Path:
        return self._folder / f"{press.number:09}.json"
