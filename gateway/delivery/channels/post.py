"""One HTTP request and what became of it. No redirect is followed: a letter goes where the settings say, or nowhere."""

import datetime as dt
import json
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from msgspec import Struct

from gateway.delivery.channels.base import ChannelError, Clock
from gateway.delivery.channels.common import HttpSettings
from gateway.delivery.channels.speech import quiet
from gateway.dispatch.words import Failed

LARGEST_ANSWER = 65_536
LONGEST_RETRY_S = 3_600.0
# Not now; every other 4xx says that this letter, or our settings, will never do.
_LATER = {408, 425, 429}
# A server that answers so did nothing; after any other 5xx nobody knows.
_NOTHING_DONE = {501, 503}


class Answer(Struct, frozen=True):
    """A whole answer: its status, its body, and the seconds after which to come again."""

    status: int
    body: bytes
    retry_after_s: float | None = None

    def json(self) -> dict[str, Any] | None:
        """The body, if it is a JSON object."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) else None


class Poster:
    """Posts, one connection a letter. Raises ChannelError for an authority that cannot be used."""

    def __init__(self, settings: HttpSettings, clock: Clock) -> None:
        import urllib3  # noqa: PLC0415  # 5 MiB, for those who have such a channel

        quiet("urllib3.connectionpool")
        if settings.ca is not None and not settings.ca.is_file():
            raise ChannelError(f"ca: {settings.ca} is not there: name a file this user can read")
        self._clock, self._read_s = clock, settings.read_s
        ca = str(settings.ca) if settings.ca else None
        timeout = urllib3.Timeout(connect=settings.connect_s, read=settings.read_s)
        if settings.proxy:
            self._pool: urllib3.PoolManager = urllib3.ProxyManager(settings.proxy, ca_certs=ca, timeout=timeout)
        else:
            self._pool = urllib3.PoolManager(ca_certs=ca, timeout=timeout)

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer | Failed:
        """The answer whatever its status, or why there is none."""
        from urllib3.exceptions import HTTPError  # noqa: PLC0415  # as above

        # A connection kept open may be cut just when the next letter goes, and that one's fate would be unknown.
        sent = {"Connection": "close", "User-Agent": "village-safety-monitor", **headers}
        try:
            response = self._pool.request(
                "POST", url, body=body, headers=sent, redirect=False, retries=False, preload_content=False
            )
            try:
                status, after = response.status, _seconds(response.headers.get("Retry-After"), self._clock.now_ms())
                return Answer(status, self._whole(response), after)
            finally:
                response.close()
        except (HTTPError, OSError) as error:
            return _broken(error)

    def _whole(self, response: Any) -> bytes:
        """The body, not longer than LARGEST_ANSWER and not longer under way than one answer may take."""
        until, body = self._clock.mono_s() + self._read_s, b""
        while len(body) < LARGEST_ANSWER and (part := response.read1(LARGEST_ANSWER)):
            body += part
            if self._clock.mono_s() > until:
                raise TimeoutError
        return body

    def close(self) -> None:
        """Give connections back."""
        self._pool.clear()


def _broken(error: Exception) -> Failed:
    """Why there is no answer, in our own words: the library's hold the address, and with it keys."""
    from urllib3 import exceptions as it  # noqa: PLC0415  # as above

    if isinstance(error, it.ProxyError):
        return Failed(True, "the proxy cannot be used; see `proxy`")
    if isinstance(error, it.SSLError):
        return Failed(True, "its certificate is not to be trusted, or TLS failed; see `ca`, and the clock")
    if isinstance(error, it.NameResolutionError):
        return Failed(True, "no name server knows its address")
    if isinstance(error, it.NewConnectionError):  # a kind of the next one
        return Failed(True, "connection refused, or no way there")
    if isinstance(error, it.ConnectTimeoutError):
        return Failed(True, "no connection in time")
    if isinstance(error, it.TimeoutError | TimeoutError):
        return Failed(True, "no answer in time", unknown=True)
    return Failed(True, "the connection broke before the answer", unknown=True)


def refused(answer: Answer) -> Failed | None:
    """What the status alone says; None for a 2xx, whose body decides."""
    status, words = answer.status, f"HTTP {answer.status}"
    if 200 <= status < 300:
        return None
    if status in _LATER or status >= 500:
        return Failed(True, words, answer.retry_after_s, unknown=status >= 500 and status not in _NOTHING_DONE)
    if 300 <= status < 400:
        return Failed(False, f"{words}: it points elsewhere, and no redirect is followed; set `url` to the new address")
    return Failed(False, words)


def _seconds(header: str | None, now_ms: int) -> float | None:
    """``Retry-After``: seconds, or a date."""
    if header is None:
        return None
    if header.strip().isdecimal():
        return min(float(header), LONGEST_RETRY_S)
    try:
        when = parsedate_to_datetime(header)
    except ValueError:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=dt.UTC)
    return min(max(when.timestamp() - now_ms / 1000, 0.0), LONGEST_RETRY_S)
