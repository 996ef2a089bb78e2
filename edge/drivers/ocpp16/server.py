"""The web socket end point, in a thread of its own with its own event loop."""

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from http import HTTPStatus
from urllib.parse import unquote, urlsplit

import structlog
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from edge.drivers.base import OcppAddress
from edge.drivers.ocpp16.pile import Pile
from edge.drivers.ocpp16.session import Session, Timing

log = structlog.get_logger(__name__)

SUBPROTOCOL = Subprotocol("ocpp1.6")
MAX_FRAME = 256 * 1024
START_S = 10.0
# Beyond so many different strangers only the count goes on.
STRANGERS = 100


class OcppServer:
    """Serves the piles that were added; refuses all others. :meth:`start` before use, :meth:`close` at the end."""

    def __init__(self, address: OcppAddress, clock: Callable[[], float], timing: Timing | None = None) -> None:
        self._address, self._clock, self._timing = address, clock, timing or Timing()
        self._piles: dict[str, Pile] = {}
        self._connections: dict[str, ServerConnection] = {}
        self._strangers: set[str] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._thread: threading.Thread | None = None
        self.port = address.port
        self.refused = 0

    def start(self) -> None:
        """Listen; raises OSError when the address cannot be had."""
        ready: Future[int] = Future()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run(ready)), name="ocpp16", daemon=True)
        self._thread.start()
        self.port = ready.result(START_S)

    def close(self) -> None:
        """Hang up on everybody; returns within 2 s."""
        if self._loop is not None and self._stop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stop.set)
        if self._thread is not None:
            self._thread.join(2)

    def add(self, pile: Pile) -> None:
        """Let ``pile`` in from now on. Raises ValueError when its identity is taken."""
        if pile.identity in self._piles:
            raise ValueError(f"two charge points have the identity {pile.identity!r}")
        self._piles[pile.identity] = pile

    def remove(self, pile: Pile) -> bool:
        """Let ``pile`` in no more and hang up on it; whether it was the last one."""
        self._piles.pop(pile.identity, None)
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._drop, pile.identity)
        return not self._piles

    async def _run(self, ready: Future[int]) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        # Port scans and half-open sockets are no news; what matters is logged here.
        quiet = logging.getLogger(f"{__name__}.websockets")
        quiet.setLevel(logging.CRITICAL)
        try:
            server = await serve(
                self._serve,
                self._address.host,
                self._address.port,
                process_request=self._admit,
                select_subprotocol=_subprotocol,
                compression=None,
                ping_interval=None,  # the session pings: it knows piles that never pong
                close_timeout=self._timing.close_s,
                max_size=MAX_FRAME,
                logger=quiet,
            )
        except OSError as error:
            ready.set_exception(error)
            return
        async with server:
            ready.set_result(int(next(iter(server.sockets)).getsockname()[1]))
            await self._stop.wait()
            for connection in self._connections.values():
                connection.transport.abort()

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        identity = _identity(request)
        if identity in self._piles:
            return None
        self.refused += 1
        if identity not in self._strangers and len(self._strangers) < STRANGERS:
            self._strangers.add(identity)
            log.warning(
                "ocpp_refused",
                identity=identity[:100],
                peer=str(connection.remote_address),
                reason="no charge point of the inventory has this identity",
            )
        return connection.respond(HTTPStatus.NOT_FOUND, "unknown charge point\n")

    async def _serve(self, connection: ServerConnection) -> None:
        identity = _identity(connection.request) if connection.request else ""
        pile = self._piles.get(identity)
        if pile is None:
            return
        # A pile that dials anew has given the old connection up, whatever that one looks like from here.
        self._drop(identity)
        self._connections[identity] = connection
        pile.connected()
        try:
            await Session(connection, pile, self._timing, self._clock).run()
        finally:
            if self._connections.get(identity) is connection:
                del self._connections[identity]
                pile.disconnected()

    def _drop(self, identity: str) -> None:
        old = self._connections.get(identity)
        if old is not None:
            old.transport.abort()


def _identity(request: Request) -> str:
    """The last part of the address that was dialled."""
    return unquote(urlsplit(request.path).path.rstrip("/").rpartition("/")[2])


def _subprotocol(_connection: ServerConnection, offered: Sequence[Subprotocol]) -> Subprotocol | None:
    """``ocpp1.6`` if it is offered; some piles offer nothing and speak it all the same."""
    return SUBPROTOCOL if SUBPROTOCOL in offered else None
