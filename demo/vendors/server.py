"""All vendors in one thread, on this computer only."""

import asyncio
import contextlib
import logging
import socket
import ssl
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import uvicorn

from demo.vendors.app import App
from demo.vendors.ledger import Ledger, Order, Received
from demo.vendors.smtp import Session

HOST = "127.0.0.1"
SECRET = "a-secret-of-the-demo-only"  # noqa: S105  # known to all; for this computer's own vendors
_START_S = 30


class Vendors:
    """Vendors as a context: ``with Vendors() as vendors: …`` on free ports.

    ``secret``: of the signatures, and the robot's key (``secret.group`` for several groups). ``templates``: id -> text
    with ``${variable}``, None takes every id. ``login``: of the mail server. ``tls``: certificate and key, of HTTPS
    and STARTTLS. Raises OSError if a port is taken.
    """

    def __init__(
        self,
        *,
        secret: str = SECRET,
        templates: Mapping[str, str] | None = None,
        ports: tuple[int, int] = (0, 0),
        state: Path | None = None,
        login: tuple[str, str] | None = None,
        tls: tuple[Path, Path] | None = None,
    ) -> None:
        self.secret, self.ledger = secret, Ledger(state)
        self.app = App(self.ledger, secret, templates)
        self._ports, self._login, self._tls = ports, login, tls
        self._ready, self._failed = threading.Event(), list[BaseException]()
        self._thread = threading.Thread(target=self._run, name="vendors", daemon=True)
        self.port = self.smtp_port = 0

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._ready.wait(_START_S):
            raise OSError("the vendors did not start")
        if self._failed:
            raise OSError(f"the vendors cannot start: {self._failed[0]}")
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Go away, as a vendor whose line is cut; again does nothing."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(_START_S)

    @property
    def url(self) -> str:
        """Address of the HTTP side; docs/channels.md lists what is below it."""
        return f"{'https' if self._tls else 'http'}://{HOST}:{self.port}"

    def received(self, channel: str | None = None) -> list[Received]:
        """Letters as somebody would see them."""
        return self.ledger.received(channel)

    def misbehave(self, channel: str, order: Order | None) -> None:
        """Order a channel to misbehave, or (None) to behave again."""
        self.ledger.misbehave(channel, order)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except (OSError, RuntimeError) as error:
            self._failed.append(error)
            self._ready.set()

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        mail = await asyncio.start_server(self._session, HOST, self._ports[1])
        cert, key = self._tls or (None, None)
        config = uvicorn.Config(
            self.app,
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            ssl_certfile=cert,
            ssl_keyfile=key,
            timeout_graceful_shutdown=1,
        )
        logging.getLogger("uvicorn.access").disabled = True  # its lines hold keys
        web = uvicorn.Server(config)
        with socket.create_server((HOST, self._ports[0])) as door:
            self.port, self.smtp_port = door.getsockname()[1], mail.sockets[0].getsockname()[1]
            serving = asyncio.create_task(web.serve(sockets=[door]))
            self._ready.set()  # the door is open: who comes now waits a moment
            await self._stop.wait()
            web.should_exit = True
            mail.close()
            await serving

    async def _session(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tls = None
        if self._tls:
            tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            tls.load_cert_chain(*self._tls)
        with contextlib.suppress(asyncio.CancelledError):  # the vendors stop
            await Session(self.ledger, self._login, tls, (reader, writer)).run()
