"""How packets reach a viewer: between the answers on its TCP connection, or as datagrams."""

import asyncio
import contextlib
import re
import socket
from collections.abc import Iterable
from typing import Protocol

from demo.rtsp.rtp import framed

_CHANNEL = re.compile(r"interleaved=(\d{1,3})")
_PORT = re.compile(r"client_port=(\d{1,5})")
# A viewer that does not read is spared pictures until its next key: about 4 s of picture.
MAX_UNSENT = 256 * 1024


class Carrier(Protocol):
    """Takes packets to one viewer. ``chosen``: the answer to its Transport header."""

    chosen: str

    def full(self) -> bool:
        """Whether the viewer has too much to read."""
        ...

    def send(self, packets: Iterable[bytes]) -> None:
        """Some RTP packets."""
        ...

    def close(self) -> None:
        """No more of them."""
        ...


class Interleaved:
    """On the connection itself."""

    def __init__(self, writer: asyncio.StreamWriter, channel: int) -> None:
        self.chosen = f"RTP/AVP/TCP;unicast;interleaved={channel}-{channel + 1}"
        self._writer, self._channel = writer, channel

    def full(self) -> bool:
        """By what the system has not taken yet."""
        return self._writer.transport.get_write_buffer_size() > MAX_UNSENT

    def send(self, packets: Iterable[bytes]) -> None:
        """Framed."""
        self._writer.write(b"".join(framed(self._channel, packet) for packet in packets))

    def close(self) -> None:
        """The connection is not its own."""


class Datagrams:
    """From a port of its own to the viewer's."""

    def __init__(self, here: str, there: str, port: int) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.bind((here, 0))
        self._there = (there, port)
        mine = self._socket.getsockname()[1]
        self.chosen = f"RTP/AVP;unicast;client_port={port}-{port + 1};server_port={mine}-{mine + 1}"

    def full(self) -> bool:
        """A datagram waits for nobody."""
        return False

    def send(self, packets: Iterable[bytes]) -> None:
        """One each; what the system does not take is lost, as on any network."""
        for packet in packets:
            with contextlib.suppress(OSError):
                self._socket.sendto(packet, self._there)

    def close(self) -> None:
        """Give the port back."""
        self._socket.close()


def carrier(writer: asyncio.StreamWriter, transport: str) -> Carrier | None:
    """The one a Transport header asks for; None where it is none of these."""
    if "RTP/AVP/TCP" in transport:
        asked = _CHANNEL.search(transport)
        return Interleaved(writer, int(asked[1]) & 0xFE if asked else 0)
    port = _PORT.search(transport)
    if port is None or "multicast" in transport:
        return None
    return Datagrams(writer.get_extra_info("sockname")[0], writer.get_extra_info("peername")[0], int(port[1]))
