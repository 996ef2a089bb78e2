"""A paho client that reads what the kernel has in one piece and answers it in one.

paho itself reads a packet in four system calls, passes through a dozen methods and locks for it, and writes each
receipt alone; that was a third of the gateway's CPU. Here PUBLISH of QoS 0 and 1, which is nearly all that a gateway
hears, is cut out of the piece directly; every other packet, and all the rest of the protocol, stays paho's.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from paho.mqtt.client import Client, time_func
from paho.mqtt.enums import MessageType, MQTTErrorCode

# What is taken at once: more, while that comes whole. Each piece costs paho's loop the same, and a flood of large
# messages must be read faster than the broker can queue it before what everybody else says.
PIECE, PIECE_MOST = 1 << 16, 1 << 20
_PUBLISH, _PUBACK = int(MessageType.PUBLISH), int(MessageType.PUBACK)
_QOS, _QOS1, _RETAINED = 0x06, 0x02, 0x01
_RECEIPT = bytes((_PUBACK, 2))


class Packet(NamedTuple):
    """One message as it came."""

    topic: bytes
    payload: bytes
    retained: bool


class Malformed(ValueError):
    """Bytes that are no MQTT."""


class Reader(Client):
    """``hear`` gets the messages of each piece, in order, in paho's thread; receipts go out after it has returned."""

    def __init__(self, hear: Callable[[Sequence[Packet]], None], *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._hear = hear
        self._rest = b""
        self._piece = PIECE

    def loop_read(self, max_packets: int = 1) -> MQTTErrorCode:  # noqa: ARG002  # paho ignores it as well
        """Take what has come."""
        try:
            data = self._sock_recv(self._piece)
        except BlockingIOError:
            return MQTTErrorCode.MQTT_ERR_SUCCESS
        except OSError:
            data = b""
        if not data:
            return self._loop_rc_handle(MQTTErrorCode.MQTT_ERR_CONN_LOST)
        self._piece = min(2 * self._piece, PIECE_MOST) if len(data) == self._piece else PIECE
        with self._msgtime_mutex:
            self._last_bytes_received = time_func()  # paho pings by its own clock
        try:
            code = self._cut(self._rest + data if self._rest else data)
        except Malformed:
            code = MQTTErrorCode.MQTT_ERR_PROTOCOL
        return self._loop_rc_handle(code) if code > 0 else MQTTErrorCode.MQTT_ERR_SUCCESS

    def _cut(self, data: bytes) -> MQTTErrorCode:
        """Take all whole packets of ``data``; what is left waits for the next piece. Raises :class:`Malformed`."""
        packets: list[Packet] = []
        receipts = bytearray()
        at, socket = 0, self._sock
        while whole := bounds(data, at):
            start, end = whole
            kind = data[at]
            if kind & 0xF0 == _PUBLISH and kind & _QOS <= _QOS1:
                packet, number = published(kind, data[start:end])
                packets.append(packet)
                if number:
                    receipts += _RECEIPT + number
            else:
                self._give(packets, receipts)
                packets, receipts = [], bytearray()
                code = self._other(kind, data[start:end])
                if code > 0 or self._sock is not socket:
                    return code
            at = end
        self._rest = data[at:]
        self._give(packets, receipts)
        return MQTTErrorCode.MQTT_ERR_SUCCESS

    def _give(self, packets: Sequence[Packet], receipts: bytearray) -> None:
        if packets:
            self._hear(packets)
        if receipts:
            # To paho several receipts in one are a packet like any other.
            self._packet_queue(_PUBACK, bytes(receipts), 0, 1)

    def _other(self, kind: int, body: bytes) -> MQTTErrorCode:
        """Let paho handle a packet as if it had read it."""
        self._in_packet = {
            "command": kind,
            "have_remaining": 1,
            "remaining_count": [],
            "remaining_mult": 1,
            "remaining_length": len(body),
            "packet": bytearray(body),
            "to_process": 0,
            "pos": 0,
        }
        return self._packet_handle()

    def _sock_close(self) -> None:
        self._rest = b""  # the rest of a packet never comes on another connection
        super()._sock_close()


def bounds(data: bytes, at: int) -> tuple[int, int] | None:
    """Where the body of the packet at ``at`` begins and ends; None while it is not all there. Raises
    :class:`Malformed` for a length that MQTT does not have.
    """
    length, shift, start = 0, 0, at + 1
    while start < len(data):
        byte = data[start]
        length |= (byte & 0x7F) << shift
        start += 1
        if byte < 0x80:
            return (start, start + length) if start + length <= len(data) else None
        shift += 7
        if shift > 21:
            raise Malformed("a length of more than four bytes")
    return None


def published(kind: int, body: bytes) -> tuple[Packet, bytes]:
    """A PUBLISH, and its number if it asks for a receipt. Raises :class:`Malformed`."""
    topic_end = 2 + int.from_bytes(body[:2], "big")
    begins = topic_end + 2 if kind & _QOS else topic_end
    if len(body) < max(2, begins):
        raise Malformed("a PUBLISH that is shorter than its topic")
    return Packet(body[2:topic_end], body[begins:], bool(kind & _RETAINED)), body[topic_end:begins]
