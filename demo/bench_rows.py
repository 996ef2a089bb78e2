"""What one reading costs: at the node from sample to fsynced spool, at the gateway from payload to commit. CPU of the
process, no network.
"""

import resource
import secrets
import time
from pathlib import Path

import msgspec
from msgspec import UNSET

from contracts.inventory import Village, WarningLight, load_inventory
from contracts.messages import Prev, Reading, Up
from demo.workplace import VILLAGE
from edge.clock import Clock
from edge.drivers.base import LightSample, Watched
from edge.node import Node
from edge.spool import Spool
from edge.watch import Watch
from gateway.faults import Rules
from gateway.ingest import Ingest
from gateway.store import open_store

BATCH = 10
EDGE_READINGS = 20_000
GATEWAY_READINGS = 20_000
GATEWAY_BATCH = 500
START_MS = 1_790_000_000_000
CAP_BYTES = 64 << 20


def cpu_s() -> float:
    """CPU of this process; the kernel's share of writing and fsync is in it."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


class _Lit:
    """A light that flashes as it should, looked at in its own time."""

    def look(self, now: float) -> LightSample:
        """Six edges, the last half a second ago."""
        edges = tuple((now - 0.5 * step, step % 2 == 0) for step in range(6, 0, -1))
        return LightSample(lit=False, watched_s=now, edges=edges)

    def close(self) -> None:
        """Nothing to let go of."""


def _light(number: int) -> WarningLight:
    return WarningLight(
        id=f"light-{number:02}",
        kind="warning_light",
        driver="warning_light",
        pin=f"GPIO{number + 2}",
        isolation="opto",
        supply="mains",
        look_s=1,
    )


def _open(_device: Watched) -> _Lit:
    return _Lit()


def edge_us(folder: Path, quick: bool) -> float:
    """Ten devices, each looked at, judged and reported each second, one record and one fsync for the ten."""
    spool = Spool.open(folder / "spool", cap_bytes=CAP_BYTES, draw=secrets.token_hex)
    now = 1000.0
    clock = Clock(mono=lambda: now, wall_ms=lambda: START_MS, quality=lambda: "ntp")
    watches = [Watch(_light(number), _open, time.monotonic) for number in range(BATCH)]
    node = Node("n-01", 1.0, watches, spool, clock, secrets.token_hex(8))
    node.step(now)
    steps = EDGE_READINGS // (BATCH * (10 if quick else 1))
    before, begun = spool.newest, cpu_s()
    for _ in range(steps):
        now += 1.0
        node.step(now)
    used = cpu_s() - begun
    stored = spool.newest - before
    spool.close()
    if stored < steps:
        raise RuntimeError(f"{stored} of {steps} records were stored")
    return used * 1e6 / (steps * BATCH)


def _payloads(village: Village, count: int) -> list[tuple[str, bytes, int]]:
    """Topic, payload and time received of ``count`` records of one reading each, all nodes and devices by turns."""
    encode, found = msgspec.json.Encoder().encode, []
    places = [place for place in village.places().values() if place.kind in {"camera", "warning_light"}]
    streams = {node.id: secrets.token_hex(8) for _, _, node in village.nodes()}
    newest = dict.fromkeys(streams, 0)
    boot = secrets.token_hex(8)
    for index in range(count):
        place, turn = places[index % len(places)], index // len(places)
        at_ms = START_MS + round(1000 * place.interval_s) * turn
        metrics = {"fps": 24.9, "gop": 50.0, "kbps": 811.2, "luma_p99": 201.0}
        reading = Reading(place.device, "up", since_s=place.interval_s * turn, looks=turn + 1, m=metrics)
        n = newest[place.node] = newest[place.node] + 1
        before = Prev(0, None) if n == 1 else UNSET
        record = Up(1, streams[place.node], n, boot, at_ms, at_ms, "ntp", (reading,), age_ms=3, prev=before)
        found.append((f"vsm/v1/{village.id}/{place.node}/up", encode(record), at_ms))
    return found


def gateway_us(folder: Path, quick: bool) -> float:
    """Records of one reading each through parsing, order, the fault engine and the transaction, 500 a commit."""
    village, count = load_inventory(VILLAGE), GATEWAY_READINGS // (10 if quick else 1)
    store = open_store(f"sqlite:///{folder / 'gateway.db'}")
    try:
        ingest = Ingest(village, Rules(), store, START_MS)
        payloads = _payloads(village, count)
        for topic, payload, at_ms in payloads[: len(village.places())]:
            up = msgspec.json.decode(payload)
            birth = {
                "v": 1,
                "stream": up["stream"],
                "boot": up["boot"],
                "aside": 0,
                "software": "",
                "config": "",
                "devices": [],
            }
            ingest.receive(topic.replace("/up", "/birth"), msgspec.json.encode(birth), at_ms)
        begun = cpu_s()
        for start in range(0, count, GATEWAY_BATCH):
            piece = payloads[start : start + GATEWAY_BATCH]
            for topic, payload, at_ms in piece:
                ingest.receive(topic, payload, at_ms)
            ingest.commit(piece[-1][2])
        used = cpu_s() - begun
        stored = sum(1 for _ in store.journal())
    finally:
        store.close()
    if stored != count:
        raise RuntimeError(f"{stored} of {count} records were stored")
    return used * 1e6 / count
