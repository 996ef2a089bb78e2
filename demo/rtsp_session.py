"""One RTSP connection: reads requests, answers them, and carries the pictures in between (TCP interleaved only)."""

import asyncio
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from demo.rtp import Packetiser, sdp
from demo.video import Picture, Stream

METHODS = "OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER"
MAX_HEADER = 16 * 1024
# A viewer that does not read is spared pictures until its next key: about 4 s of picture.
MAX_UNSENT = 256 * 1024
REASONS = {
    200: "OK",
    400: "Bad Request",
    404: "Not Found",
    405: "Method Not Allowed",
    454: "Session Not Found",
    455: "Method Not Valid in This State",
    461: "Unsupported Transport",
}
_CHANNEL = re.compile(r"interleaved=(\d{1,3})")


@dataclass(frozen=True)
class Request:
    """One parsed request; header names in lower case."""

    method: str
    url: str
    headers: dict[str, str]


@dataclass
class Reply:
    """Status, extra headers and body of an answer."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""

    def encoded(self, sequence: str) -> bytes:
        """The answer to request ``sequence`` (its CSeq) as bytes."""
        headers = {"CSeq": sequence, **self.headers}
        if self.body:
            headers["Content-Length"] = str(len(self.body.encode()))
        lines = [
            f"RTSP/1.0 {self.status} {REASONS[self.status]}",
            *(f"{name}: {value}" for name, value in headers.items()),
        ]
        return ("\r\n".join(lines) + "\r\n\r\n" + self.body).encode()


def parse(text: str) -> Request | None:
    """A request from its header block; None if it is none."""
    first, *rest = text.split("\r\n")
    words = first.split()
    if len(words) != 3 or not words[2].startswith("RTSP/"):
        return None
    pairs = (line.partition(":") for line in rest if line)
    return Request(words[0], words[1], {name.strip().lower(): value.strip() for name, _colon, value in pairs})


class Session:
    """One connection. ``find`` gives the stream of a path, or None; ``playing`` is called when this viewer starts
    to watch.
    """

    def __init__(
        self, writer: asyncio.StreamWriter, find: Callable[[str], Stream | None], playing: Callable[[], None]
    ) -> None:
        self.stream: Stream | None = None
        self.watching = False
        self._writer, self._find, self._playing = writer, find, playing
        self._id = secrets.token_hex(8)
        self._packets: Packetiser | None = None
        self._wait_for_key = True
        self._shown: Picture | None = None

    async def run(self, reader: asyncio.StreamReader) -> None:
        """Serve until the viewer goes, says TEARDOWN, or talks nonsense."""
        while (request := await self._next(reader)) is not None:
            reply = self._answer(request)
            if reply is None:
                return
            self._writer.write(reply.encoded(request.headers.get("cseq", "0")))
            if request.method == "TEARDOWN":
                await self._writer.drain()
                return
            if request.method == "PLAY" and reply.status == 200:
                self._start()

    def close(self) -> None:
        """Drop the connection at once, as a camera without power does."""
        self.watching = False
        self._writer.transport.abort()

    def show(self, picture: Picture) -> None:
        """Send ``picture``, unless this viewer has it from the group it was shown first, or has too much to read."""
        if self._packets is None or picture is self._shown or (self._wait_for_key and not picture.key):
            return
        self._shown = picture
        self._wait_for_key = self._writer.transport.get_write_buffer_size() > MAX_UNSENT
        if not self._wait_for_key:
            self._writer.write(self._packets.packets(picture))

    def _start(self) -> None:
        self.watching = True
        if self.stream is not None:
            for picture in self.stream.gop:
                self.show(picture)
        self._playing()

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
            self.stream = self._find(urlsplit(request.url).path) or self.stream
            if self.stream is None:
                return Reply(404)
            if self.stream.fault == "unreachable":
                return None
        match request.method:
            case "OPTIONS":
                return Reply(200, {"Public": METHODS})
            case "DESCRIBE":
                return self._describe(request)
            case "SETUP":
                return self._setup(request)
            case "PLAY" | "TEARDOWN" | "GET_PARAMETER":
                return self._of_session(request)
            case _:
                return Reply(405, {"Allow": METHODS})

    def _describe(self, request: Request) -> Reply:
        if self.stream is None:
            return Reply(400)
        address = str(self._writer.get_extra_info("sockname")[0])
        body = sdp(self.stream.scene.name, address, self.stream.parameter_sets)
        return Reply(200, {"Content-Base": request.url.rstrip("/") + "/", "Content-Type": "application/sdp"}, body)

    def _setup(self, request: Request) -> Reply:
        transport = request.headers.get("transport", "")
        if "RTP/AVP/TCP" not in transport:
            return Reply(461)
        asked = _CHANNEL.search(transport)
        channel = int(asked[1]) & 0xFE if asked else 0
        self._packets = Packetiser(channel, secrets.randbits(32))
        chosen = f"RTP/AVP/TCP;unicast;interleaved={channel}-{channel + 1}"
        return Reply(200, {"Transport": chosen, "Session": f"{self._id};timeout=60"})

    def _of_session(self, request: Request) -> Reply:
        if self._packets is None:
            return Reply(455)
        if request.headers.get("session", self._id).partition(";")[0] != self._id:
            return Reply(454)
        return Reply(
            200, {"Session": self._id, "Range": "npt=0-"} if request.method == "PLAY" else {"Session": self._id}
        )
