"""``ingest.growth.ratio``: what a reading costs with 100,000 devices against what it costs with 100, all else equal:
records of ten readings, ten records a commit from ten nodes, each node once a minute.

In one process without a network, from payload to commit.
"""

import gc
import time
from dataclasses import dataclass
from pathlib import Path

from contracts.inventory import Village
from contracts.messages import Birth, encode
from demo.bench_figure import Figure
from demo.bench_rows import cpu_s
from demo.bench_village import START_MS, body, camera_ids, described, node_ids, topic
from edge import records
from edge.spool import Record
from gateway.faults import Rules
from gateway.ingest import Ingest
from gateway.store import open_store

FEW, MANY, A_NODE = 10, 10_000, 10
RECORDS, A_COMMIT = 10_000, 10
EVERY_MS = 60_000
STREAM, BOOT = "5f0c3a9e7b1d2468", "0123456789abcdef"


def growth(folder: Path, quick: bool) -> Figure:
    """The ratio; how long the many took to begin is said beside it."""
    part = 10 if quick else 1
    few, many = _Gateway(folder / "few.db", FEW), _Gateway(folder / "many.db", MANY // part)
    try:
        few.run(RECORDS // part // FEW)
        cheap = min(few.run(RECORDS // part // FEW) for _ in range(3))
        many.run(1)
        dear = min(many.run(1) for _ in range(3))
    finally:
        few.close()
        many.close()
    said = f"{cheap:.1f} us with {FEW * A_NODE} devices, {dear:.1f} us with {MANY // part * A_NODE}"
    return Figure(dear / cheap, f"{said}, which begin in {many.begun_s:.1f} s")


@dataclass
class _Line:
    """One node's records."""

    node: str
    cameras: list[str]
    n: int = 0

    def next(self, mono: int) -> bytes:
        self.n += 1
        before = BOOT if self.n > 1 else None
        record = Record(self.n, BOOT, body(self.cameras, A_NODE, self.n, mono), self.n - 1, before)
        return records.payload(record, STREAM, BOOT, mono)


class _Gateway:
    """One of ``nodes`` nodes."""

    def __init__(self, database: Path, nodes: int) -> None:
        village = Village.model_validate(described(nodes, A_NODE))
        self._store = open_store(f"sqlite:///{database}")
        begun = time.perf_counter()
        self._ingest = Ingest(village, Rules(), self._store, START_MS)
        self._ingest.back(START_MS)
        self._ingest.commit(START_MS)
        self.begun_s = time.perf_counter() - begun
        self._lines = [_Line(node, camera_ids(node, A_NODE)) for node in node_ids(nodes)]
        birth = encode(Birth(1, STREAM, BOOT, 0, "bench", "", ()))
        for line in self._lines:
            self._ingest.receive(topic(line.node, "birth"), birth, START_MS)
        self._ingest.commit(START_MS)
        self._at_ms = float(START_MS)

    def run(self, rounds: int) -> float:
        """CPU microseconds a reading, over ``rounds`` records of each node."""
        used, step = 0.0, EVERY_MS / len(self._lines)
        for _ in range(rounds):
            for start in range(0, len(self._lines), A_COMMIT):
                piece = []
                for line in self._lines[start : start + A_COMMIT]:
                    self._at_ms += step
                    at_ms = round(self._at_ms)
                    piece.append((topic(line.node, "up"), line.next(at_ms - START_MS), at_ms))
                used += self._take(piece)
        return used * 1e6 / (rounds * len(self._lines) * A_NODE)

    def _take(self, piece: list[tuple[str, bytes, int]]) -> float:
        begun = cpu_s()
        for name, payload, at_ms in piece:
            self._ingest.receive(name, payload, at_ms)
        acks = self._ingest.commit(piece[-1][2])
        used = cpu_s() - begun
        if len(acks) != len(piece):
            raise RuntimeError(f"{len(acks)} of {len(piece)} records were acknowledged")
        return used

    def close(self) -> None:
        """Let go of it, so that the next has the memory."""
        self._store.close()
        gc.collect()
