"""Devices on the other end of a driver: a pile on a web socket, cameras that answer badly."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from contracts.inventory import Camera, ChargePoint, Connector
from demo.rtsp import RtspServer
from demo.scene import Scene
from demo.video import Coding, Fault, Stream
from edge.detect import JUDGES
from edge.detect.verdict import Verdicts
from edge.drivers.base import Driver, DriverContext, OcppAddress, open_driver
from edge.drivers.ocpp16.driver import SHARED, Ocpp16Driver
from edge.drivers.ocpp16.server import OcppServer
from edge.drivers.ocpp16.session import Timing

WITHIN_S = 15.0


def until(true: Callable[[], bool], within_s: float = WITHIN_S) -> float:
    """Seconds until ``true``; fails after ``within_s``."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < within_s, f"not within {within_s} s"
        time.sleep(0.02)
    return time.monotonic() - began


@pytest.fixture(name="until")
def until_fixture() -> Callable[..., float]:
    return until


Judged = Callable[[Driver, Any], Verdicts]


@pytest.fixture
def judged() -> Judged:
    """One look, judged as the node does it."""

    def judge(driver: Driver, device: Any) -> Verdicts:
        now = time.monotonic()
        return JUDGES[device.kind](driver.look(now), None, device, now)[0]

    return judge


class Pile:
    """A charge point of a few lines; ``answers`` what the node said."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    def send(self, *frame: Any) -> None:
        self.connection.send(json.dumps(frame))

    def call(self, action: str, **payload: Any) -> list[Any]:
        """Call and wait for the answer to it."""
        self.send(2, action, action, payload)
        while (heard := self.hear())[1] != action:
            continue
        return heard

    def status(self, number: Any, status: str, error: str = "NoError", **more: Any) -> list[Any]:
        return self.call("StatusNotification", connectorId=number, status=status, errorCode=error, **more)

    def hear(self) -> list[Any]:
        """The next frame from the node."""
        heard: list[Any] = json.loads(self.connection.recv(5))
        return heard


class Site:
    """One charge point of the inventory on a quick server, and piles that dial in."""

    device = ChargePoint(
        id="cp-01",
        kind="charge_point",
        driver="ocpp16",
        identity="A7.2100045-XYZ",
        heartbeat_s=60,
        connectors=(Connector(number=1), Connector(number=2)),
    )

    def __init__(self) -> None:
        self.context = DriverContext(ocpp=OcppAddress("127.0.0.1", 0), wake=self._wake)
        self.woken = threading.Event()
        self._stack = ExitStack()

    def open(self, timing: Timing | None = None, **changed: Any) -> Ocpp16Driver:
        """The driver, on a server of its own ``timing``."""
        if timing is not None:
            server = OcppServer(self.context.ocpp, time.monotonic, timing)
            server.start()
            self.context.shared[SHARED] = server
        self.device = self.device.model_copy(update=changed)
        driver = open_driver(self.device, self.context)
        assert isinstance(driver, Ocpp16Driver)
        self._stack.callback(driver.close)
        self.port = driver.server.port
        return driver

    def dial(self, identity: str | None = None, **options: Any) -> Pile:
        """A pile's connection; ``options`` of the web socket."""
        settings = {"subprotocols": [Subprotocol("ocpp1.6")], "ping_interval": None, "proxy": None, **options}
        url = f"ws://127.0.0.1:{self.port}/ocpp/{identity or self.device.identity}"
        connection = connect(url, **settings)
        self._stack.callback(connection.close)
        return Pile(connection)

    def close(self) -> None:
        """Piles first, then the driver."""
        self._stack.close()

    def _wake(self) -> None:
        self.woken.set()


@pytest.fixture
def site() -> Iterator[Site]:
    here = Site()
    yield here
    here.close()


class Cameras:
    """An RTSP server in a thread, with one drawn camera a path; ``more`` is the server's."""

    def __init__(self, *paths: str, coding: Coding, **more: Any) -> None:
        self.server = RtspServer(**more)
        for path in paths:
            self.server.add(path, Stream(Scene(path, 7, 1.0), coding))
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)
        self._thread.start()
        assert self._ready.wait(10)

    async def _run(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self.port = await self.server.start("127.0.0.1", 0)
        self._ready.set()
        await self._stop.wait()
        await self.server.close()

    def url(self, path: str) -> str:
        return f"rtsp://127.0.0.1:{self.port}{path}"

    def break_(self, path: str, fault: Fault | None) -> None:
        self._loop.call_soon_threadsafe(self.server.behave, path, fault)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(5)


@pytest.fixture
def cameras() -> Iterator[Callable[..., Cameras]]:
    opened: list[Cameras] = []

    def start(*paths: str, coding: Coding | None = None, **more: Any) -> Cameras:
        opened.append(Cameras(*paths, coding=coding or Coding(), **more))
        return opened[-1]

    yield start
    for server in opened:
        server.close()


@contextmanager
def listening(answer: Callable[[str], str | None]) -> Iterator[tuple[int, list[str]]]:
    """A TCP server: its port and the requests it got. ``answer`` gives the reply to a request, None for none at all."""
    asked: list[str] = []
    kept: list[socket.socket] = []

    def serve(connection: socket.socket) -> None:
        with suppress(ConnectionError):  # who asks may hang up at any moment
            while request := connection.recv(4096).decode():
                asked.append(request)
                if (reply := answer(request)) is not None:
                    connection.sendall(reply.encode())

    def accept() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            kept.append(connection)
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield server.getsockname()[1], asked
        server.shutdown(socket.SHUT_RDWR)
        thread.join(5)
    for connection in kept:
        connection.close()


@pytest.fixture(name="listening")
def listening_fixture() -> Callable[[Callable[[str], str | None]], Any]:
    return listening


@pytest.fixture
def camera() -> Iterator[Callable[..., tuple[Driver, Camera]]]:
    """Opens a camera's driver from its source."""
    opened: list[Driver] = []
    shared: dict[str, Any] = {}

    def start(source: str, secret: str | None = None, **settings: Any) -> tuple[Driver, Camera]:
        plain = {"id": f"cam-{len(opened)}", "kind": "camera", "driver": "opencv", "picture_s": 1, "source": source}
        device = Camera.model_validate({**plain, **settings})
        driver = open_driver(device, DriverContext(secret=lambda _name: secret, shared=shared))
        opened.append(driver)
        return driver, device

    yield start
    for driver in opened:
        driver.close()
