"""What the harness's nodes say: telemetry and events mixed, of one to eight devices each. Pure."""

import random
from collections.abc import Sequence
from typing import Any

from contracts.inventory import Village
from contracts.messages import BirthDevice, Finding, Reading

DEVICES = 8
INTERVAL_S = 2.0
EVENT = 0.12
MOST_AT_ONCE = 6
# What a device of each kind may have; the words are the product's own.
CODES = {"camera": "black", "warning_light": "dark", "contact": "water"}
_NAME = {"zh": "混沌村", "en": "Chaos village"}


def node_ids(count: int) -> tuple[str, ...]:
    """The nodes' names."""
    return tuple(f"n-{number:02}" for number in range(1, count + 1))


def village(count: int) -> Village:
    """``count`` junctions with a node and eight devices each."""
    junctions = [_junction(number) for number in range(1, count + 1)]
    grid = {"id": "g-01", "name": _NAME, "junctions": junctions}
    return Village.model_validate({"id": "v-chaos", "name": _NAME, "grids": [grid]})


def _junction(number: int) -> dict[str, Any]:
    node = {"id": f"n-{number:02}", "interval_s": INTERVAL_S, "devices": [_device(number, at) for at in range(DEVICES)]}
    name = {"zh": f"{number}号路口", "en": f"Junction {number}"}
    return {"id": f"j-{number:02}", "name": name, "lat": 30.5, "lon": 120.5, "nodes": [node]}


def _device(number: int, at: int) -> dict[str, Any]:
    name = f"{number:02}-{at}"
    if at < 3:
        return {"kind": "camera", "driver": "opencv", "id": f"cam-{name}", "source": f"rtsp://192.0.2.{number}/{at}"}
    pin = {"pin": f"GPIO{at + 10}", "isolation": "opto"}
    if at < 6:
        return {"kind": "warning_light", "driver": "warning_light", "id": f"light-{name}", "supply": "mains", **pin}
    return {"kind": "contact", "driver": "contact", "id": f"contact-{name}", "role": "water", **pin}


def birth_devices(known: Village, node: str) -> tuple[BirthDevice, ...]:
    """What the node's birth tells of its devices."""
    return tuple(
        BirthDevice(device, place.kind, INTERVAL_S) for device, place in known.places().items() if place.node == node
    )


class Talk:
    """One node's talk: :meth:`batch` gives the next records, and how long they are to take."""

    def __init__(self, devices: Sequence[tuple[str, str]], rate: float, chance: random.Random) -> None:
        self._devices, self._rate, self._chance = devices, rate, chance
        self._bad: set[str] = set()
        self._looks = 0

    def batch(self) -> tuple[list[tuple[list[Reading], bool]], float]:
        """Records (readings, is an event), and the seconds until the next."""
        count = self._chance.randint(1, MOST_AT_ONCE)
        return [self._record() for _ in range(count)], count / self._rate

    def _record(self) -> tuple[list[Reading], bool]:
        self._looks += 1
        event = self._chance.random() < EVENT
        chosen = self._chance.sample(self._devices, self._chance.randint(1, len(self._devices)))
        if event:
            self._bad ^= {chosen[0][0]}
        return [self._reading(device, kind, event) for device, kind in chosen], event

    def _reading(self, device: str, kind: str, event: bool) -> Reading:
        values = {"value": round(self._chance.uniform(0, 100), 3), "look": float(self._looks), "event": float(event)}
        if device not in self._bad:
            return Reading(device, "up", looks=self._looks, m=values)
        return Reading(device, "down", f=(Finding(CODES[kind], "down"),), m=values)
