"""Public answers are made once for everybody: kept while nothing changed, five seconds at most; 304 to who has them."""

import asyncio
import gzip
import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass

from fastapi import Request, Response

KEPT_MS = 5_000
# Older than this, an answer is made anew beforehand: whoever came at its end would wait for it.
FRESH_MS = 3_500
ENTRIES = 256


@dataclass(frozen=True, slots=True)
class Made:
    """One answer: its bytes, the same compressed, and their tag."""

    body: bytes
    zipped: bytes
    etag: str
    version: int
    at_ms: int


class Cache:
    """Answers by key. ``version`` is the store's change counter, so that a change is never hidden by the cache."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._made: dict[str, Made] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._making: dict[tuple[str, int], asyncio.Task[Made]] = {}

    def get(self, key: str, version: int, make: Callable[[], bytes]) -> Made:
        """The kept answer, or a new one; of many who ask at once one makes it."""
        with self._locks.setdefault(key, threading.Lock()):
            kept = self._kept(key, version)
            if kept is not None:
                return kept
            return self._make(key, version, make)

    async def soon(self, key: str, version: int, make: Callable[[], bytes]) -> Made:
        """The same for who must not wait here: what is kept comes at once, and one thread makes what is not."""
        kept = self._kept(key, version)
        if kept is None:
            return await asyncio.shield(self._begin(key, version, make))
        if self._clock() - kept.at_ms > FRESH_MS:
            _ = self._begin(key, version, make)
        return kept

    def _begin(self, key: str, version: int, make: Callable[[], bytes]) -> asyncio.Task[Made]:
        """The task that makes it: of many who ask at once, one begins it."""
        task = self._making.get((key, version))
        if task is None:
            task = asyncio.create_task(asyncio.to_thread(self._make, key, version, make))
            self._making[key, version] = task
            task.add_done_callback(lambda _: self._making.pop((key, version)))
            task.add_done_callback(_failed_unseen)
        return task

    def _make(self, key: str, version: int, make: Callable[[], bytes]) -> Made:
        at_ms, body = self._clock(), make()
        made = Made(body, gzip.compress(body, 9), tag(body), version, at_ms)
        if len(self._made) >= ENTRIES:
            self._made.clear()
        self._made[key] = made
        return made

    def _kept(self, key: str, version: int) -> Made | None:
        made = self._made.get(key)
        if made is None or made.version != version or not 0 <= self._clock() - made.at_ms < KEPT_MS:
            return None
        return made


def _failed_unseen(task: asyncio.Task[Made]) -> None:
    """Nobody may be waiting any more, or yet: whoever comes when it is due makes it and says what went wrong."""
    if not task.cancelled():
        task.exception()


def tag(body: bytes) -> str:
    """A weak validator: the same body compressed differently is the same answer."""
    return f'W/"{hashlib.sha256(body).hexdigest()[:20]}"'


def has(known: str, etag: str) -> bool:
    """Whether ``known``, an ``If-None-Match``, names ``etag``."""
    return not {etag, "*"}.isdisjoint(item.strip() for item in known.split(","))


def respond(request: Request, made: Made, media_type: str, cache_control: str) -> Response:
    """``made`` as an answer, or 304 if the client has it."""
    headers = {"ETag": made.etag, "Cache-Control": cache_control, "Vary": "Accept-Encoding"}
    if has(request.headers.get("if-none-match", ""), made.etag):
        return Response(status_code=304, headers=headers)
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(made.body, media_type=media_type, headers=headers)
    # Compressed once for all, not once for each.
    return Response(made.zipped, media_type=media_type, headers={**headers, "Content-Encoding": "gzip"})
