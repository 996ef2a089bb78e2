"""P6: wall clocks that jump, at the node, at the gateway and at both, while they run and at their starts.

The same troubles at the same lights open and close the same faults and tell the same messages as with true clocks.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from demo.watcher import ApiError
from tests.integration.promises.house import House
from tests.integration.promises.street import LIGHTS, Street
from tests.integration.promises.wall import DAY_S, Wall
from tests.integration.real.parts import until


class Jump(NamedTuple):
    """Whose clock jumps, by how much, whether the system says that it keeps it in step, and whether the gateway is told
    to believe it.
    """

    where: str = ""
    how: str = ""
    kept: bool = False
    trusted: bool = False


TRUE, CI = Jump(), Jump("both", "a year on")
TRUSTING = CI._replace(trusted=True)
HOWS = ("a day on", "a day back", "1970", "a year on")
# A day ahead may well be a day without the gateway: that is what it is taken for, and the day is UNKNOWN until the
# clock is put back. And what the system keeps in step is believed.
LASTING = [Jump("gateway", "a day on"), Jump("both", "a day on", kept=True)]
OTHERS = [*(Jump(where, how) for where in ("node", "gateway") for how in HOWS), Jump("both", "1970"), LASTING[1]]


class Told(NamedTuple):
    """What came of the story: faults and messages; the longest history that any light ever had, and its begin."""

    faults: list[tuple[str, str, bool]]
    messages: list[tuple[str, str, str]]
    longest_ms: int
    begun_ms: int
    lasted_s: float


class Clocks(Street):
    """A street whose node and gateway go by clocks of their own."""

    def __init__(self, folder: Path, mosquitto: Path, library: Path) -> None:
        super().__init__(folder, mosquitto)
        self.walls = {who: Wall(library, folder / f"{who}.wall") for who in ("node", "gateway")}
        self.node.env = {**self.node.env, **self.walls["node"].env()}
        self.house.gateway.env = self.walls["gateway"].env()

    def jumps(self, jump: Jump) -> None:
        for who, clock in self.walls.items():
            if jump.where in {who, "both"}:
                clock.ahead(Wall.of(jump.how), kept=jump.kept)

    def back(self, jump: Jump) -> None:
        for clock in self.walls.values():
            clock.ahead(0, kept=jump.kept)

    def told(self, began: float) -> Told:
        query = (
            "select sum(coalesce(to_ms, from_ms) - from_ms), min(from_ms) from intervals where device like 'light-%'"
        )
        spans = self.house.rows(f"{query} group by device")
        longest, begun = max(ms for ms, _ in spans), min(ms for _, ms in spans)
        return Told(self.house.faults(), self.house.messages(), longest, begun, time.monotonic() - began)


def story(street: Clocks, jump: Jump) -> Told:
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
        short = "".join(word[0] for word in " ".join(map(str, jump)).split())  # paths of sockets are short
        with Clocks(tmp_path / short, mosquitto, wall_library) as street:
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
    """The control: the gateway is told to believe its clock."""
    jumped, trusting = come_of([CI, TRUSTING])
    assert is_the_true_story(jumped), jumped
    assert not gains(jumped), jumped
    assert not is_the_true_story(trusting) or gains(trusting)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_whatever_the_jump_it_opens_closes_and_tells_nothing(come_of: Any) -> None:
    told = come_of([TRUE, *OTHERS])
    for jump, one in zip([TRUE, *OTHERS], told, strict=True):
        assert is_the_true_story(one), (jump, one)
        assert gains(one) == (jump in LASTING), (jump, one)


def shown(page: House) -> set[str] | None:
    """The lights' states on the page; None: it takes who asks for somebody whose time is over."""
    with suppress(ApiError):
        return {row["state"] for row in page.api.ask("/api/v1/devices")["items"] if row["id"] in LIGHTS}
    return None


@pytest.mark.long
@pytest.mark.timeout(300)
def test_a_page_whose_clock_has_jumped_shows_what_the_gateway_says(
    mosquitto: Path, wall_library: Path, tmp_path: Path
) -> None:
    with Street(tmp_path / "street", mosquitto) as street:
        house, clock = street.house, Wall(wall_library, tmp_path / "page.wall")
        house.page.env = clock.env()
        street.begins()
        house.start(house.page)
        house.sign_in()
        for seconds in (DAY_S, -DAY_S):  # while it runs
            clock.ahead(seconds)
            for _ in range(40):
                assert shown(house) == {"up"}
                time.sleep(0.2)
        house.page.stop()
        clock.ahead(Wall.of("a year on"))
        house.start(house.page)
        assert shown(house) is None, "it begins by the clock it finds"
        until(lambda: shown(house) == {"up"}, "the page goes by the gateway's time", 120)
