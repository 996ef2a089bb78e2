"""A track's packets as UDP: two ports of ours, of which the even one takes the pictures."""

import contextlib
import select
import socket
from collections.abc import Callable

from edge.drivers.opencv.line import Line, Reply
from edge.drivers.opencv.outcome import Failed

# A key comes as a burst; what the system does not hold is lost.
BUFFER = 1024 * 1024
AT_ONCE = 64
TRIES = 50


class Datagrams:
    """``seen``: bytes received. Raises :class:`Failed` where no pair of ports is free."""

    def __init__(self, line: Line) -> None:
        self.seen = 0
        self._here, self._there = line.socket.getsockname()[0], line.socket.getpeername()[0]
        self._family = line.socket.family
        self._sockets = self._pair()
        self.port = int(self._sockets[0].getsockname()[1])

    def open_way(self, port: str) -> None:
        """A first packet to the camera's ``port``, so that a firewall between us lets its own through."""
        if port.isdigit():
            with contextlib.suppress(OSError):
                self._sockets[0].sendto(bytes([0x80, 0, 0, 0]) + bytes(8), (self._there, int(port)))

    def receive(self, line: Line, wait_s: float, heard: Callable[[Reply], None]) -> list[bytes] | None:
        """Packets of the camera; None when none came within ``wait_s``. Its replies on ``line`` are ``heard``."""
        ready, _, _ = select.select([line.socket, *self._sockets], [], [], wait_s)
        if line.socket in ready:
            for one in line.receive(0.0) or ():
                if isinstance(one, Reply):
                    heard(one)
        if not ready:
            return None
        with contextlib.suppress(OSError):  # reports of the camera are not needed
            while self._sockets[1] in ready:
                self._sockets[1].recvfrom(2048)
        return list(self._waiting()) if self._sockets[0] in ready else []

    def close(self) -> None:
        """Give both ports back."""
        for one in self._sockets:
            one.close()

    def _waiting(self) -> list[bytes]:
        found: list[bytes] = []
        with contextlib.suppress(BlockingIOError):
            while len(found) < AT_ONCE:
                packet, sender = self._sockets[0].recvfrom(65536)
                self.seen += len(packet)
                if sender[0] == self._there:
                    found.append(packet)
        return found

    def _pair(self) -> tuple[socket.socket, socket.socket]:
        for _ in range(TRIES):
            first, second = self._new(), self._new()
            try:
                first.bind((self._here, 0))
                port = first.getsockname()[1]
                if port % 2 == 0:
                    second.bind((self._here, port + 1))
                    return first, second
            except (OSError, OverflowError):
                pass
            first.close()
            second.close()
        raise Failed("unreachable", "no pair of free UDP ports on this computer")

    def _new(self) -> socket.socket:
        made = socket.socket(self._family, socket.SOCK_DGRAM)
        made.setblocking(False)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        return made
