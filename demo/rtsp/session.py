"""One RTSP connection: reads requests, answers them, and carries the pictures in between."""

import asyncio
import os
import secrets
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate
from urllib.parse import urlsplit

from demo.nal import Picture
from demo.rtsp.carrier import Carrier, carrier
from demo.rtsp.guard import Book, Guard
from demo.rtsp.messages import Reply, Request, parse
from demo.rtsp.rtp import Packetiser, sdp
from demo.video import Fault, Stream

METHODS = "OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER"
MAX_HEADER = 16 * 1024
# Answers to DESCRIBE under these faults.
STATUS: dict[Fault, int] = {"unavailable": 503, "crowded": 403, "redirected": 302}
# Where a camera that has moved says it is: nowhere, by RFC 5737.
ELSEWHERE = "rtsp://192.0.2.1/elsewhere"


@dataclass(frozen=True)
class House:
    """What all connections of a server share. ``find`` gives the stream of an address, or None; ``playing`` is called
    when a viewer starts to watch; ``date``: the camera's clock for the Date header, None for no header.
    """

    find: Callable[[str], Stream | None]
    playing: Callable[[], None]
    guard: Guard
    book: Book
    date: Callable[[], float] | None = None


class Session:
    """One connection."""

    def __init__(self, writer: asyncio.StreamWriter, house: House) -> None:
        self.stream: Stream | None = None
        self.watching = False
        self._writer, self._house = writer, house
        self._id = secrets.token_hex(8)
        self._carrier: Carrier | None = None
        self._packets = Packetiser(0)
        self._wait_for_key = True
        self._shown: Picture | None = None
        self._url = ""

    async def run(self, reader: asyncio.StreamReader) -> None:
        """Serve until the viewer goes, says TEARDOWN, or talks nonsense."""
        while (request := await self._next(reader)) is not None:
            self._house.book.asked[request.method] += 1
            reply = self._answer(request)
            if self.stream is not None and self.stream.fault == "mute":
                continue
            if reply is None:
                return
            if self._house.date is not None:
                reply.headers["Date"] = formatdate(self._house.date(), usegmt=True)
            self._writer.write(reply.encoded(request.headers.get("cseq", "0")))
            if request.method == "TEARDOWN":
                await self._writer.drain()
                return
            if request.method == "PLAY" and reply.status == 200:
                self._start()

    def close(self, *, reset: bool = False) -> None:
        """Drop the connection at once, as a camera without power does; ``reset``: with a RST."""
        self.stop()
        if reset and (line := self._writer.get_extra_info("socket")) is not None:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()

    def stop(self) -> None:
        """No more pictures."""
        if self.watching:
            self._house.book.ends(self._path)
        self.watching = False
        if self._carrier is not None:
            self._carrier.close()

    def show(self, picture: Picture) -> None:
        """Send ``picture``, unless this viewer has it from the group it was shown first, or has too much to read."""
        if self._carrier is None or picture is self._shown or (self._wait_for_key and not picture.key):
            return
        self._shown = picture
        self._wait_for_key = self._carrier.full()
        if not self._wait_for_key:
            self._carrier.send(self._packets.packets(picture))

    def sound(self, stamp: int) -> None:
        """A packet of silence."""
        if self._carrier is not None:
            self._carrier.send([self._packets.sound(stamp)])

    def _start(self) -> None:
        if self.stream is None or self.watching:
            return
        if self.stream.fault in {"closed", "reset"}:
            self.close(reset=self.stream.fault == "reset")
            return
        self.watching = True
        self._house.book.begins(self._path)
        self._wait_for_key = self.stream.fault != "long_gop"
        for picture in self.stream.gop:
            self.show(picture)
        self._house.playing()

    async def _next(self, reader: asyncio.StreamReader) -> Request | None:
        """The next request, the viewer's own interleaved packets (RTCP) passed over; None at the end or when it is
        no RTSP.
        """
        try:
            while (start := await reader.readexactly(1)) == b"$":
                frame = await reader.readexactly(3)
                await reader.readexactly(int.from_bytes(frame[1:], "big"))
            block = start + await reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            return None
        request = parse(block.decode("utf-8", "replace").strip("\r\n"))
        if request is not None and (length := request.headers.get("content-length", "0")).isdigit():
            await reader.readexactly(min(int(length), MAX_HEADER))
        return request

    def _answer(self, request: Request) -> Reply | None:
        """The reply, or None to hang up."""
        if request.url != "*":
            self._choose(request.url)
            if self.stream is None:
                return Reply(404)
        fault = self.stream.fault if self.stream else None
        if fault == "rubbish":
            self._writer.write(os.urandom(2000))
        if fault in {"rubbish", "unreachable"}:
            return None
        return self._house.guard.refuses(request, always=fault == "refused") or self._served(request, fault)

    def _served(self, request: Request, fault: Fault | None) -> Reply:
        match request.method:
            case "OPTIONS":
                return Reply(200, {"Public": METHODS})
            case "DESCRIBE":
                return self._describe(request)
            case "SETUP":
                return Reply(453) if fault == "busy" else self._setup(request)
            case "PLAY" | "TEARDOWN" | "GET_PARAMETER":
                return self._of_session(request)
            case _:
                return Reply(405, {"Allow": METHODS})

    def _choose(self, url: str) -> None:
        """The stream of an address; one that is being set up stays."""
        if self.stream is None or not url.startswith(self._url):
            self.stream, self._url = self._house.find(url) or self.stream, url

    @property
    def _path(self) -> str:
        return urlsplit(self._url).path

    def _describe(self, request: Request) -> Reply:
        if self.stream is None:
            return Reply(400)
        if self.stream.fault in STATUS:
            status = STATUS[self.stream.fault]
            return Reply(status, {"Location": ELSEWHERE} if status == 302 else {})
        body = sdp(self.stream, str(self._writer.get_extra_info("sockname")[0]))
        return Reply(200, {"Content-Base": request.url.rstrip("/") + "/", "Content-Type": "application/sdp"}, body)

    def _setup(self, request: Request) -> Reply:
        chosen = carrier(self._writer, request.headers.get("transport", ""))
        if chosen is None or self.stream is None:
            return Reply(461)
        self._carrier = chosen
        self._packets = Packetiser(secrets.randbits(32), self.stream.codec)
        return Reply(200, {"Transport": chosen.chosen, "Session": f"{self._id};timeout=60"})

    def _of_session(self, request: Request) -> Reply:
        if self._carrier is None:
            return Reply(455)
        if request.headers.get("session", self._id).partition(";")[0] != self._id:
            return Reply(454)
        if request.method == "TEARDOWN":
            self.stop()
        more = {"Range": "npt=0-"} if request.method == "PLAY" else {}
        return Reply(200, {"Session": self._id, **more})
