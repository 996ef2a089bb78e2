"""P6: wall clocks that jump, at the node, at the gateway and at both, while they run and at their starts.

The same troubles at the same lights open and close the same faults and tell the same messages as with true clocks.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from contracts.inventory import Village
from demo.lamp import Lamp
from demo.pins import VARIABLE as PINS
from tests.integration.promises.house import House
from tests.integration.promises.wall import DAY_S, Wall
from tests.integration.real.lamps import Lamps
from tests.integration.real.parts import until

LIGHTS = {"light-01": "GPIO17", "light-02": "GPIO27", "light-03": "GPIO22"}
WITHIN_S = 60.0


class Jump(NamedTuple):
    """Whose clock jumps, by how much, and whether the system says that it keeps it in step."""

    where: str = ""
    how: str = ""
    kept: bool = False


TRUE = Jump()
CI = [TRUE, Jump("gateway", "a year on"), Jump("both", "1970")]
OTHERS = [
    Jump(where, how) for where in ("node", "gateway", "both") for how in ("a day on", "a day back", "1970", "a year on")
]
KEPT = [Jump("both", how, kept=True) for how in ("a day on", "a day back")]


def village() -> Village:
    name = {"zh": "村", "en": "Village"}
    lights = [
        {"id": one, "kind": "warning_light", "driver": "warning_light", "pin": pin, "look_s": 1}
        | {"isolation": "opto", "supply": "mains"}
        for one, pin in LIGHTS.items()
    ]
    node = {"id": "n-01", "interval_s": 1, "devices": lights}
    junction = {"id": "j-01", "name": name, "lat": 30.5, "lon": 120.5, "nodes": [node]}
    grid = {"id": "g-01", "name": name, "junctions": [junction]}
    return Village.model_validate({"id": "v-01", "name": name, "grids": [grid]})


class Told(NamedTuple):
    """What came of the story: faults, messages, and what uptime has of each light, ms by state."""

    faults: list[tuple[str, str, bool]]
    messages: list[tuple[str, str, str]]
    spans: dict[tuple[str, str], int]
    begun_ms: int
    journal: int
    lasted_s: float


class Street:
    """Three lights, a node and a gateway."""

    def __init__(self, folder: Path, mosquitto: Path, library: Path) -> None:
        folder.mkdir()
        self.house = House(folder, mosquitto, village(), node_rate=200)
        self.walls = {who: Wall(library, folder / f"{who}.wall") for who in ("node", "gateway")}
        pins = folder / "pins.sock"
        self.node = self.house.ours("edge", env={PINS: str(pins), **self.walls["node"].env()})
        self.house.gateway.env = self.walls["gateway"].env()
        self.lamps = {one: Lamp(one, pin, period_s=0.5) for one, pin in LIGHTS.items()}
        self._flashing = Lamps(pins, *self.lamps.values())

    def __enter__(self) -> "Street":
        self._flashing.start()
        for part in (self.house.broker, self.house.gateway, self.node):
            part.start()
        self.awaits("all lights are up", lambda: self.states() == {"up"})
        return self

    def __exit__(self, *_: object) -> None:
        for part in (self.node, self.house.gateway, self.house.broker):
            part.stop()
        self._flashing.end()

    def states(self) -> set[str | None]:
        return {self.house.state(one) for one in LIGHTS}

    def awaits(self, what: str, true: Callable[[], object]) -> None:
        until(true, f"{self.house.folder.name}: {what}", WITHIN_S, lambda: f"{self.house.faults()} {self.house.words()}")

    def breaks(self, light: str) -> None:
        self.lamps[light].fault = "dark"
        self.awaits(f"{light} is dark", lambda: (light, "dark", False) in self.house.faults())
        self.awaits(f"{light} is told", lambda: ("problem", light, "dark") in self.house.messages())

    def mends(self, light: str) -> None:
        self.lamps[light].fault = None
        self.awaits(f"{light} is mended", lambda: (light, "dark", True) in self.house.faults())
        self.awaits(f"{light} is told", lambda: ("recovery", light, "dark") in self.house.messages())

    def jumps(self, jump: Jump) -> None:
        for who, clock in self.walls.items():
            if jump.where in {who, "both"}:
                clock.ahead(Wall.of(jump.how), kept=jump.kept)

    def back(self, jump: Jump) -> None:
        for clock in self.walls.values():
            clock.ahead(0, kept=jump.kept)

    def restarts(self) -> None:
        """The gateway dies, the node ends; both begin by the clocks they find."""
        self.node.stop()
        self.house.gateway.kill()
        for part in (self.house.gateway, self.node):
            part.start()
        before = self.journal()
        self.awaits("reports go on", lambda: self.journal() > before + 5)

    def journal(self) -> int:
        return int(self.house.rows("select count(*) from journal")[0][0])

    def told(self, began: float) -> Told:
        spans: dict[tuple[str, str], int] = {}
        rows = self.house.rows("select device, state, from_ms, coalesce(to_ms, from_ms) from intervals")
        for device, state, from_ms, to_ms in rows:
            spans[device, state] = spans.get((device, state), 0) + to_ms - from_ms
        first = int(self.house.rows("select min(from_ms) from intervals")[0][0])
        lasted = time.monotonic() - began
        return Told(self.house.faults(), self.house.messages(), spans, first, self.journal(), lasted)


def story(street: Street, jump: Jump) -> Told:
    began = time.monotonic()
    street.breaks("light-02")
    street.jumps(jump)  # while all run
    street.breaks("light-01")
    street.mends("light-01")
    street.restarts()  # by the clocks as they are now
    street.breaks("light-03")
    street.mends("light-03")
    street.back(jump)
    street.restarts()
    street.mends("light-02")
    return street.told(began)


@pytest.fixture
def come_of(mosquitto: Path, wall_library: Path, tmp_path: Path) -> Callable[[list[Jump]], list[Told]]:
    """What came of the story with each of these jumps; some streets at a time."""

    def one(jump: Jump) -> Told:
        with Street(tmp_path / ("_".join(jump[:2]).replace(" ", "_") or "true"), mosquitto, wall_library) as street:
            return story(street, jump)

    def all_of(jumps: list[Jump]) -> list[Told]:
        with ThreadPoolExecutor(3) as pool:
            return list(pool.map(one, jumps))

    return all_of


def check(jumps: list[Jump], told: list[Told]) -> None:
    true = told[0]
    assert true.faults == [(one, "dark", True) for one in ("light-02", "light-01", "light-03")]
    for jump, one in zip(jumps, told, strict=True):
        assert (one.faults, one.messages) == (true.faults, true.messages), jump


@pytest.mark.timeout(300)
def test_clocks_that_jump_open_close_and_tell_nothing(come_of: Any) -> None:
    told = come_of(CI)
    check(CI, told)
    for jump, one in zip(CI, told, strict=True):
        assert sum(one.spans.values()) <= len(LIGHTS) * 1000 * (one.lasted_s + 30) + 60_000, jump
        assert one.begun_ms > (time.time() - DAY_S) * 1000, jump
