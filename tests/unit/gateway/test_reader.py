"""What the broker sends, cut into messages."""

import random
from collections.abc import Sequence
from itertools import pairwise

import pytest
from paho.mqtt.enums import CallbackAPIVersion

from gateway.reader import PIECE, Malformed, Packet, Reader, bounds


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
    """Without a socket: it is handed pieces, and keeps what it would send. ``unwanted``: topics that are refused."""

    def __init__(self, *unwanted: bytes) -> None:
        super().__init__(self, CallbackAPIVersion.VERSION2)
        self.pieces: list[Sequence[Packet]] = []
        self.asked: list[tuple[bytes, int]] = []
        self._coming, self._refused = b"", unwanted

    def admits(self, topic: bytes, size: int) -> bool:
        self.asked.append((topic, size))
        return topic not in self._refused

    def passed(self, topic: bytes, count: int) -> None:
        assert topic in self._refused
        self.asked += [(topic, -1)] * count

    def hear(self, packets: Sequence[Packet]) -> None:
        self.pieces.append(packets)

    def take(self, piece: bytes) -> int:
        """All of it, in as many pieces as the reader has room for."""
        self._coming, code = piece, self.loop_read() if not piece else 0
        while self._coming and not code:
            code = self.loop_read()
        return code

    def _receive(self, room: memoryview) -> int:
        assert room or not self._coming, "there is always room"
        piece, self._coming = self._coming[: len(room)], self._coming[len(room) :]
        room[: len(piece)] = piece
        return len(piece)

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


@pytest.mark.parametrize("cut", [1, 3, 5, 7, 100, PIECE])
def test_a_message_longer_than_a_piece_comes_whole_and_the_room_is_given_back(cut: int) -> None:
    heard, stream = Heard(), publish(b"a", b"x" * (3 << 20)) + publish(b"b", b"1")
    heard.take(stream[:cut])
    heard.take(stream[cut:])
    assert [(packet.topic, len(packet.payload)) for packet in heard.packets()] == [(b"a", 3 << 20), (b"b", 1)]
    assert heard.asked == [(b"a", 3 << 20), (b"b", 1)], "once each"
    heard.take(publish(b"c", b"2"))
    assert len(heard._room) == PIECE


@pytest.mark.parametrize("seed", range(20))
def test_what_is_not_admitted_is_passed_over_and_answered(seed: int) -> None:
    heard = Heard(b"bad")
    stream = b"".join(publish(b"bad", b"x" * 3_000, 1) + publish(*one) for one in SENT)
    cuts = sorted(random.Random(seed).sample(range(1, len(stream)), 12))
    for start, end in pairwise([0, *cuts, len(stream)]):
        heard.take(stream[start:end])
    assert heard.packets() == [Packet(topic, payload, retained) for topic, payload, _, retained in SENT]
    assert heard.asked == [ask for topic, payload, *_ in SENT for ask in ((b"bad", 3_000), (topic, len(payload)))]
    assert heard.sent().count(b"\x40\x02\x00\x01") >= len(SENT)


@pytest.mark.parametrize("cut", range(1, 90, 7))
def test_of_many_alike_that_are_refused_one_is_asked_for_and_all_are_counted(cut: int) -> None:
    heard = Heard(b"bad")
    stream = publish(b"bad", b"1") * 5 + publish(b"bax", b"2") + publish(b"bad", b"3", 7) + publish(b"bad", b"") * 3
    heard.take(stream[:cut])
    heard.take(stream[cut:])
    assert heard.packets() == [Packet(b"bax", b"2", False)]
    assert [topic for topic, _ in heard.asked] == [b"bad"] * 5 + [b"bax"] + [b"bad"] * 4
    assert sum(size >= 0 for _, size in heard.asked) <= 6
    assert heard.sent() == b"\x40\x02\x00\x07"


def test_what_is_not_admitted_takes_no_room_however_long_it_is() -> None:
    heard = Heard(b"bad")
    heard.take(publish(b"bad", b"x" * (8 << 20))[: 3 << 20])
    assert (heard._held, len(heard._room), heard.packets()) == (0, PIECE, [])


def test_a_connection_that_ends_takes_the_rest_of_a_packet_with_it() -> None:
    heard = Heard()
    heard.take(publish(b"a", b"1")[:-1])
    heard.take(b"")
    heard.take(publish(b"b", b"2"))
    assert heard.packets() == [Packet(b"b", b"2", False)]


BROKEN = {
    "a length of five bytes": b"\x30\xff\xff\xff\xff\x01",
    "half a length of a topic": b"\x30\x01\x00",
    "less than its topic": b"\x30\x04\x00\x09ab",
    "less than its number": b"\x32\x04\x00\x01a\x01",
    "longer than any of the protocol": b"\x90\xff\xff\xff\x7f",
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_what_is_no_mqtt_ends_the_connection(text: bytes) -> None:
    heard = Heard()
    assert heard.take(text) > 0
    assert not heard.packets()


def test_a_length_is_read_to_its_four_bytes_and_no_further() -> None:
    assert bounds(b"\x30\x80\x80\x80\x01", 0, 4) is None
    assert bounds(b"\x30\x80\x80\x80\x01", 0, 5) == (5, 5 + (1 << 21))
    with pytest.raises(Malformed):
        bounds(b"\x30\x80\x80\x80\x80", 0, 5)
