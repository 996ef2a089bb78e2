"""Real servers for the gateway's tests: a broker and an InfluxDB of the operating system, each on a free port in its
own folder."""

import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
import structlog

from contracts.inventory import Village
from contracts.messages import Birth, Prev, Probe, Reading, StateMessage, Up, encode
from gateway.faults import Rules
from gateway.store import Store, open_store

PASSWORD = "test-only"
NOW = 1_790_000_000_000
CARD, BOOT = "1" * 16, "b" * 16


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(check: Callable[[], object], within_s: float = 15.0) -> None:
    """Wait until ``check`` is true; the test fails if it never is."""
    until = time.monotonic() + within_s
    while not check():
        assert time.monotonic() < until, f"not within {within_s} s"
        time.sleep(0.05)


class Server:
    """A process with a port; it can be killed and started again on the same files."""

    def __init__(self, command: list[str], port: int, folder: Path) -> None:
        self.command, self.port, self.folder = command, port, folder
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log)
        wait_for(self.answers)

    def answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None


@contextmanager
def running(server: Server) -> Iterator[None]:
    try:
        server.start()
        yield
    finally:
        server.kill()


@pytest.fixture
def broker(mosquitto: Path, tmp_path: Path) -> Iterator[Server]:
    """A running Mosquitto that keeps nothing and lets anybody in."""
    port = free_port()
    config = tmp_path / "mosquitto.conf"
    config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\n")
    server = Server([str(mosquitto), "-c", str(config)], port, tmp_path)
    with running(server):
        yield server


CONFIG = """
reporting-disabled = true
bind-address = "127.0.0.1:{rpc}"
[meta]
  dir = "{folder}/meta"
[data]
  dir = "{folder}/data"
  wal-dir = "{folder}/wal"
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:{port}"
  auth-enabled = true
  log-enabled = false
"""


class InfluxServer(Server):
    """InfluxDB 1.x with a user, and a database ``vsm``."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def query(self, text: str) -> bytes:
        login, data = urlencode({"u": "vsm", "p": PASSWORD}), urlencode({"q": text}).encode()
        with urlopen(Request(f"{self.url}/query?{login}", data), timeout=10) as answer:  # noqa: S310  # our own server
            return bytes(answer.read())

    def ready(self) -> bool:
        with suppress(URLError, OSError):
            self.query(f"CREATE USER vsm WITH PASSWORD '{PASSWORD}' WITH ALL PRIVILEGES")
            return True
        return False


@pytest.fixture
def influxdb(influxd: Path, tmp_path: Path) -> Iterator[InfluxServer]:
    """A running InfluxDB of the operating system, with authentication."""
    folder = tmp_path / "influx"
    folder.mkdir()
    port = free_port()
    config = folder / "influxdb.conf"
    config.write_text(CONFIG.format(folder=folder, port=port, rpc=free_port()))
    server = InfluxServer([str(influxd), "-config", str(config)], port, folder)
    with running(server):
        wait_for(server.ready)
        server.query("CREATE DATABASE vsm")
        yield server


def _node(number: int) -> dict[str, Any]:
    camera = {"kind": "camera", "driver": "opencv", "id": f"cam-{number:02d}", "source": "usb:0"}
    light = {"kind": "warning_light", "driver": "warning_light", "id": f"light-{number:02d}", "pin": "GPIO17"}
    pile = {"kind": "charge_point", "driver": "ocpp16", "id": f"cp-{number:02d}", "identity": f"CP{number}"}
    devices = [camera, {**light, "isolation": "opto", "supply": "mains"}, {**pile, "connectors": [{"number": 1}]}]
    return {"id": f"n-{number:02d}", "interval_s": 2, "devices": devices}


def _junction(number: int) -> dict[str, Any]:
    name = {"zh": f"{number}号路口", "en": f"Junction {number}"}
    return {"id": f"j-{number:02d}", "name": name, "lat": 30.5, "lon": 120.5, "nodes": [_node(number)]}


@pytest.fixture(scope="session")
def village() -> Village:
    """Two junctions with one node each, of a camera, a light and a charge point; they report each 2 s."""
    name = {"zh": "村", "en": "Village"}
    grid = {"id": "g-01", "name": name, "junctions": [_junction(1), _junction(2)]}
    return Village.model_validate({"id": "v-01", "name": name, "grids": [grid]})


@pytest.fixture
def rules() -> Rules:
    """Short times: confirmed at once, cleared after a second, silence after 3 s."""
    return Rules(
        keep_s=1, limit_extra_s=1, lost_confirm_s=2, grace_extra_s=1, for_s={"black": 0, "dark": 0, "unreachable": 0}
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    opened = open_store(f"sqlite:///{tmp_path}/gateway.db")
    yield opened
    opened.close()


@dataclass
class Pi:
    """A node that numbers what it says; topics and payloads come out, to be delivered by whoever."""

    node: str = "n-01"
    stream: str = CARD
    boot: str = BOOT
    n: int = 0
    prev_boot: str | None = None

    def topic(self, leaf: str) -> str:
        return f"vsm/v1/v-01/{self.node}/{leaf}"

    def birth(self) -> tuple[str, bytes]:
        return self.topic("birth"), encode(Birth(1, self.stream, self.boot, 0, "1.0", "c1", ()))

    def probe(self) -> tuple[str, bytes]:
        return self.topic("probe"), encode(Probe(1, self.stream, self.boot))

    def state(self, state: Any) -> tuple[str, bytes]:
        return self.topic("state"), encode(StateMessage(state, self.boot, 0))

    def up(self, *readings: Reading, ts: int = NOW, **fields: Any) -> tuple[str, bytes]:
        """The next record; new each time."""
        prev = Prev(self.n, self.prev_boot)
        self.n, self.prev_boot = self.n + 1, self.boot
        values = {"v": 1, "stream": self.stream, "n": self.n, "boot": self.boot, "ts": ts, "mono": self.n * 1000}
        return self.topic("up"), encode(
            Up(**{**values, "tq": "ntp", "r": readings, "age_ms": 0, "prev": prev, **fields})
        )


@pytest.fixture
def pi() -> Pi:
    """Node n-01 with a fresh card."""
    return Pi()


@pytest.fixture(autouse=True)
def quiet_logs() -> Iterator[None]:
    """Logging as it was: a process's main points it at the test's own, soon closed, standard error."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def eventually() -> Callable[[Callable[[], object]], None]:
    """Wait until something is true; the test fails if it never is."""
    return wait_for
