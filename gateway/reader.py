"""A paho client that reads what the kernel has in one piece and answers it in one.

paho itself reads a packet in four system calls, passes through a dozen methods and locks for it, and writes each
receipt alone; that was a third of the gateway's CPU. Here PUBLISH of QoS 0 and 1, which is nearly all that a gateway
hears, is cut out of the piece directly; every other packet, and all the rest of the protocol, stays paho's.

What is not admitted is passed over where it lies. A flood of large messages must be read faster than the broker can
queue it before what everybody else says, and a message of 200 kB costs more to copy than to receive.
"""

import contextlib
import socket
import ssl
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol, cast

from paho.mqtt.client import Client, time_func
from paho.mqtt.enums import MessageType, MQTTErrorCode

# What is taken at once; a packet that is longer and admitted gets room of its own.
PIECE = 1 << 20
_PUBLISH, _PUBACK = int(MessageType.PUBLISH), int(MessageType.PUBACK)
_QOS, _QOS1, _RETAINED = 0x06, 0x02, 0x01
_RECEIPT = bytes((_PUBACK, 2))


class Packet(NamedTuple):
    """One message as it came."""

    topic: bytes
    payload: bytes
    retained: bool


class Ear(Protocol):
    """Who listens, in paho's thread; it must not raise."""

    def admits(self, topic: bytes, size: int) -> bool:
        """Whether a message with a payload of ``size`` bytes is wanted. Asked once for each at most, in order."""
        ...

    def passed(self, topic: bytes, count: int) -> None:
        """So many more came right behind one that was not admitted and were passed over with it."""
        ...

    def hear(self, packets: Sequence[Packet]) -> None:
        """The admitted messages of one piece, in order. Receipts go out after it has returned."""
        ...


class Malformed(ValueError):
    """Bytes that are no MQTT."""


class Reader(Client):
    """``ear`` gets what comes."""

    def __init__(self, ear: Ear, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._ear = ear
        self._room = bytearray(PIECE)
        # Bytes at the front of the room that are no whole packet yet; bytes to come of one that is not wanted; whether
        # the packet at the front is admitted.
        self._held, self._unwanted, self._admitted = 0, 0, False

    def loop_read(self, max_packets: int = 1) -> MQTTErrorCode:  # noqa: ARG002  # paho ignores it as well
        """Take what has come."""
        try:
            count = self._receive(memoryview(self._room)[self._held :])
        except BlockingIOError:
            return MQTTErrorCode.MQTT_ERR_SUCCESS
        except OSError:
            count = 0
        if not count:
            return self._loop_rc_handle(MQTTErrorCode.MQTT_ERR_CONN_LOST)
        with self._msgtime_mutex:
            self._last_bytes_received = time_func()  # paho pings by its own clock
        try:
            code = self._cut(self._held + count)
        except Malformed:
            code = MQTTErrorCode.MQTT_ERR_PROTOCOL
        return self._loop_rc_handle(code) if code > 0 else MQTTErrorCode.MQTT_ERR_SUCCESS

    def _receive(self, room: memoryview) -> int:
        """How many bytes came into ``room``, 0 at the end of the connection. Raises :class:`OSError`."""
        count = self._receive_some(room)
        if isinstance(self._sock, ssl.SSLSocket):
            # Each read of TLS gives a record, 16 KiB at most, and paho's way round to the next costs more than that.
            with contextlib.suppress(OSError):  # the next call meets it
                while count < len(room) and (more := self._receive_some(room[count:])):
                    count += more
        return count

    def _receive_some(self, room: memoryview) -> int:
        if self._sock is None:
            raise ConnectionError
        try:
            return cast("socket.socket", self._sock).recv_into(room)
        except ssl.SSLWantReadError as error:
            raise BlockingIOError from error
        except ssl.SSLWantWriteError as error:
            self._call_socket_register_write()
            raise BlockingIOError from error

    def _cut(self, end: int) -> MQTTErrorCode:
        """Take what is whole in the first ``end`` bytes; the rest waits for the next piece. Raises
        :class:`Malformed`.
        """
        line = self._sock
        packets: list[Packet] = []
        receipts = bytearray()
        at = min(self._unwanted, end)
        self._unwanted -= at
        while whole := bounds(self._room, at, end):
            start, stop = whole
            if is_message(self._room[at]):
                past = self._message(at, start, stop, end, packets, receipts)
                if past is None:
                    break
                at = past
                continue
            if stop - at > PIECE:
                raise Malformed("a packet of the protocol that is longer than any")
            if stop > end:
                break
            self._give(packets, receipts)
            packets, receipts = [], bytearray()
            code = self._other(self._room[at], bytes(self._room[start:stop]))
            if code > 0 or self._sock is not line:
                return code
            at = stop
        self._keep(at, end)
        self._give(packets, receipts)
        return MQTTErrorCode.MQTT_ERR_SUCCESS

    def _message(
        self, at: int, start: int, stop: int, end: int, packets: list[Packet], receipts: bytearray
    ) -> int | None:
        """Take the PUBLISH at ``at``: where the next packet begins; None while too little of it is there."""
        head = head_of(self._room, at, start, stop, end)
        if head is None:
            return None
        if not self._admitted and not self._ear.admits(head.topic, stop - head.begins):
            self._unwanted = max(0, stop - end)
            past = self._alike(self._room[at], head.topic, min(stop, end), end) if not head.number else min(stop, end)
        elif stop > end:
            self._admitted = True
            return None
        else:
            self._admitted = False
            with memoryview(self._room)[head.begins : stop] as payload:
                packets.append(Packet(head.topic, bytes(payload), bool(self._room[at] & _RETAINED)))
            past = stop
        if head.number:
            receipts += _RECEIPT + head.number
        return past

    def _alike(self, kind: int, topic: bytes, at: int, end: int) -> int:
        """Pass over the messages like one that was just refused and wants no receipt: where they end. In a flood of
        short ones to ask for each costs more than the broker needs to send it."""
        begins, count = len(topic).to_bytes(2, "big") + topic, 0
        while (
            (whole := bounds(self._room, at, end))
            and whole[1] <= end
            and self._room[at] == kind
            and self._room.startswith(begins, whole[0], whole[1])
        ):
            at, count = whole[1], count + 1
        if count:
            self._ear.passed(topic, count)
        return at

    def _keep(self, at: int, end: int) -> None:
        """Move the rest to the front, with room for all of a long packet."""
        rest = bytes(self._room[at:end])
        whole = bounds(rest, 0, len(rest)) if self._admitted else None
        size = max(PIECE, whole[1] if whole else 0)
        if len(self._room) != size:
            self._room = bytearray(size)
        self._held = len(rest)
        self._room[: self._held] = rest

    def _give(self, packets: Sequence[Packet], receipts: bytearray) -> None:
        if packets:
            self._ear.hear(packets)
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
        # The rest of a packet never comes on another connection.
        self._held, self._unwanted, self._admitted = 0, 0, False
        super()._sock_close()


class Head(NamedTuple):
    """Of a PUBLISH: where its payload begins, and its number if it asks for a receipt."""

    topic: bytes
    begins: int
    number: bytes


def is_message(kind: int) -> bool:
    """Whether a packet of the first byte ``kind`` is a PUBLISH of QoS 0 or 1."""
    return kind & 0xF0 == _PUBLISH and kind & _QOS <= _QOS1


def bounds(data: bytes | bytearray, at: int, end: int) -> tuple[int, int] | None:
    """Where the body of the packet at ``at`` begins and where it ends, which may be beyond ``end``; None while its
    length is not all there. Raises :class:`Malformed` for a length that MQTT does not have.
    """
    length, shift, start = 0, 0, at + 1
    while start < end:
        byte = data[start]
        length |= (byte & 0x7F) << shift
        start += 1
        if byte < 0x80:
            return start, start + length
        shift += 7
        if shift > 21:
            raise Malformed("a length of more than four bytes")
    return None


def head_of(data: bytes | bytearray, at: int, start: int, stop: int, end: int) -> Head | None:
    """The head of the PUBLISH at ``at`` with the body ``start`` to ``stop``; None while it is not all within ``end``.
    Raises :class:`Malformed`.
    """
    topic_at = start + 2
    if topic_at > stop:
        raise Malformed("a PUBLISH without a topic")
    if topic_at > end:
        return None
    topic_end = topic_at + (data[start] << 8) + data[start + 1]
    begins = topic_end + 2 if data[at] & _QOS else topic_end
    if begins > stop:
        raise Malformed("a PUBLISH that is shorter than its topic")
    if begins > end:
        return None
    return Head(bytes(data[topic_at:topic_end]), begins, bytes(data[topic_end:begins]))
