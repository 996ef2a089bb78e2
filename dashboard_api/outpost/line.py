"""One signed call to the front, over a connection that is kept. Used by two threads at once."""

import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any

import msgspec
import structlog
import urllib3

from dashboard_api import exchange
from dashboard_api.exchange import MAC, Answer, Call, Heard
from dashboard_api.settings import FrontLink

CONNECT_S, READ_S = 10.0, 15.0
REMEMBERED = 8
log = structlog.get_logger()


class Unreached(Exception):
    """The front did not answer, or not as it should; says what to look at."""


class Line:
    """Numbers and signs calls. ``start_ms``: when this box started; the front takes none of an earlier start."""

    def __init__(self, link: FrontLink, start_ms: int) -> None:
        self._url = link.url + exchange.PATH
        self._key = link.key.get_secret_value().encode()
        trust: dict[str, Any] = {} if link.ca is None else {"ca_certs": str(Path(link.ca))}
        self._pool = urllib3.PoolManager(maxsize=2, retries=False, **trust)
        self._start, self._number, self._taken = start_ms, 0, False
        self._lock = threading.Lock()
        self._front_has = b""
        self._said: OrderedDict[str, bytes] = OrderedDict()

    @property
    def front_has(self) -> bytes:
        """The look that the front said it has."""
        return self._front_has

    def call(self, now_ms: int, look: bytes, wait_s: float, answers: tuple[Answer, ...]) -> Heard:
        """Say ``look`` if the front has another, and ``answers``; what is asked. Raises :class:`Unreached`."""
        base = self._front_has
        news = exchange.SAME if look == base else msgspec.Raw(look)
        body = exchange.packed(Call(now_ms, wait_s, news, answers), base)
        with self._lock:
            self._said[exchange.digest(look)] = look
            self._said.move_to_end(exchange.digest(look))
            while len(self._said) > REMEMBERED:
                self._said.popitem(last=False)
            self._number += 1
            start, number = self._start, self._number
        heard = self._send(start, number, body, exchange.digest(base), wait_s)
        # Another call may have said something newer meanwhile: what the front says it has is what counts.
        self._front_has = self._said.get(heard.base, b"")
        return heard

    def _send(self, start: int, number: int, body: bytes, base: str, wait_s: float) -> Heard:
        headers = exchange.signed(self._key, start, number, base, body)
        limits = urllib3.Timeout(connect=CONNECT_S, read=wait_s + READ_S)
        try:
            answer = self._pool.request("POST", self._url, body=body, headers=headers, timeout=limits, redirect=False)
        except urllib3.exceptions.HTTPError as error:
            raise Unreached(type(error).__name__) from error
        if answer.status != 200:
            raise self._refused(answer.status, answer.data)
        if not exchange.same(answer.headers.get(MAC, ""), exchange.seal(self._key, start, number, answer.data)):
            raise Unreached("the answer is not signed with the key: is this the front?")
        try:
            heard = msgspec.json.decode(answer.data, type=Heard)
        except msgspec.DecodeError as error:
            raise Unreached("the answer cannot be read: front and box must be of the same version") from error
        self._taken = True
        return heard

    def _refused(self, status: int, body: bytes) -> Unreached:
        try:
            said = msgspec.json.decode(body)
            reason, newest = str(said["reason"]), int(said["newest"])
        except (msgspec.DecodeError, KeyError, TypeError, ValueError):
            reason, newest = "", 0
        if reason == "base":
            self._front_has = b""
        if reason == "start" and not self._taken:
            # This machine's clock was ahead once, or is behind now.
            self._start = newest + 1
        words = {
            "key": "the key is another than the front's",
            "start": "another box calls this front, or this one was started before",
            "wire": "front and box must be of the same version",
            "base": "the front has lost what it was told; it is told again",
        }
        return Unreached(words.get(reason, f"answered {status}"))
