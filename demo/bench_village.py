"""The village that the load of ``ingest.*`` speaks for, and what its nodes say."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from contracts.messages import Reading
from contracts.topics import Topic
from edge import records
from firmware_config import yamltext

VILLAGE = "bench"
TOPICS = f"vsm/v1/{VILLAGE}/+/up"
NODES, DEVICES = 20, 8
START_MS = 1_790_000_000_000
_NAME = {"zh": "路口", "en": "place"}
# What a camera measures; with it a record of one reading is about 415 bytes long.
METRICS = {
    "fps": 24.93,
    "gop": 50.0,
    "kbps": 811.25,
    "luma_p99": 201.0,
    "luma_mean": 96.31,
    "silent_s": 0.04,
    "lag_ms": 41.5,
    "loss_pct": 0.0,
    "jitter_ms": 3.25,
    "decode_ms": 11.75,
    "dropped_keys": 0.0,
}
_UNCHECKED = ("black", "frozen", "moved", "blur")


def node_ids(nodes: int = NODES) -> list[str]:
    """The nodes, by number."""
    return [f"n-{number:05}" for number in range(nodes)]


def camera_ids(node: str, devices: int = DEVICES) -> list[str]:
    """The cameras of ``node``."""
    return [f"cam-{node[2:]}-{number}" for number in range(devices)]


def topic(node: str, leaf: str) -> str:
    """A topic of ``node``."""
    return str(Topic(VILLAGE, node, leaf))


def described(nodes: int = NODES, devices: int = DEVICES) -> dict[str, Any]:
    """An inventory of ``nodes`` junctions with a node of ``devices`` cameras each."""
    junctions = [_junction(node, devices) for node in node_ids(nodes)]
    return {"id": VILLAGE, "name": _NAME, "grids": [{"id": "g-1", "name": _NAME, "junctions": junctions}]}


def _junction(node: str, devices: int) -> dict[str, Any]:
    camera = {"kind": "camera", "driver": "opencv"}
    cameras = [{**camera, "id": name, "source": f"{name}.mp4"} for name in camera_ids(node, devices)]
    place = {"name": _NAME, "lat": 31.3, "lon": 118.8}
    return {"id": f"j-{node[2:]}", **place, "nodes": [{"id": node, "devices": cameras}]}


def write(path: Path) -> None:
    """The inventory as a file."""
    path.write_text(yamltext.dump(described()), encoding="utf-8")


def readings(cameras: list[str], each: int, n: int) -> Iterator[Reading]:
    """Those of record ``n`` (1 first) with ``each`` readings: the cameras by turns, and all is as it was."""
    for index in range((n - 1) * each, n * each):
        turn = index // len(cameras)
        yield Reading(cameras[index % len(cameras)], "up", 60.0 * turn, turn + 1, nc=_UNCHECKED, m=METRICS)


def body(cameras: list[str], each: int, n: int, mono: int, zero_ms: int = START_MS) -> bytes:
    """The fixed part of record ``n``, written at ``mono`` (ms), as a spool keeps it. ``zero_ms``: Unix ms of its 0."""
    return records.fixed([*readings(cameras, each, n)], zero_ms + mono, mono, "ntp")
