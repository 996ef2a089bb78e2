"""P6: wall clocks that jump, at the node, at the gateway and at both, while they run and at their starts.

The same troubles at the same lights open and close the same faults and tell the same messages as with true clocks.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple, Self

import pytest

from contracts.inventory import Village
from demo.lamp import Lamp
from demo.pins import VARIABLE as PINS
from tests.integration.promises.house import House
from tests.integration.promises.wall import DAY_S, Wall
from tests.integration.real.lamps import Lamps
from tests.integration.real.parts import until

LIGHTS = {"light-01": "GPIO17", "light-02": "GPIO27", "light-03": "GPIO22"}
WITHIN_S = 180.0


class Jump(NamedTuple):
    """Whose clock jumps, by how much, whether the system says that it keeps it in step, and whether the gateway is told
    to believe it.
    """

    where: str = ""
    how: str = ""
    kept: bool = False
    trusted: bool = False


TRUE = Jump()
CI = [Jump("gateway", "a year on"), Jump("both", "1970")]
TRUSTING = Jump("gateway", "a year on", trusted=True)
OTHERS = [
    Jump(where, how) for where in ("node", "gateway", "both") for how in ("a day on", "a day back", "1970", "a year on")
]
KEPT = [Jump("both", how, kept=True) for how in ("a day on", "a day back")]
# A day ahead may well be a day without the gateway: that is what it is taken for, and the day is UNKNOWN until the
# clock is put back. And what the system keeps in step is believed.
LASTING = [*(Jump(where, "a day on") for where in ("gateway", "both")), *KEPT]


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
    """What came of the story: faults and messages; the longest history that any light ever had, and its begin."""

    faults: list[tuple[str, str, bool]]
    messages: list[tuple[str, str, str]]
    longest_ms: int
    begun_ms: int
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
        self.lamps = {one: Lamp(one, pin, period_s=1.0) for one, pin in LIGHTS.items()}
        self._flashing = Lamps(pins, *self.lamps.values())

    def __enter__(self) -> Self:
        self._flashing.start()
        return self

    def __exit__(self, *_: object) -> None:
        for part in (self.node, self.house.gateway, self.house.broker):
            part.stop()
        self._flashing.end()

    def begins(self) -> None:
        self.house.start(self.house.broker, self.house.gateway, self.node)
        self.awaits("all lights are up", lambda: self.states() == {"up"})

    def states(self) -> set[str | None]:
        return {self.house.state(one) for one in LIGHTS}

    def awaits(self, what: str, true: Callable[[], object]) -> None:
        until(
            true, f"{self.house.folder.name}: {what}", WITHIN_S, lambda: f"{self.house.faults()} {self.house.words()}"
        )

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
        self.house.start(self.house.gateway, self.node)
        before = self.journal()
        self.awaits("reports go on", lambda: self.journal() > before + 5)

    def journal(self) -> int:
        return int(self.house.rows("select count(*) from journal")[0][0])

    def told(self, began: float) -> Told:
        query = (
            "select sum(coalesce(to_ms, from_ms) - from_ms), min(from_ms) from intervals where device like 'light-%'"
        )
        spans = self.house.rows(f"{query} group by device")
        longest, begun = max(ms for ms, _ in spans), min(ms for _, ms in spans)
        return Told(self.house.faults(), self.house.messages(), longest, begun, time.monotonic() - began)


def story(street: Street, jump: Jump) -> Told:
    began = time.monotonic()
    street.begins()
    street.breaks("light-02")
    street.jumps(jump)  # while all run
    street.breaks("light-01")
    street.mends("light-01")
    street.restarts()  # by the clocks as they are now
    street.breaks("light-03")
    street.mends("light-03")
    meanwhile = street.told(began)
    street.back(jump)
    street.restarts()
    street.mends("light-02")
    told = street.told(began)
    longest, begun = max(told.longest_ms, meanwhile.longest_ms), min(told.begun_ms, meanwhile.begun_ms)
    return told._replace(longest_ms=longest, begun_ms=begun)


@pytest.fixture
def come_of(mosquitto: Path, wall_library: Path, tmp_path: Path) -> Callable[[list[Jump]], list[Told]]:
    """What came of the story with each of these jumps; some streets at a time."""

    def one(jump: Jump) -> Told:
        with Street(tmp_path / "_".join(map(str, jump)).replace(" ", "_"), mosquitto, wall_library) as street:
            if jump.trusted:
                street.house.gateway.env = {**street.house.gateway.env, "VSM_CLOCK_TRUSTED": "true"}
            return story(street, jump)

    def all_of(jumps: list[Jump]) -> list[Told]:
        with ThreadPoolExecutor(4) as pool:
            return list(pool.map(one, jumps))

    return all_of


def gains(one: Told) -> bool:
    """Whether any light's history was longer than the story, or began before it."""
    return one.longest_ms > 1000 * one.lasted_s + 60_000 or one.begun_ms < (time.time() - DAY_S / 2) * 1000


def is_the_true_story(one: Told) -> bool:
    """As it is by true clocks."""
    faults = [(light, "dark", True) for light in ("light-02", "light-01", "light-03")]
    turns = [("problem", 2), ("problem", 1), ("recovery", 1), ("problem", 3), ("recovery", 3), ("recovery", 2)]
    return (one.faults, one.messages) == (faults, [(kind, f"light-0{light}", "dark") for kind, light in turns])


@pytest.mark.timeout(300)
def test_clocks_that_jump_open_close_and_tell_nothing_and_time_gains_nothing(come_of: Any) -> None:
    """The last one is the control: there the gateway is told to believe its clock."""
    *jumped, trusting = come_of([*CI, TRUSTING])
    for jump, one in zip(CI, jumped, strict=True):
        assert is_the_true_story(one), (jump, one)
        assert not gains(one), (jump, one)
    assert not is_the_true_story(trusting) or gains(trusting)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_whatever_the_jump_it_opens_closes_and_tells_nothing(come_of: Any) -> None:
    told = come_of([TRUE, *OTHERS, *KEPT])
    for jump, one in zip([TRUE, *OTHERS, *KEPT], told, strict=True):
        assert is_the_true_story(one), (jump, one)
        assert gains(one) == (jump in LASTING), (jump, one)
