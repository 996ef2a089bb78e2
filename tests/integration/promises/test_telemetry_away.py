"""P9: InfluxDB is away, its disk is full, or it refuses some lines, while nodes report: nothing is lost or waits."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from contracts.inventory import Village
from gateway.store import open_store
from gateway.telemetry import drain
from gateway.telemetry.base import OK, Outcome, Telemetry
from tests.conftest import missing
from tests.integration.promises.callers import Callers, p95
from tests.integration.promises.house import House
from tests.integration.real.parts import until
from tests.servers import Influx1, influx, wait_for

AWAY = [12, pytest.param(60, marks=[pytest.mark.long, pytest.mark.timeout(240)])]
NODES = range(1, 7)


class Watched:
    """A house with InfluxDB and nodes, and how long everything takes there."""

    def __init__(self, house: House, server: Influx1) -> None:
        self.house, self.server = house, server
        self.callers = Callers(house.port, NODES)

    def stored(self) -> int:
        """Readings in the journal; each record here has one."""
        return int(self.house.rows("select count(*) from journal")[0][0])

    def points(self) -> int:
        """Readings in InfluxDB."""
        series = self.server.ask("select count(n) from warning_light")["results"][0].get("series", [])
        return int(series[0]["values"][0][1]) if series else 0

    def fault_s(self, name: str) -> float:
        """From the dark look to the open fault; then it is mended. A fault that comes again keeps its number."""
        node = self.callers.nodes[name]
        began = node.turns(dark=True)
        until(lambda: (node.light, "dark", False) in self.house.faults(), f"{node.light} is dark", 30)
        took = time.monotonic() - began
        node.turns(dark=False)
        until(lambda: (node.light, "dark", True) in self.house.faults(), f"{node.light} is lit", 30)
        return took

    def page_s(self, times: int = 20) -> float:
        """p95 of the list of devices."""
        took = []
        for _ in range(times):
            began = time.monotonic()
            self.house.api.ask("/api/v1/devices")
            took.append(time.monotonic() - began)
        return p95(took)

    def measured(self, seconds: float) -> tuple[float, float, float]:
        """For so long: p95 of acknowledging, p95 of a page, worst opening of a fault, seconds."""
        began, faults, pages, names = time.monotonic(), [], [], [f"n-{number:02d}" for number in NODES]
        for turn in count():
            faults.append(self.fault_s(names[turn % len(names)]))
            pages.append(self.page_s())
            if time.monotonic() - began > seconds:
                return self.callers.p95_s(began), max(pages), max(faults)
        raise AssertionError


@contextmanager
def watched(house: House, server: Influx1) -> Iterator[Watched]:
    for part in (house.gateway, house.page):
        part.start()
    house.sign_in()
    here = Watched(house, server)
    try:
        here.callers.greet()
        here.callers.start()
        yield here
    finally:
        here.callers.close()


@pytest.fixture
def made(mosquitto: Path, tmp_path: Path, village: Village, influxd: Path) -> Iterator[Callable[..., Any]]:
    """Builds a house whose gateway writes to an InfluxDB."""
    houses: list[House] = []

    def make(server: Influx1) -> House:
        houses.append(House(tmp_path, mosquitto, village, telemetry=server.settings()))
        houses[-1].broker.start()
        return houses[-1]

    yield make
    for house in houses:
        for part in (house.page, house.gateway, house.broker):
            part.stop()


@pytest.mark.parametrize("away_s", AWAY)
def test_an_outage_of_influxdb_is_nobodys_but_its_own(
    made: Any, influxd: Path, tmp_path: Path, away_s: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with influx(Influx1, influxd, tmp_path / "influx") as server, watched(made(server), server) as here:
        wait_for(lambda: here.points() > 20, 60)
        before = here.measured(5)
        server.kill()
        during = here.measured(away_s)
        waits = here.house.rows("select sum(points) from telemetry_lines")[0][0]
        assert waits > away_s * len(NODES), "the backlog grows"
        server.start()
        here.callers.end()
        wait_for(lambda: here.points() == here.stored(), 90)
        assert here.stored() == here.callers.said()
        assert here.house.rows("select count(*) from parked_lines") == [(0,)]
    assert all(now <= 3 * then + 0.5 for then, now in zip(before, during, strict=True)), (before, during)
    with capsys.disabled():
        told = "; ".join(f"{1000 * one:.0f}/{1000 * two:.0f}" for one, two in zip(before, during, strict=True))
        print(f"\nInfluxDB {away_s} s away: ack, page, fault in ms before/during {told}; {waits} points waited")
