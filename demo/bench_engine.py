"""What the fault engine costs by itself: CPU a reading, and memory a device, both with 100,000 devices watched."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from contracts.inventory import Village
from contracts.messages import Reading
from demo.bench_rows import START_MS, cpu_s
from gateway import faults
from gateway.faults import Link, NodeWatch, Record, Rules, VillageWatch
from gateway.faults.village.plan import Plan

DEVICES = 100_000
A_NODE = 10
A_VILLAGE = 100
ROUNDS = 3
BOOT = "0" * 16
_NAME = {"zh": "路口", "en": "place"}
Watched = list[tuple[Plan, VillageWatch, dict[str, NodeWatch]]]


def engine_us(_folder: Path, quick: bool) -> float:
    """Records of one reading each that say what the one before said, all devices by turns, through both judgements."""
    watched, rules = list(_watched(DEVICES // (10 if quick else 1))), Rules()
    begun, count, at_ms = cpu_s(), 0, START_MS
    for turn in range(1, ROUNDS + 1):
        at_ms = START_MS + 60_000 * turn
        for plan, whole, nodes in watched:
            for name, node in nodes.items():
                for device in node.devices:
                    if device == name:
                        continue
                    reading = Reading(device, "up", since_s=60.0 * turn, looks=6 * turn + 1)
                    node, said = faults.step(node, Record(at_ms, (reading,), boot=BOOT), rules)  # noqa: PLW2901  # the next one
                    whole, _ = faults.judge(whole, plan, said, at_ms, rules)  # noqa: PLW2901  # as above
                    count += 1
                nodes[name] = node
    return (cpu_s() - begun) * 1e6 / count


def engine_bytes(_folder: Path, quick: bool) -> float:
    """Resident memory that remembering a device takes, its share of its node's and the village's included."""
    gc.collect()
    before = _resident()
    watched = list(_watched(DEVICES // (10 if quick else 1)))
    gc.collect()
    grown = _resident() - before
    devices = sum(len(node.devices) for _, _, nodes in watched for node in nodes.values())
    return grown / devices


def _watched(devices: int) -> Iterator[tuple[Plan, VillageWatch, dict[str, NodeWatch]]]:
    """Villages of 1,000 devices, each of which has spoken."""
    rules = Rules()
    for number in range(devices // (A_NODE * A_VILLAGE)):
        village = Village.model_validate(_village(number))
        nodes = {node.id: _spoken(village, node.id, rules) for _, _, node in village.nodes()}
        yield faults.plan(village, rules), faults.begin(nodes.values(), START_MS), nodes


def _spoken(village: Village, node: str, rules: Rules) -> NodeWatch:
    watch, _ = faults.start(village, node, rules, START_MS)
    watch, _ = faults.step(watch, Link("up", BOOT, START_MS), rules)
    readings = tuple(Reading(device, "up", 0.0, 1) for device in watch.devices if device != node)
    return faults.step(watch, Record(START_MS, readings, boot=BOOT), rules)[0]


def _village(number: int) -> dict[str, Any]:
    junctions = [_junction(f"{number}-{index}") for index in range(A_VILLAGE)]
    return {"id": f"v-{number}", "name": _NAME, "grids": [{"id": "g", "name": _NAME, "junctions": junctions}]}


def _junction(name: str) -> dict[str, Any]:
    camera = {"kind": "camera", "driver": "opencv", "source": "x.mp4"}
    light = {"kind": "warning_light", "driver": "warning_light", "isolation": "opto", "supply": "mains"}
    cameras = [{**camera, "id": f"cam-{name}-{index}"} for index in range(A_NODE // 2)]
    lights = [{**light, "id": f"wl-{name}-{index}", "pin": f"GPIO{2 + index}"} for index in range(A_NODE - A_NODE // 2)]
    nodes = [{"id": f"n-{name}", "devices": [*cameras, *lights]}]
    return {"id": f"j-{name}", "name": _NAME, "lat": 31.3, "lon": 118.8, "nodes": nodes}


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
