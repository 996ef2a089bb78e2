"""An operator's line, as a TCP relay between nodes and their broker: it can be cut, made to hang, and made to flap.

A cut line drops what it carries and refuses what comes; one that hangs takes everything and passes nothing on.
"""

import asyncio
import contextlib
import socket
from dataclasses import dataclass, field
from typing import Literal

State = Literal["whole", "cut", "hanging"]
PIECE = 64 * 1024


@dataclass
class Line:
    """The line at ``host:port`` (port 0: any), which leads to ``far_end``, a (host, port). For one event loop."""

    host: str
    port: int
    far_end: tuple[str, int]
    state: State = "whole"
    dropped: int = 0
    _carried: set[asyncio.StreamWriter] = field(default_factory=set)
    _flowing: asyncio.Event = field(default_factory=asyncio.Event)
    _server: asyncio.Server | None = None
    _reserved: socket.socket | None = None
    _flapping: asyncio.Task[None] | None = None

    @property
    def carried(self) -> int:
        """Connections that nodes have over it now."""
        return len(self._carried) // 2

    async def start(self) -> None:
        """Be whole. Raises :class:`OSError` when the port is taken."""
        self._reserve()
        await self._listen()

    async def close(self) -> None:
        """Drop everything for good."""
        self._end_flapping()
        self._drop()
        if self._reserved is not None:
            self._reserved.close()

    def cut(self) -> None:
        """Drop and refuse."""
        self._end_flapping()
        self._cut()

    def hang(self) -> None:
        """Pass nothing on."""
        self._end_flapping()
        self.state = "hanging"
        self._flowing.clear()

    def flap(self, down_s: float, up_s: float) -> None:
        """Cut for ``down_s``, whole for ``up_s`` seconds, beginning with the cut."""
        self._end_flapping()
        self._flapping = asyncio.create_task(self._flap(down_s, up_s))

    async def mend(self) -> None:
        """Be whole again."""
        self._end_flapping()
        await self._listen()

    async def _flap(self, down_s: float, up_s: float) -> None:
        while True:
            self._cut()
            await asyncio.sleep(down_s)
            await self._listen()
            await asyncio.sleep(up_s)

    def _end_flapping(self) -> None:
        if self._flapping is not None:
            self._flapping.cancel()
            self._flapping = None

    def _reserve(self) -> None:
        """Keep the port without listening: it refuses, and nobody else can take it."""
        self._reserved = socket.socket()
        self._reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._reserved.bind((self.host, self.port))
        self.port = self._reserved.getsockname()[1]

    async def _listen(self) -> None:
        self.state = "whole"
        self._flowing.set()
        if self._reserved is not None:
            reserved, self._reserved = self._reserved, None
            self._server = await asyncio.start_server(self._connected, sock=reserved)

    def _cut(self) -> None:
        self.state = "cut"
        self._drop()
        if self._reserved is None:
            self._reserve()

    def _drop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        self.dropped += self.carried
        for writer in self._carried:
            writer.transport.abort()
        self._carried.clear()
        self._flowing.set()  # whoever waits finds its connection gone

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._flowing.wait()
            far_reader, far_writer = await asyncio.open_connection(*self.far_end)
        except OSError:  # the broker is away: so is the line's other end
            writer.transport.abort()
            return
        if self.state == "cut" or writer.is_closing():
            writer.transport.abort()
            far_writer.transport.abort()
            return
        ends = {writer, far_writer}
        self._carried |= ends
        try:
            await asyncio.gather(self._pass(reader, far_writer), self._pass(far_reader, writer))
        finally:
            self._carried -= ends
            for end in ends:
                end.close()

    async def _pass(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        """One direction, until either end has gone; its end is the other direction's too."""
        with contextlib.suppress(OSError):
            while piece := await source.read(PIECE):
                await self._flowing.wait()
                sink.write(piece)
                await sink.drain()
        await self._flowing.wait()
        sink.close()
