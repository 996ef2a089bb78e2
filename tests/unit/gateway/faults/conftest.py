"""A village under the engine: told what happens second by second, it keeps everything the engine says."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest
from msgspec import UNSET

from contracts.inventory import Village
from contracts.messages import Finding, Reading
from contracts.states import State, worst
from gateway.faults import (
    Acknowledge,
    Change,
    Cleared,
    Confirmed,
    Ended,
    Event,
    Filled,
    Interval,
    Link,
    NodeWatch,
    Noted,
    Record,
    Rules,
    StateChanged,
    Tick,
    next_deadline,
    start,
    step,
)

ZERO = 1_800_000_000_000
NAME = {"zh": "路口", "en": "place"}
BAD: dict[str, State] = {
    "blur": "degraded",
    "disk_full": "degraded",
    "busy": "unknown",
    "driver_error": "unknown",
    "unrecognised": "degraded",
}


def village(nodes: int = 1) -> Village:
    """One junction; each node has a camera, a light and a charge point with two connectors."""

    def devices(n: int) -> list[dict[str, Any]]:
        pile = {"number": 1}, {"number": 2}
        return [
            {"id": f"cam-0{n}", "kind": "camera", "driver": "opencv", "source": "x.mp4"},
            {"id": f"light-0{n}", "kind": "warning_light", "driver": "warning_light", "pin": "GPIO23"}
            | {"isolation": "opto", "supply": "mains"},
            {"id": f"cp-0{n}", "kind": "charge_point", "driver": "ocpp16", "identity": f"CP{n}", "connectors": pile},
        ]

    found = [{"id": f"n-0{n}", "interval_s": 60, "devices": devices(n)} for n in range(1, nodes + 1)]
    junction = {"id": "j-01", "name": NAME, "lat": 31.3, "lon": 118.8, "nodes": found}
    grid = {"id": "g", "name": NAME, "junctions": [junction]}
    return Village.model_validate({"id": "v", "name": NAME, "grids": [grid]})


@dataclass
class Engine:
    """Times are seconds from the start of watching; ``live``: what the latest StateChanged of each device said."""

    rules: Rules = field(default_factory=Rules)
    nodes: int = 1
    said: list[Change] = field(default_factory=list)
    live: dict[str, StateChanged] = field(default_factory=dict)
    watch: NodeWatch = field(init=False)

    def __post_init__(self) -> None:
        self.watch, changes = start(village(self.nodes), "n-01", self.rules, ZERO)
        self._keep(changes)

    def _keep(self, changes: tuple[Change, ...]) -> list[Change]:
        self.said += changes
        self.live |= {change.device: change for change in changes if isinstance(change, StateChanged)}
        return list(changes)

    def tell(self, event: Event) -> list[Change]:
        self.watch, changes = step(self.watch, event, self.rules)
        return self._keep(changes)

    def restart(self, at: float) -> None:
        self.watch, changes = start(village(self.nodes), "n-01", self.rules, ms(at), self.watch)
        self._keep(changes)

    def up(self, at: float, boot: str = "a") -> None:
        self.tell(Link("up", boot, ms(at)))

    def lost(self, at: float, boot: str = "a") -> None:
        self.tell(Link("lost", boot, ms(at)))

    def tick(self, at: float) -> list[Change]:
        return self.tell(Tick(ms(at)))

    def run(self, until: float) -> None:
        """Tick at each deadline, as the gateway does."""
        while (due := next_deadline(self.watch)) <= ms(until):
            self.tell(Tick(due))
        self.tell(Tick(ms(until)))

    def note(self, code: str, at: float) -> None:
        self.tell(Noted(code, ms(at)))

    def take(self, asset: str, code: str, at: float, measured_dead: bool = False) -> None:
        self.tell(Acknowledge(asset, code, "li", ms(at), measured_dead))

    def sees(
        self,
        device: str,
        at: float,
        *codes: tuple[str, float, int],
        since: float | None = None,
        looks: int = 1,
        word: str | None = None,
        state: State | None = None,
        nc: tuple[str, ...] = (),
        **record: Any,
    ) -> list[Change]:
        """A record with one reading; ``codes``: (code, bad since this second, looks)."""
        found = tuple(Finding(code, BAD.get(code, "down"), at - bad, n) for code, bad, n in codes)
        said = state or worst(finding.s for finding in found)
        begun = at if since is None else since
        reading = Reading(device, said, at - begun, looks, UNSET if word is None else word, found, nc)
        return self.tell(Record(ms(at), (reading,), **record))

    def all_fine(self, at: float, since: float = 0, looks: int = 9, **record: Any) -> list[Change]:
        """The interval's record: every device is fine."""
        readings = tuple(
            Reading(id_, "up", at - since, looks) for id_, device in self.watch.devices.items() if device.kind != "node"
        )
        return self.tell(Record(ms(at), readings, **record))

    def faults(self) -> list[tuple[str, ...]]:
        """What was said of faults: (opened|cleared|closed, asset, code, second)."""
        told: list[tuple[str, ...]] = []
        for change in self.said:
            match change:
                case Confirmed():
                    told.append(("opened", change.asset, change.code, sec(change.since_ms)))
                case Cleared():
                    told.append(("cleared", change.asset, change.code, sec(change.ended_ms)))
                case Ended():
                    told.append(("closed", change.asset, change.code, sec(change.closed_ms)))
                case _:
                    pass
        return told

    def opened(self) -> list[Confirmed]:
        return [change for change in self.said if isinstance(change, Confirmed)]

    def timeline(self, device: str) -> list[tuple[str, str]]:
        """The intervals as a store would hold them by now: (from second, state)."""
        kept: list[tuple[int, int, str]] = []
        for change in self.said:
            if isinstance(change, Interval) and change.device == device:
                kept = [(a, min(b, change.from_ms), s) for a, b, s in kept if a < change.from_ms]
                kept.append((change.from_ms, ms(10**9), change.state))
            elif isinstance(change, Filled) and change.device == device:
                kept = [piece for old in kept for piece in _filled(old, change)]
        joined = [kept[0], *(new for old, new in pairwise(kept) if old[2] != new[2])]
        return [(sec(begun), state) for begun, _, state in joined]


def _filled(old: tuple[int, int, str], fill: Filled) -> list[tuple[int, int, str]]:
    begun, end, state = old
    low, high = max(begun, fill.from_ms), min(end, fill.to_ms)
    if state != "unknown" or low >= high:
        return [old]
    parts = [(begun, low, state), (low, high, fill.state), (high, end, state)]
    return [part for part in parts if part[0] < part[1]]


def ms(at: float) -> int:
    return ZERO + round(at * 1000)


def sec(at_ms: int) -> str:
    return f"{(at_ms - ZERO) / 1000:g}"


@pytest.fixture
def engine() -> Engine:
    """A fresh engine whose node has come up and reported all fine at second 0."""
    engine = Engine()
    engine.up(0)
    engine.all_fine(0)
    return engine


@pytest.fixture
def new_engine() -> Callable[..., Engine]:
    """Make an engine that has heard nothing: ``new_engine(rules=…, nodes=…)``."""
    return Engine


@pytest.fixture(scope="session")
def small_village() -> Callable[[int], Village]:
    """A village of one junction with so many nodes."""
    return village
