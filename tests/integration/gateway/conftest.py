"""Real servers for the gateway's tests: a broker and InfluxDBs, each on a free port in its own folder."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from contracts.inventory import Village
from contracts.messages import Birth, Prev, Probe, Reading, StateMessage, Up, encode
from gateway.faults import Rules
from gateway.store import Store, open_store
from gateway.telemetry import Embedded, Telemetry
from gateway.telemetry.influx import Influx
from tests.servers import (
    Influx1,
    Influx2,
    InfluxServer,
    Server,
    free_port,
    influx,
    influxd2_is_built,
    running,
    wait_for,
)

NOW = 1_790_000_000_000
CARD, BOOT = "1" * 16, "b" * 16


@pytest.fixture
def broker(mosquitto: Path, tmp_path: Path) -> Iterator[Server]:
    """A running Mosquitto that keeps nothing and lets anybody in."""
    port = free_port()
    config = tmp_path / "mosquitto.conf"
    config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\n")
    server = Server([str(mosquitto), "-c", str(config)], port, tmp_path)
    with running(server):
        yield server


@pytest.fixture
def influxdb(influxd: Path, tmp_path: Path) -> Iterator[InfluxServer]:
    """A running InfluxDB of the operating system, with authentication."""
    with influx(Influx1, influxd, tmp_path / "influx") as server:
        yield server


@pytest.fixture
def influxdb2(influxd2: Path, tmp_path: Path) -> Iterator[InfluxServer]:
    """A running InfluxDB 2.x. Its tests are long ones: it may have to be built."""
    with influx(Influx2, influxd2, tmp_path / "influx2") as server:
        yield server


INFLUXDB2_MARKS = [pytest.mark.timeout(600)]
if not influxd2_is_built(Path(__file__).parents[3]):  # then it is a test that takes minutes
    INFLUXDB2_MARKS = [pytest.mark.long, pytest.mark.timeout(3600)]
GENERATIONS = ["influxdb1", pytest.param("influxdb2", marks=INFLUXDB2_MARKS)]
_KINDS: dict[str, tuple[type[Influx1 | Influx2], str]] = {
    "influxdb1": (Influx1, "influxd"),
    "influxdb2": (Influx2, "influxd2"),
}
Running = Callable[[str], InfluxServer]


@pytest.fixture(scope="session")
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A running InfluxDB of each generation, started when it is first asked for; tests use databases of their own."""
    with ExitStack() as stack:

        @cache
        def running_one(name: str) -> InfluxServer:
            kind, program = _KINDS[name]
            folder = tmp_path_factory.mktemp(name) / "x"
            return stack.enter_context(influx(kind, request.getfixturevalue(program), folder))

        yield running_one


_NUMBERS = count(1)


@dataclass
class Database:
    """A new database of a shared server, which must not be stopped."""

    server: InfluxServer
    name: str

    def opened(self, **other: Any) -> Influx:
        return self.server.opened(bucket=self.name, **other)

    def ask(self, query: str) -> Any:
        return self.server.ask(query, self.name)["results"][0]


def _database(server: InfluxServer) -> Database:
    made = Database(server, f"test{next(_NUMBERS)}")
    server.create(made.name)
    return made


@pytest.fixture(params=GENERATIONS)
def database(request: pytest.FixtureRequest, shared: Running) -> Database:
    """A new database of each InfluxDB in turn."""
    return _database(shared(request.param))


@pytest.fixture(params=["embedded", *GENERATIONS])
def telemetry(request: pytest.FixtureRequest, shared: Running, tmp_path: Path) -> Iterator[Telemetry]:
    """Each time-series store in turn, empty."""
    if request.param == "embedded":
        opened: Telemetry = Embedded(tmp_path / "telemetry.db")
    else:
        opened = _database(shared(request.param)).opened()
    yield opened
    opened.close()


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
def store(url: str) -> Iterator[Store]:
    """An empty store."""
    opened = open_store(url)
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


@pytest.fixture
def eventually() -> Callable[[Callable[[], object]], None]:
    """Wait until something is true; the test fails if it never is."""
    return wait_for
