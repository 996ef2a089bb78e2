"""What is broken when: a pure function of the seed. Times in seconds from the load's start."""

import random
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

Deed = Literal["kill", "stop", "cut", "hang"]
# What may be done to a database of the harness's own, and to one of somebody else.
OWN_STORE: tuple[Deed, ...] = ("kill", "stop", "cut")
OTHERS_STORE: tuple[Deed, ...] = ("cut",)
# Nothing breaks before everybody has spoken once.
CALM_S = 2.0
LEAST_S = 0.4
# Each target is left alone so long between two of its faults, on average and at least.
GAP_S = {"node": 9.0, "line": 14.0, "gateway": 7.0, "broker": 11.0, "influx": 13.0, "store": 15.0}
REST_S = 1.5
LONGEST_S = {"node": 4.0, "line": 5.0, "gateway": 4.0, "broker": 4.0, "influx": 5.0, "store": 3.0}
DEEDS: dict[str, tuple[Deed, ...]] = {
    "node": ("kill", "kill", "stop"),
    "line": ("cut", "cut", "hang"),
    "gateway": ("kill", "kill", "stop"),
    "broker": ("kill", "kill", "stop"),
    "influx": ("kill", "stop"),
}
# In a run whose spools must overflow everybody waits so long for a gateway that is away.
FORCED_S = 9.0


class Fault(NamedTuple):
    """``deed`` on ``target`` ("n-01", "line n-01", "gateway", "broker", "influx", "store") for ``for_s`` seconds."""

    at_s: float
    target: str
    deed: Deed
    for_s: float

    @property
    def end_s(self) -> float:
        """When it is over."""
        return self.at_s + self.for_s

    def __str__(self) -> str:
        return f"{self.at_s:6.1f} s  {self.deed} {self.target} for {self.for_s:.1f} s"


class Scene(NamedTuple):
    """What there is to break. ``store``: the deeds on the database's server; ``cap``: the spools must overflow."""

    nodes: tuple[str, ...]
    influx: bool = False
    store: tuple[Deed, ...] = ()
    cap: bool = False


def schedule(seed: int, seconds: float, scene: Scene) -> list[Fault]:
    """Every fault of a run, by its beginning. The last one ends with the load, which is the hardest moment for it."""
    found = [fault for target, kind in _targets(scene) for fault in _of(seed, target, kind, seconds, scene)]
    musts = [_last(seed, seconds, scene), *([_forced(seconds)] if scene.cap else [])]
    found = [fault for fault in found if _is_free(fault, musts)]
    musts += [fault for fault in _power_cuts_of_the_cut_off(scene, seconds, found) if _is_free(fault, musts)]
    return sorted([*musts, *(fault for fault in found if _is_free(fault, musts))])


def _targets(scene: Scene) -> Iterator[tuple[str, str]]:
    yield from ((node, "node") for node in scene.nodes)
    yield from ((f"line {node}", "line") for node in scene.nodes)
    yield from (("gateway", "gateway"), ("broker", "broker"))
    if scene.influx:
        yield "influx", "influx"
    if scene.store:
        yield "store", "store"


def _of(seed: int, target: str, kind: str, seconds: float, scene: Scene) -> Iterator[Fault]:
    chance = random.Random(f"{seed}/{target}")
    deeds: Sequence[Deed] = scene.store if kind == "store" else DEEDS[kind]
    at_s = CALM_S + chance.uniform(0, GAP_S[kind])
    while at_s < seconds - LEAST_S:
        for_s = min(chance.uniform(LEAST_S, LONGEST_S[kind]), seconds - at_s)
        yield Fault(round(at_s, 2), target, chance.choice(deeds), round(for_s, 2))
        at_s += for_s + REST_S + chance.expovariate(1 / (GAP_S[kind] - REST_S))


def _power_cuts_of_the_cut_off(scene: Scene, seconds: float, found: Sequence[Fault]) -> Iterator[Fault]:
    """In the first cut of each line its node loses its power, with all that it could not send."""
    for node in scene.nodes:
        cut = next((fault for fault in found if fault.target == f"line {node}" and fault.deed == "cut"), None)
        if cut is None:
            continue
        kill = Fault(round(cut.at_s + 0.7 * cut.for_s, 2), node, "kill", LEAST_S)
        if kill.end_s < seconds:
            yield kill


def _is_free(fault: Fault, others: Iterable[Fault]) -> bool:
    return all(
        fault.end_s + REST_S < other.at_s or other.end_s + REST_S < fault.at_s
        for other in others
        if other.target == fault.target
    )


def _forced(seconds: float) -> Fault:
    return Fault(round(0.35 * seconds, 2), "gateway", "kill", FORCED_S)


def _last(seed: int, seconds: float, scene: Scene) -> Fault:
    chance = random.Random(f"{seed}/last")
    target, kind = chance.choice([one for one in _targets(scene) if one[1] != "store"])
    for_s = round(chance.uniform(LEAST_S, LONGEST_S[kind]), 2)
    return Fault(round(seconds - for_s, 2), target, DEEDS[kind][0], for_s)
