"""P9: InfluxDB is away, its disk is full, or it refuses some lines, while nodes report: nothing is lost or waits."""

import logging
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import pytest

from contracts.inventory import Village
from gateway.store import Batch, Store, open_store
from gateway.telemetry import Telemetry, drain
from gateway.telemetry.base import OK, Outcome
from tests.integration.promises.callers import Callers
from tests.integration.promises.house import House
from tests.integration.real.parts import until
from tests.servers import Influx1, InfluxServer, influx, running, wait_for

log = logging.getLogger(__name__)

LONG = [pytest.mark.long, pytest.mark.timeout(240)]
AWAY = [("killed", 12), pytest.param("killed", 45, marks=LONG), pytest.param("hung", 25, marks=LONG)]
NODES = range(1, 7)


class Took(NamedTuple):
    """Medians, seconds: few late ones are the machine's."""

    ack: float
    page: float
    fault: float


class Watched:
    """A house with InfluxDB and nodes, and how long everything takes there."""

    def __init__(self, house: House, server: InfluxServer) -> None:
        self.house, self.server = house, server
        self.callers = Callers(house.port, NODES)

    def stored(self) -> int:
        """Readings in the journal; each record here has one."""
        return int(self.house.rows("select count(*) from journal")[0][0])

    def points(self) -> int:
        """Readings in InfluxDB."""
        series = self.server.ask("select count(n) from warning_light")["results"][0].get("series", [])
        return int(series[0]["values"][0][1]) if series else 0

    def all_written(self) -> bool:
        return self.points() == self.stored() == self.callers.said()

    def figures(self) -> str:
        waits = self.house.rows("select count(*), sum(points) from telemetry_lines")
        return f"{self.points()} of {self.stored()} of {self.callers.said()}, {waits} wait; {self.house.words()}"

    def fault_s(self, name: str) -> float:
        """From the dark look to the open fault; then it is mended. A fault that comes again keeps its number."""
        node = self.callers.nodes[name]
        began = node.turns(dark=True)
        until(lambda: (node.light, "dark", False) in self.house.faults(), f"{node.light} is dark", 30)
        took = time.monotonic() - began
        node.turns(dark=False)
        until(lambda: (node.light, "dark", True) in self.house.faults(), f"{node.light} is lit", 30)
        return took

    def pages_s(self, times: int = 20) -> list[float]:
        """Of the list of devices."""
        took = []
        for _ in range(times):
            began = time.monotonic()
            self.house.api.ask("/api/v1/devices")
            took.append(time.monotonic() - began)
        return took

    def measured(self, seconds: float) -> Took:
        """For so long, and three faults at least."""
        began, pages, names = time.monotonic(), list[float](), [f"n-{number:02d}" for number in NODES]
        faults: list[float] = []
        for turn in count():
            faults.append(self.fault_s(names[turn % len(names)]))
            pages += self.pages_s()
            if time.monotonic() - began > seconds and turn > 1:
                break
        return Took(*(median(values) for values in (self.callers.between(began), pages, faults)))


@contextmanager
def watched(house: House, server: InfluxServer) -> Iterator[Watched]:
    house.start(house.gateway, house.page)
    house.sign_in()
    here = Watched(house, server)
    try:
        here.callers.greet()
        here.callers.start()
        yield here
    finally:
        here.callers.close()


@pytest.fixture
def made(mosquitto: Path, tmp_path: Path, village: Village) -> Iterator[Callable[..., Any]]:
    """Builds a house whose gateway writes to an InfluxDB."""
    houses: list[House] = []

    def make(server: InfluxServer) -> House:
        houses.append(House(tmp_path, mosquitto, village, telemetry=server.settings()))
        houses[-1].start(houses[-1].broker)
        return houses[-1]

    yield make
    for house in houses:
        house.stop()


@pytest.mark.parametrize(("how", "away_s"), AWAY)
def test_an_outage_of_influxdb_is_nobodys_but_its_own(
    made: Any, influxd: Path, tmp_path: Path, how: str, away_s: int
) -> None:
    """The control: how long the points waited. In a gateway that waits for InfluxDB all else would wait as long."""
    with influx(Influx1, influxd, tmp_path / "influx") as server, watched(made(server), server) as here:
        wait_for(lambda: here.points() > 20, 60)
        before = here.measured(3)
        with away(server, how):
            began = time.monotonic()
            during = here.measured(away_s)
            middle = (began + time.monotonic()) / 2
            waits = here.house.rows("select sum(points) from telemetry_lines")[0][0]
        here.callers.end()
        wait_for(lambda: here.points() == here.stored(), 90)
        waited_s = time.monotonic() - middle
        assert waits > away_s * len(NODES), "the backlog grows"
        assert here.stored() == here.callers.said()
        assert here.house.rows("select count(*) from parked_lines") == [(0,)]
    told = "; ".join(f"{1000 * one:.0f}/{1000 * two:.0f}" for one, two in zip(before, during, strict=True))
    log.info("%s", f"InfluxDB {how}, {away_s} s: ack, page, fault in ms before/during {told}; {waits} points waited")
    log.info("%s", f"the middle one for {waited_s:.1f} s")
    assert max(during) < waited_s / 4, (before, during, waited_s)


@contextmanager
def away(server: InfluxServer, how: str) -> Iterator[None]:
    """It is killed, or hangs: its port takes connections, and nothing comes back."""
    if how == "killed":
        server.kill()
        yield
        server.start()
    else:
        assert server.process
        server.process.send_signal(signal.SIGSTOP)
        yield
        server.process.send_signal(signal.SIGCONT)


@pytest.mark.long
def test_a_field_of_another_type_parks_the_lines_that_have_it_and_no_other(
    made: Any, influxd: Path, tmp_path: Path
) -> None:
    with influx(Influx1, influxd, tmp_path / "influx") as server:
        assert server.opened().write([f'warning_light,device=strange odd="a word" {time.time_ns() // 1_000_000}']) == OK
        with watched(made(server), server) as here:
            bad = here.callers.nodes["n-03"]
            bad.more = {"odd": 1.0}
            wait_for(lambda: bad.n > 50, 60)
            bad.more = {}
            here.callers.end()
            like = "sum(reason like '%field type conflict%'), sum(line like '%node=n-03%')"
            parked = f"select count(*), {like} from parked_lines"  # noqa: S608  # our own words
            wait_for(lambda: here.points() + here.house.rows(parked)[0][0] == here.stored() == here.callers.said(), 60)
            found = here.house.rows(parked)[0]
    assert found[0] == found[1] == found[2]
    assert 40 < found[0] < 100


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A disk of its own, of 64 MiB."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64m", "none", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here (not root, or in a container)")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def fill(disk: Path) -> Path:
    """All that is left of it."""
    with (disk / "filler").open("wb", buffering=0) as file:
        for size in (2**20, 4096):
            with suppress(OSError):
                while file.write(bytes(size)) == size:
                    continue
    return disk / "filler"


@pytest.mark.long
@pytest.mark.timeout(240)
def test_a_full_disk_of_influxdb_loses_nothing(made: Any, influxd: Path, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        server = Influx1.on(influxd, disk)
        with running(server):
            wait_for(server.ready, 60)
            with watched(made(server), server) as here:
                wait_for(lambda: here.points() > 20, 60)
                filler = fill(disk)
                wait_for(lambda: "no space left" in here.house.gateway.log.read_text(), 60)
                began = time.monotonic()
                during = here.measured(15)
                middle = (began + time.monotonic()) / 2
                filler.unlink()
                server.kill()  # InfluxDB 1.x goes on to refuse with the same words until it is started anew
                server.start()
                here.callers.end()
                until(here.all_written, "all is written", 90, here.figures)
                waited_s = time.monotonic() - middle
                assert here.house.rows("select count(*) from parked_lines") == [(0,)]
    assert max(during) < waited_s / 4, (during, waited_s)


# --- the control: what the count finds where a drain deletes before the other side has it

Move = Callable[[Store, Telemetry], object]


def deletes_first(store: Store, telemetry: Telemetry) -> Outcome:
    ids, lines = store.next_lines(drain.POINTS)
    store.lines_written(ids, (), 0)
    return telemetry.write(lines)


MOVES: dict[str, tuple[Move, int]] = {
    "the product's": (lambda store, telemetry: drain.drain_once(store, telemetry, 0), 100),
    "one that deletes first": (deletes_first, 0),
}


@pytest.mark.parametrize("whose", MOVES)
def test_the_same_count_finds_what_a_drain_loses(whose: str, influxd: Path, tmp_path: Path) -> None:
    move, left = MOVES[whose]
    store = open_store(f"sqlite:///{tmp_path}/gateway.db")
    store.record(Batch(0, lines=[f"warning_light,device=light-01 n={n} {n}" for n in range(1, 101)]))
    with influx(Influx1, influxd, tmp_path / "influx") as server:
        server.kill()
        move(store, server.opened())
        server.start()
        wait_for(server.ready, 60)
        move(store, server.opened())
        series = server.ask("select count(n) from warning_light")["results"][0].get("series")
        assert (series[0]["values"][0][1] if series else 0) == left
    store.close()
