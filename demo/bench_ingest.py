"""``ingest.*``: what the whole gateway process costs, with everything it is shipped with, from a real broker to a real
InfluxDB; what was sent is counted in both databases, and a run that lost or doubled anything is no figure.
"""

import json
import os
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from demo import bench_village
from demo.bench_figure import Figure, Missing
from demo.bench_servers import DATABASE, InfluxDB, broker, influxdb, python, running
from demo.workplace import HOST

READINGS = 100_000
QUICK = 5
WITHIN_S = 900.0
DRAINED_S = 60.0
MEASUREMENT = "camera"


@dataclass(frozen=True)
class Run:
    """CPU seconds a hundred thousand readings; resident MiB when a fifth was through, and at the end."""

    cpu_s: float
    rss_part_mib: float
    rss_end_mib: float
    records: int
    telemetry: str

    def figure(self) -> Figure:
        """The row's figure, and what was counted."""
        return Figure(self.cpu_s, f"{self.records} records, all stored once; telemetry to {self.telemetry}")


@dataclass(frozen=True)
class Usage:
    """CPU seconds that a process has used, its children's not, and its resident MiB."""

    cpu_s: float
    rss_mib: float


def usage(pid: int) -> Usage:
    """Of a process that runs, as the kernel counts. Raises :class:`Missing` where there is no /proc."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except FileNotFoundError as error:
        raise Missing("needs Linux's /proc") from error
    return Usage(
        (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), pages * os.sysconf("SC_PAGE_SIZE") / 2**20
    )


def single_s(_folder: Path, quick: bool) -> Figure:
    """One reading a record."""
    return measured(1, quick).figure()


def batch8_s(_folder: Path, quick: bool) -> Figure:
    """Eight readings a record."""
    return measured(8, quick).figure()


def growth_mib(_folder: Path, quick: bool) -> Figure:
    """What the process grew by between a fifth and the whole of the load with one reading a record."""
    run = measured(1, quick)
    return Figure(run.rss_end_mib - run.rss_part_mib, f"{run.rss_part_mib:.0f} -> {run.rss_end_mib:.0f} MiB")


@cache
def measured(each: int, quick: bool) -> Run:
    """One run with ``each`` readings a record. Raises RuntimeError if a record or point is missing or too many."""
    a_node = READINGS // (QUICK if quick else 1) // (bench_village.NODES * each)
    records = a_node * bench_village.NODES
    with tempfile.TemporaryDirectory(prefix="vsm-bench-") as name:
        folder = Path(name)
        with broker(folder) as port, influxdb(folder) as server, _gateway(folder, port, server) as process:
            load = python("demo.bench_load", str(port), str(a_node), str(each))
            with subprocess.Popen(load, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as sender:
                begun, part = _sent(sender, process.pid)
                _drained(_points(folder, server), records * each)
                end = usage(process.pid)
                sender.communicate("end\n", timeout=60)
            stored = _rows(folder)
        if stored != records:
            raise RuntimeError(f"{stored} records are in the journal, {records} were acknowledged")
    cpu_s = (end.cpu_s - begun.cpu_s) * READINGS / (records * each)
    return Run(cpu_s, part.rss_mib, end.rss_mib, records, "InfluxDB" if server else "embedded store, no influxd here")


@contextmanager
def _gateway(folder: Path, port: int, server: InfluxDB | None) -> Iterator[subprocess.Popen[bytes]]:
    bench_village.write(folder / "village.yaml")
    settings: dict[str, object] = {"inventory": "village.yaml", "broker": {"host": HOST, "port": port}}
    if server:
        settings["telemetry"] = {"url": server.url, "bucket": DATABASE}
    config = folder / "gateway.yaml"
    config.write_text(json.dumps(settings), encoding="utf-8")  # JSON is YAML
    with running(python("gateway", "--config", str(config)), folder / "gateway.log") as process:
        yield process


def _sent(sender: subprocess.Popen[str], gateway: int) -> tuple[Usage, Usage]:
    """Runs the load; the gateway's usage at its beginning and after a fifth."""
    _expect(sender, "born")
    begun = usage(gateway)
    assert sender.stdin  # noqa: S101  # it was asked for
    sender.stdin.write("start\n")
    sender.stdin.flush()
    _expect(sender, "part")
    part = usage(gateway)
    _expect(sender, "done")
    return begun, part


def _expect(sender: subprocess.Popen[str], word: str) -> None:
    line = (sender.stdout.readline() if sender.stdout else "").strip()
    if line != word:
        raise RuntimeError(f"the load ended before it was {word}")


def _points(folder: Path, server: InfluxDB | None) -> Callable[[], int]:
    """How many points the time-series store has, counted without the product's code."""
    if server:
        return lambda: server.count(MEASUREMENT)
    query = "SELECT count(*) FROM points JOIN series ON series.id = points.series WHERE measurement = ? AND field = 'n'"
    return lambda: _one(folder / "telemetry.db", query, MEASUREMENT)


def _drained(points: Callable[[], int], wanted: int) -> None:
    """Wait until all points are there, and no more."""
    end = time.monotonic() + DRAINED_S
    while (found := points()) < wanted and time.monotonic() < end:
        time.sleep(0.3)
    if found != wanted:
        raise RuntimeError(f"{found} points are stored, {wanted} were acknowledged")


def _rows(folder: Path) -> int:
    return _one(folder / "gateway.db", "SELECT count(*) FROM journal")


def _one(database: Path, query: str, *values: str) -> int:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
        return int(db.execute(query, values).fetchone()[0])
