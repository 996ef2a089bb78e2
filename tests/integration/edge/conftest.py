"""Small spools, a real broker, and a gateway of a few lines."""

import itertools
import json
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from edge.spool import Record, Spool

CAP = 24 * 1024
BOOT = "b0" * 8

Opener = Callable[..., Spool]


class Draw:
    """Names for streams that a test can foretell."""

    def __init__(self) -> None:
        self._count = itertools.count(1)

    def __call__(self, size: int) -> str:
        return f"{next(self._count):0{2 * size}x}"


@pytest.fixture
def draw() -> Draw:
    return Draw()


@pytest.fixture
def open_spool(tmp_path: Path, draw: Draw) -> Iterator[Opener]:
    """Opens the spool in a folder (one of the test's by default); all are closed at the end."""
    opened: list[Spool] = []

    def opener(folder: Path | None = None, cap_bytes: int = CAP) -> Spool:
        spool = Spool.open(folder or tmp_path / "n-01", cap_bytes=cap_bytes, draw=draw)
        opened.append(spool)
        return spool

    yield opener
    for spool in opened:
        if spool.folder.exists():
            spool.close()


@pytest.fixture
def write() -> Callable[..., list[int]]:
    """Commits records one by one; their numbers."""

    def writer(spool: Spool, *bodies: bytes, event: bool = False, boot: str = BOOT) -> list[int]:
        numbers: list[int] = []
        for body in bodies:
            spool.append(body, boot=boot, event=event)
            numbers += [n for n, _ in spool.commit()]
        return numbers

    return writer


@pytest.fixture
def held() -> Callable[[Spool], list[Record]]:
    """Everything a spool can still send."""
    return lambda spool: spool.after(0, 1_000_000)


def free_port() -> int:
    """A TCP port that nobody has now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def until(happened: Callable[[], object], within_s: float = 10.0) -> None:
    """Wait for something another thread or process does."""
    end = time.monotonic() + within_s
    while not happened():
        assert time.monotonic() < end, f"not within {within_s} s"
        time.sleep(0.01)


class Broker:
    """A real Mosquitto that keeps nothing: killed, it has lost all it confirmed."""

    def __init__(self, program: Path, folder: Path) -> None:
        self.port = free_port()
        self._config = folder / "mosquitto.conf"
        self._config.write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous true\npersistence false\n"
            "max_inflight_messages 1000\nmax_queued_messages 10000\n",
            encoding="utf-8",
        )
        self._program = program
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [self._program, "-c", self._config], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until(self._answers)

    def _answers(self) -> bool:
        with socket.socket() as sock:
            return sock.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def broker(mosquitto: Path, tmp_path: Path) -> Iterator[Broker]:
    running = Broker(mosquitto, tmp_path)
    yield running
    running.kill()


class Gateway:
    """What a gateway does on the wire, and no more: takes records in order, acknowledges, answers births and probes.

    ``heard``: (leaf, message) of everything; ``done``: what is committed of each stream; ``deaf``: takes no records.
    """

    def __init__(self, port: int) -> None:
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.done: dict[str, int] = {}
        self.boots: dict[str, str | None] = {}
        self.applied: list[tuple[str, int, str]] = []
        self.deaf = self.dumb = False
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, "gateway", protocol=mqtt.MQTTv311)
        self._client.on_connect = self._subscribe
        self._client.on_message = self._hear
        self._client.reconnect_delay_set(1, 1)
        self._client.connect_async("127.0.0.1", port, 10)
        self._client.loop_start()

    def _subscribe(self, client: mqtt.Client, *_: object) -> None:
        client.subscribe("vsm/v1/demo/+/+", 1)

    def _hear(self, _client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        leaf = message.topic.rpartition("/")[2]
        if leaf in {"ack", "command", "desired"}:
            return
        said = json.loads(message.payload)
        self.heard.append((leaf, said))
        if leaf == "up" and not self.deaf:
            self._take(said)
        if leaf in {"birth", "probe", "up"} and not self.dumb:
            self.ack(said["stream"])

    def _take(self, up: dict[str, Any]) -> None:
        done = self.done.get(up["stream"], 0)
        prev = up.get("prev", [up["n"] - 1])[0]
        if prev <= done < up["n"] and not (up.get("live") and prev < done):
            self.done[up["stream"]], self.boots[up["stream"]] = up["n"], up["boot"]
            self.applied.append((up["stream"], up["n"], up["boot"]))

    def ack(self, stream: str, n: int | None = None, boot: str | None = None) -> None:
        number = self.done.get(stream, 0) if n is None else n
        said = {"v": 1, "stream": stream, "n": number, "boot": boot or self.boots.get(stream)}
        self.publish("n-01/ack", json.dumps(said).encode())

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        self._client.publish(f"vsm/v1/demo/{topic}", payload, 1, retain)

    def said(self, leaf: str) -> list[dict[str, Any]]:
        return [message for name, message in list(self.heard) if name == leaf]

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@pytest.fixture
def gateway(broker: Broker) -> Iterator[Gateway]:
    listening = Gateway(broker.port)
    until(listening._client.is_connected)
    yield listening
    listening.close()


@pytest.fixture
def wait_until() -> Callable[..., None]:
    return until
