import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve
from websockets.typing import Subprotocol

from contracts.inventory import load_inventory
from demo.control import Control
from demo.rtsp import RtspServer
from demo.village import on_desk
from demo.workplace import VILLAGE, free_port
from firmware_config import yamltext

ROOT = Path(__file__).parents[3]


def until(true: Callable[[], object], within_s: float = 8.0) -> None:
    end = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


@pytest.fixture(scope="session")
def wait() -> Callable[..., None]:
    return until


@contextlib.contextmanager
def process(*argv: object) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-m", *map(str, argv)], cwd=ROOT) as running:
        try:
            yield running
        finally:
            running.terminate()
            assert running.wait(10) == 0


class EndPoint:
    """An OCPP end point that writes down what it hears and answers the minimum."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.answers: list[list[Any]] = []
        self.rubbish: list[str | bytes] = []
        self.paths: list[str] = []
        self.connection: ServerConnection | None = None
        self._server = serve(self._talk, "127.0.0.1", 0, subprotocols=[Subprotocol("ocpp1.6")])
        self.address = f"127.0.0.1:{self._server.socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()

    def said(self, action: str, **fields: object) -> bool:
        return any(name == action and fields.items() <= payload.items() for name, payload in self.heard)

    def call(self, action: str, payload: dict[str, Any]) -> None:
        assert self.connection is not None
        self.connection.send(json.dumps([2, "test", action, payload]))

    def _talk(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        self.paths.append(connection.request.path)
        self.connection = connection
        with contextlib.suppress(ConnectionClosed):
            while True:
                self._take(connection, connection.recv())
        if self.connection is connection:
            self.connection = None

    def _take(self, connection: ServerConnection, frame: str | bytes) -> None:
        try:
            kind, number, *rest = json.loads(frame)
            if kind != 2:
                self.answers.append([kind, number, *rest])
                return
            self.heard.append((rest[0], {**rest[1]}))
        except (ValueError, TypeError, IndexError, RecursionError):
            self.rubbish.append(frame)
            return
        boot = {"status": "Accepted", "interval": 2, "currentTime": "2026-11-23T12:00:00Z"}
        connection.send(json.dumps([3, number, boot if rest[0] == "BootNotification" else {"transactionId": 7}]))


@dataclass
class Fakes:
    """The running fakes of the demo's village and how to reach them."""

    control: Control
    pins: str
    rtsp: str
    end_point: EndPoint

    @contextlib.contextmanager
    def broken(self, what: str, **place: str) -> Iterator[None]:
        self.control.send(do="break", what=what, **place)
        try:
            yield
        finally:
            self.control.send(do="mend", what=what, **place)


@pytest.fixture(scope="session")
def fakes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fakes]:
    folder = tmp_path_factory.mktemp("fakes")
    rtsp = f"127.0.0.1:{free_port()}"
    inventory, control, pins = folder / "village.yaml", folder / "control.sock", str(folder / "pins-{node}.sock")
    inventory.write_text(yamltext.dump(on_desk(load_inventory(VILLAGE), rtsp)), encoding="utf-8")
    with contextlib.closing(EndPoint()) as end_point:
        places = ("--inventory", inventory, "--control", control, "--pins", pins, "--ocpp", end_point.address)
        with process("demo.fakes", *places, "--light", "day"):
            until(control.exists)
            yield Fakes(Control(control), pins, f"rtsp://{rtsp}", end_point)
        assert not control.exists()


@pytest.fixture
def quiet_camera(monkeypatch: pytest.MonkeyPatch) -> None:
    """OpenCV set as the node's driver sets it."""
    monkeypatch.setenv("OPENCV_FFMPEG_CAPTURE_OPTIONS", "rtsp_transport;tcp|fpsprobesize;0")
    os.environ["OPENCV_FFMPEG_IS_THREAD_SAFE"] = "1"
    monkeypatch.setenv("OPENCV_LOG_LEVEL", "ERROR")
    monkeypatch.setenv("OPENCV_FFMPEG_LOGLEVEL", "-8")


@dataclass
class Client:
    """A connected MQTT client and all it has heard."""

    mqtt: mqtt.Client
    heard: list[tuple[str, bytes, bool]] = field(default_factory=list)
    reason: str = ""

    def say(self, topic: str, text: str, retain: bool = False) -> None:
        self.mqtt.publish(topic, text, 1, retain).wait_for_publish(5)

    def hear(self, *topics: str) -> None:
        done = threading.Event()
        self.mqtt.on_subscribe = lambda *_: done.set()
        self.mqtt.subscribe([(topic, 1) for topic in topics])
        assert done.wait(5)

    def texts(self, topic: str) -> list[str]:
        return [payload.decode() for heard, payload, _ in self.heard if heard == topic]


Connect = Callable[..., Client]
USERS = {"gateway": "gw", "n-01": "one", "n-02": "two"}


@pytest.fixture(scope="session")
def broker_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    users, port = tmp_path_factory.mktemp("broker") / "users.json", free_port()
    users.write_text(json.dumps(USERS))
    with process("demo.broker", "--port", port, "--users", users, "--village", "demo"):
        until(lambda: _open(port))
        yield port


def _open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def connect(broker_port: int) -> Iterator[Connect]:
    clients: list[mqtt.Client] = []

    def begin(user: str, *, password: str | None = None, will: str | None = None, name: str | None = None) -> Client:
        made = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=name or user, protocol=mqtt.MQTTv311)
        client = Client(made)
        made.username_pw_set(user, password or USERS[user])
        if will is not None:
            made.will_set(will, "lost", 1, retain=True)
        made.on_message = lambda _c, _u, got: client.heard.append((got.topic, bytes(got.payload), got.retain))

        def connected(_c: object, _u: object, _f: object, reason: object, _p: object) -> None:
            client.reason = str(reason)

        made.on_connect = connected
        made.connect("127.0.0.1", broker_port, keepalive=5)
        made.loop_start()
        clients.append(made)
        until(lambda: client.reason)
        return client

    yield begin
    for client in clients:
        client.disconnect()
        client.loop_stop()


@pytest.fixture
def serving() -> Iterator[Callable[[RtspServer], int]]:
    """Runs an RTSP server in a thread; gives its port."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    started: list[RtspServer] = []

    def begin(server: RtspServer) -> int:
        started.append(server)
        return asyncio.run_coroutine_threadsafe(server.start("127.0.0.1", 0), loop).result(5)

    yield begin
    for server in started:
        asyncio.run_coroutine_threadsafe(server.close(), loop).result(5)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()
