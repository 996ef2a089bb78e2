"""A connection to an RTSP server: what comes in, cut into replies and packets; all bytes are counted."""

import re
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from edge.drivers.opencv.outcome import Failed, words

PORTS = {"rtsp": 554, "rtsps": 322}
CHUNK = 64 * 1024
# The largest reply: an SDP is some kilobytes. A packet is at most 64 KiB by its format.
MAX_REPLY = 64 * 1024
INTERLEAVED = 0x24
# How a reply, or a request of the camera's own, begins: text, and as soon as the line is whole the protocol's name.
LONGEST_LINE = 1024
_BEGINS = re.compile(rb"[A-Za-z][\x20-\x7e\x80-\xff]*\r?\Z|[\x20-\x7e\x80-\xff]*RTSP/[\x20-\x7e\x80-\xff]*\r\n")


@dataclass(frozen=True, slots=True)
class Reply:
    """Header names in lower case; of a name that comes twice ``challenges`` alone keeps all."""

    status: int
    reason: str
    headers: dict[str, str] = field(default_factory=dict)
    challenges: tuple[str, ...] = ()
    body: str = ""


# The channel and the packet, without its frame.
Packet = tuple[int, bytes]


class Line:
    """One TCP (or TLS) connection. Raises :class:`Failed` for all that goes wrong. ``seen``: bytes both ways."""

    def __init__(self, connection: socket.socket) -> None:
        self.socket = connection
        self.seen = 0
        # Whether packets may come between replies: before they were asked for, what looks like one is rubbish.
        self.packets = False
        self._held = bytearray()

    def send(self, text: str) -> None:
        """One request."""
        data = text.encode()
        self.seen += len(data)
        try:
            self.socket.sendall(data)
        except OSError as error:
            raise Failed("unreachable", f"closes the connection: {words(error)}") from None

    def receive(self, wait_s: float) -> Iterator[Reply | Packet] | None:
        """What is complete after one more read; None when nothing came within ``wait_s``."""
        try:
            self.socket.settimeout(wait_s)
            chunk = self.socket.recv(CHUNK)
        except (TimeoutError, BlockingIOError, ssl.SSLWantReadError):
            return None
        except OSError as error:
            raise Failed("unreachable", f"closes the connection: {words(error)}") from None
        if not chunk:
            raise Failed("unreachable", "closes the connection")
        self.seen += len(chunk)
        self._held += chunk
        return self._complete()

    def close(self) -> None:
        """Let go."""
        self.socket.close()

    def _complete(self) -> Iterator[Reply | Packet]:
        at, size = 0, len(self._held)
        try:
            while size - at >= 4:
                if self.packets and self._held[at] == INTERLEAVED:
                    end = at + 4 + int.from_bytes(self._held[at + 2 : at + 4], "big")
                    if end > size:
                        return
                    found: Reply | Packet | None = (self._held[at + 1], bytes(self._held[at + 4 : end]))
                else:
                    found, end = self._reply(at)
                    if not end:
                        return
                at = end
                if found is not None:
                    yield found
        finally:
            del self._held[:at]

    def _reply(self, at: int) -> tuple[Reply | None, int]:
        """The reply that begins at ``at`` and where it ends; 0 while it is incomplete, no reply where it is a request
        of the camera's own.
        """
        if not _BEGINS.match(self._held, at, at + LONGEST_LINE):
            raise Failed("unreachable", "does not speak RTSP")
        head_end = self._held.find(b"\r\n\r\n", at)
        if head_end < 0:
            if len(self._held) - at > MAX_REPLY:
                raise Failed("unreachable", "answers more than an RTSP server does")
            return None, 0
        first, *rest = self._held[at:head_end].decode("utf-8", "replace").split("\r\n")
        pairs = [(name.strip().lower(), value.strip()) for name, _, value in (line.partition(":") for line in rest)]
        headers = dict(pairs)
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > MAX_REPLY:
            raise Failed("unreachable", "answers more than an RTSP server does")
        end = head_end + 4 + int(length)
        if end > len(self._held):
            return None, 0
        body = self._held[head_end + 4 : end].decode("utf-8", "replace")
        challenges = tuple(value for name, value in pairs if name == "www-authenticate")
        return _parsed(first, headers, challenges, body), end


def _parsed(first: str, headers: dict[str, str], challenges: tuple[str, ...], body: str) -> Reply | None:
    version, _, status = first.partition(" ")
    code, _, reason = status.partition(" ")
    if first.endswith(("RTSP/1.0", "RTSP/2.0")):
        return None
    if not version.startswith("RTSP/") or not code.isdigit():
        raise Failed("unreachable", "does not speak RTSP")
    return Reply(int(code), reason.strip()[:80], headers, challenges, body)


def connect(url: str, timeout_s: float) -> Line:
    """To the host of ``url``. Raises :class:`Failed`."""
    parts = urlsplit(url)
    host, secure = parts.hostname or "", parts.scheme == "rtsps"
    try:
        made = socket.create_connection((host, parts.port or PORTS.get(parts.scheme, 554)), timeout_s)
        return Line(_unverified().wrap_socket(made, server_hostname=host) if secure else made)
    except (OSError, UnicodeError, ValueError) as error:
        raise Failed("unreachable", f"no connection: {words(error)}") from None


def _unverified() -> ssl.SSLContext:
    """Cameras sign their certificates themselves: TLS keeps the picture from those who only listen."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
