"""What the broker sends, cut into messages."""

import random
from collections.abc import Sequence
from itertools import pairwise

import pytest
from paho.mqtt.enums import CallbackAPIVersion

from gateway.reader import PIECE, Malformed, Packet, Reader, bounds, published


def varint(length: int) -> bytes:
    found = bytearray()
    while True:
        length, low = divmod(length, 128)
        found.append(low | (0x80 if length else 0))
        if not length:
            return bytes(found)


def publish(topic: bytes, payload: bytes, number: int | None = None, retained: bool = False) -> bytes:
    kind = 0x30 | (0x02 if number is not None else 0) | int(retained)
    body = len(topic).to_bytes(2, "big") + topic + (number.to_bytes(2, "big") if number is not None else b"") + payload
    return bytes([kind]) + varint(len(body)) + body


class Heard(Reader):
    """Without a socket: it is handed pieces, and keeps what it would send."""

    def __init__(self) -> None:
        self.pieces: list[Sequence[Packet]] = []
        super().__init__(self.pieces.append, CallbackAPIVersion.VERSION2)
        self._coming: list[bytes] = []
        self.asked: list[int] = []

    def take(self, piece: bytes) -> int:
        self._coming.append(piece)
        return self.loop_read()

    def _sock_recv(self, bufsize: int) -> bytes:
        self.asked.append(bufsize)
        return self._coming.pop(0)

    def sent(self) -> bytes:
        return b"".join(bytes(packet["packet"]) for packet in self._out_packet)

    def packets(self) -> list[Packet]:
        return [packet for piece in self.pieces for packet in piece]


SENT = [(b"vsm/v1/v-01/n-01/up", b"x" * size, size + 1, size % 2 == 0) for size in (0, 1, 90, 127, 128, 20_000)]


@pytest.mark.parametrize("seed", range(20))
def test_messages_come_whole_however_the_line_cuts_them(seed: int) -> None:
    heard, stream = Heard(), b"".join(publish(*one) for one in SENT)
    cuts = sorted(random.Random(seed).sample(range(1, len(stream)), 8))
    for start, end in pairwise([0, *cuts, len(stream)]):
        heard.take(stream[start:end])
    assert heard.packets() == [Packet(topic, payload, retained) for topic, payload, _, retained in SENT]


def test_each_message_that_asks_for_a_receipt_gets_one_and_a_piece_is_answered_at_once() -> None:
    heard = Heard()
    heard.take(publish(b"a", b"1", 7) + publish(b"b", b"2") + publish(b"c", b"3", 0x1234))
    assert heard.sent() == b"\x40\x02\x00\x07\x40\x02\x12\x34"
    assert len(heard._out_packet) == len(heard.pieces) == 1


def test_a_message_without_a_receipt_asks_for_none() -> None:
    heard = Heard()
    heard.take(publish(b"a", b"1"))
    assert heard.packets() == [Packet(b"a", b"1", False)]
    assert not heard.sent()


def test_what_is_no_message_is_left_to_the_library_in_its_turn() -> None:
    heard, answers = Heard(), []
    heard.on_subscribe = lambda *_: answers.append(len(heard.packets()))
    heard.take(publish(b"a", b"1") + b"\x90\x03\x00\x01\x01" + publish(b"b", b"2"))
    assert (answers, len(heard.packets())) == ([1], 2)


def test_while_much_comes_more_is_taken_at_once() -> None:
    heard, stream = Heard(), publish(b"a", b"x" * (1 << 20))
    heard.take(stream[:PIECE])
    heard.take(stream[PIECE : 3 * PIECE])
    heard.take(stream[3 * PIECE : 4 * PIECE])
    heard.take(stream[4 * PIECE :])
    assert heard.asked == [PIECE, 2 * PIECE, 4 * PIECE, PIECE]
    assert [len(packet.payload) for packet in heard.packets()] == [1 << 20]


def test_a_connection_that_ends_takes_the_rest_of_a_packet_with_it() -> None:
    heard = Heard()
    heard.take(publish(b"a", b"1")[:-1])
    heard.take(b"")
    heard.take(publish(b"b", b"2"))
    assert heard.packets() == [Packet(b"b", b"2", False)]


BROKEN = [b"\x30\xff\xff\xff\xff\x01", b"\x30\x01\x00", b"\x30\x04\x00\x09ab", b"\x32\x03\x00\x01a"]


@pytest.mark.parametrize("text", BROKEN)
def test_what_is_no_mqtt_ends_the_connection(text: bytes) -> None:
    heard = Heard()
    assert heard.take(text) > 0
    assert not heard.packets()


def test_a_length_is_read_to_its_four_bytes_and_no_further() -> None:
    assert bounds(b"\x30\x80\x80\x80\x01", 0) is None
    with pytest.raises(Malformed):
        bounds(b"\x30\x80\x80\x80\x80", 0)
    with pytest.raises(Malformed):
        published(0x30, b"\x00")
