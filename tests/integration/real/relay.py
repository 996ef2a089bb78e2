"""A wire between a node and its broker that counts what passes. It understands none of it: what passes is TLS."""

import socket
import struct
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

MONTH_S, DAYS = 30 * 86_400, 30
# What a node of three devices may cost in a quiet month, bytes on the TLS socket.
BUDGET = 100_000_000
# IPv4 20, TCP 20, its time stamps 12.
HEADERS = 52
_SEGMENTS = struct.Struct("II")
_SEGMENTS_AT = 136  # tcpi_segs_out and tcpi_segs_in of Linux's struct tcp_info


class Count(NamedTuple):
    """Bytes of both directions as TLS gave them to TCP, TCP segments of both directions, and connections."""

    up: int = 0
    down: int = 0
    segments: int = 0
    connections: int = 0

    @property
    def total(self) -> int:
        """Bytes on the TLS socket."""
        return self.up + self.down

    @property
    def with_headers(self) -> int:
        """An estimate of what the operator counts: bytes of the IP packets, without what is sent again."""
        return self.total + HEADERS * self.segments

    def since(self, before: "Count") -> "Count":
        """What passed after ``before``."""
        return Count(*(now - then for now, then in zip(self, before, strict=True)))


def month(passed: float, seconds: float, connecting: float) -> float:
    """Bytes in 30 days, when ``passed`` bytes pass in ``seconds`` and a day has one new connection."""
    return passed * MONTH_S / seconds + connecting * DAYS


@dataclass
class Relay:
    """Listens at :attr:`port` and passes everything on to port ``to`` of this machine."""

    to: int
    _server: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    _guard: threading.Lock = field(default_factory=threading.Lock)
    _up: int = 0
    _down: int = 0
    _near: list[socket.socket] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.port = int(self._server.getsockname()[1])
        threading.Thread(target=self._accept, name="relay", daemon=True).start()

    def count(self) -> Count:
        """So far."""
        with self._guard:
            return Count(self._up, self._down, sum(map(_segments, self._near)), len(self._near))

    def close(self) -> None:
        """Hang up on everybody."""
        self._server.close()
        for near in self._near:
            near.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._server.accept()
            except OSError:  # closed
                return
            try:
                far = socket.create_connection(("127.0.0.1", self.to))
            except OSError:  # nobody there: as a wire to a dead machine
                near.close()
                continue
            with self._guard:
                self._near.append(near)
            for source, sink, up in ((near, far, True), (far, near, False)):
                threading.Thread(target=self._pass, args=(source, sink, up), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, up: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                with self._guard:
                    if up:
                        self._up += len(data)
                    else:
                        self._down += len(data)
                sink.sendall(data)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        if not up:
            source.close()  # the near end stays, since its segments are still to be counted


def _segments(near: socket.socket) -> int:
    """Of a connection that stands; the last connection's is what matters here."""
    try:
        info = near.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
    except OSError:
        return 0
    return sum(_SEGMENTS.unpack_from(info, _SEGMENTS_AT))
