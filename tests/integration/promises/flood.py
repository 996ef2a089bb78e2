"""``python -m tests.integration.promises.flood PORT SECONDS KIND``: one node, n-06, that says as much as it can."""

import socket
import struct
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count, repeat

from contracts.messages import Birth, Reading, Up, encode

ROOT = "vsm/v1/v-01/n-06"
STREAM, BOOT = "6" * 16, "b" * 16


def text(value: str) -> bytes:
    return struct.pack(">H", len(value)) + value.encode()


def packet(kind: int, body: bytes) -> bytes:
    size, left = bytearray(), len(body)
    while True:
        size.append(left % 128 | (128 if left > 127 else 0))
        left //= 128
        if not left:
            return bytes([kind]) + bytes(size) + body


def connect(port: int, client: str) -> socket.socket:
    """An MQTT 3.1.1 connection of a few lines."""
    line = socket.create_connection(("127.0.0.1", port))
    line.sendall(packet(0x10, text("MQTT") + b"\x04\x02\x00\x3c" + text(client)))
    assert line.recv(4)[3] == 0
    return line


def publish(topic: str, payload: bytes) -> bytes:
    """QoS 0: as fast as the line takes it."""
    return packet(0x30, text(topic) + payload)


def record(n: int, readings: int) -> bytes:
    """The next one of a node that has much to say."""
    seen = tuple(Reading("light-06", "up", looks=one + 1, m={"lit": 1.0}) for one in range(readings))
    return encode(Up(1, STREAM, n, BOOT, 1, n, "ntp", seen, age_ms=0))


def records() -> Iterator[bytes]:
    """Good ones, of as many readings as there may be."""
    yield publish(f"{ROOT}/birth", encode(Birth(1, STREAM, BOOT, 0, "1.0", "c1", ())))
    yield from (publish(f"{ROOT}/up", record(n, 1000)) for n in count(1))


KINDS: dict[str, Callable[[], Iterator[bytes]]] = {
    "records": records,
    "short": lambda: repeat(publish(f"{ROOT}/up", record(1, 1)) * 100),
    # As dear to judge as a good one: what is wrong comes last.
    "spoilt": lambda: (publish(f"{ROOT}/up", record(n, 1000)[:-1]) for n in count(1)),
    "rubbish": lambda: repeat(publish(f"{ROOT}/up", b"\xff" * 200_000)),
}


def main(port: int, seconds: float, kind: str) -> None:
    """So many seconds of it."""
    end = time.monotonic() + seconds
    with connect(port, "flood") as line, suppress(ConnectionError):
        for one in KINDS[kind]():
            line.sendall(one)
            if time.monotonic() > end:
                break


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3])
