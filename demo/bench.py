"""``scripts/bench``: runs the rows of :mod:`demo.bench_rows`, prints a table, writes JSON."""

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from rich.console import Console
from rich.table import Table

from demo.bench_calibrate import MESSAGES as READINGS
from demo.bench_calibrate import Calibration, calibrate
from demo.bench_camera import check_ms, core_share, memory_mib
from demo.bench_engine import engine_bytes, engine_us
from demo.bench_figure import Figure, Missing
from demo.bench_growth import growth
from demo.bench_ingest import batch8_s, growth_mib, single_s
from demo.bench_letters import letter_ms
from demo.bench_month import month_frozen_ms, month_running_ms
from demo.bench_others import batching_s, mqtt2influxdb_s, tutorial_s
from demo.bench_page import page_first_kib
from demo.bench_paint import first_paint_ms
from demo.bench_rows import edge_us, gateway_us
from demo.bench_series import embedded_ms, influxdb_ms
from demo.bench_spool import bytes_per_message
from demo.bench_uptime import month_1000_cameras_s, month_one_camera_ms
from demo.bench_web import public_p99_ms, sse500_core_share

# "ratio": at most so many times the calibration load of the same run.
Goal = dict[Literal["max", "min", "ratio"], float]


@dataclass(frozen=True)
class Row:
    """One measurement. ``measure(folder, quick)`` gives the value, or raises :class:`Missing`; ``cpu``: it is time, so
    that it has a ratio to the calibration; ``per``: it is that of so many.
    """

    name: str
    unit: str
    measure: Callable[[Path, bool], float | Figure]
    goal: Goal | None = None
    references: dict[str, float] = field(default_factory=dict)
    cpu: bool = False
    per: int = 1


# CPU microseconds a stored point, one reading a message (promises.md: CPU-s per 100,000, times ten).
OTHERS = {
    "telegraf json": 41.0,
    "telegraf json_v2": 59.0,
    "telegraf xpath": 93.0,
    "paho + WriteApi batching": 95.0,
    "mqtt2influxdb": 5380.0,
}
ROWS = (
    Row("reading.edge_us", "us", edge_us, cpu=True),
    Row("reading.gateway_us", "us", gateway_us, {"max": 50.0}, OTHERS, cpu=True),
    Row("spool.bytes_per_message", "B", bytes_per_message, {"max": 1000.0}),
    Row("camera.check_ms_1080p", "ms", check_ms, {"max": 20.0}, cpu=True),
    Row("camera.core_share_10s", "cores", core_share, {"max": 0.02}),
    Row("camera.memory_mib", "MiB", memory_mib),
    Row("engine.us_per_reading", "us", engine_us, {"max": 15.0}, cpu=True),
    Row("engine.memory_bytes_per_device", "B", engine_bytes, {"max": 2000.0}),
    Row("uptime.month_1000_cameras_s", "s", month_1000_cameras_s, {"max": 1.0}, cpu=True),
    Row("uptime.month_one_camera_ms", "ms", month_one_camera_ms, {"max": 20.0}, cpu=True),
    Row("outbox.ms_per_letter", "ms", letter_ms, {"max": 25.0}, cpu=True),
    Row("page.first_kib", "KiB", page_first_kib, {"max": 60.0}),
    Row("web.sse500.core_share", "cores", sse500_core_share, {"max": 0.25}),
    Row("web.public.p99_ms", "ms", public_p99_ms, {"max": 100.0}),
    Row("web.first_paint_ms", "ms", first_paint_ms, {"max": 1000.0}),
    Row("web.month_1000_frozen_ms", "ms", month_frozen_ms, {"max": 2000.0}),
    Row("web.month_1000_running_ms", "ms", month_running_ms, {"max": 2000.0}),
    Row("ingest.single.cpu_s_per_100k", "s", single_s, {"ratio": 1.7}, cpu=True, per=READINGS),
    Row("ingest.batch8.cpu_s_per_100k", "s", batch8_s, {"ratio": 0.58}, cpu=True, per=READINGS),
    Row("ingest.rss_growth_mib", "MiB", growth_mib, {"max": 5.0}),
    Row("ingest.growth.ratio", "x", growth, {"max": 1.2}),
    Row("series.day_ms", "ms", embedded_ms, cpu=True),
    Row("series.day_influxdb_ms", "ms", influxdb_ms, cpu=True),
    Row("others.mqtt2influxdb.cpu_s_per_100k", "s", mqtt2influxdb_s, cpu=True, per=READINGS),
    Row("others.tutorial.cpu_s_per_100k", "s", tutorial_s, cpu=True, per=READINGS),
    Row("others.batching.cpu_s_per_100k", "s", batching_s, cpu=True, per=READINGS),
)
_MICROS = {"us": 1.0, "ms": 1e3, "s": 1e6}


def met(value: float, goal: Goal | None, ratio: float | None = None) -> bool | None:
    """Whether a value keeps its goal; None without one, or where it is one of a ratio and there was none to measure."""
    if goal is None or ("ratio" in goal and ratio is None):
        return None
    if "ratio" in goal and ratio is not None:
        return ratio <= goal["ratio"]
    return value <= goal["max"] if "max" in goal else value >= goal["min"]


def result(row: Row, value: float | Figure, calibration: Calibration | None) -> dict[str, Any]:
    """A row's JSON."""
    figure = value if isinstance(value, Figure) else Figure(value)
    timed = calibration if row.cpu else None
    ratio = timed.ratio(figure.value * _MICROS[row.unit] / row.per) if timed else None
    return {
        "name": row.name,
        "value": round(figure.value, 4),
        "unit": row.unit,
        "ratio": None if ratio is None else round(ratio, 3),
        "goal": row.goal,
        "met": met(figure.value, row.goal, ratio),
        "note": figure.note,
        "references": row.references,
    }


def chosen(names: Sequence[str]) -> list[Row]:
    """The rows whose names begin with one of ``names``; all without any."""
    return [row for row in ROWS if not names or any(row.name.startswith(name) for name in names)]


def _machine() -> str:
    system = f"{platform.system()} {platform.release()}, {platform.machine()}"
    return f"{system}, {os.cpu_count()} cores, Python {platform.python_version()}"


def _run(
    rows: Sequence[Row], quick: bool, console: Console
) -> tuple[Calibration | None, list[dict[str, Any]], list[str]]:
    results, failed = [], []
    calibration: Calibration | None = None
    with console.status("calibration") as status:
        try:
            calibration = calibrate(quick)
        except (OSError, RuntimeError, ValueError) as error:
            failed.append(f"calibration: {error}")
        for row in rows:
            status.update(row.name)
            try:
                with tempfile.TemporaryDirectory(prefix="vsm-bench-") as folder:
                    results.append(result(row, row.measure(Path(folder), quick), calibration))
            except Missing as error:
                console.print(f"[yellow]passed over[/] {row.name}: {error}", highlight=False)
            except Exception as error:  # noqa: BLE001  # whatever a row dies of, the others are measured and the run fails
                failed.append(f"{row.name}: {type(error).__name__}: {error}")
    return calibration, results, failed


def _table(results: Sequence[dict[str, Any]]) -> Table:
    table = Table("row", "value", "ratio", "goal", "met", "note")
    for item in results:
        goal = ", ".join(f"{name} {limit:g}" for name, limit in (item["goal"] or {}).items()) or "-"
        verdict = {True: "[green]yes[/]", False: "[red]no[/]", None: "-"}[item["met"]]
        ratio = "-" if item["ratio"] is None else f"{item['ratio']:.2f}"
        table.add_row(item["name"], f"{item['value']:g} {item['unit']}", ratio, goal, verdict, item["note"])
    return table


def main(argv: Sequence[str] | None = None) -> int:
    """0; 1 when a row failed to run; 2 for a name that no row has."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description="Measures what the product costs.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="rows whose names begin with it")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results")
    parser.add_argument("--quick", action="store_true", help="a tenth of the load")
    parser.add_argument("--list", action="store_true", help="print the rows' names")
    options = parser.parse_args(argv)
    rows = chosen(options.names)
    if options.list or not rows:
        print("\n".join(row.name for row in ROWS), file=sys.stdout if options.list else sys.stderr)
        return 0 if options.list else 2
    console = Console(stderr=True)
    calibration, results, failed = _run(rows, options.quick, console)
    if calibration:
        console.print(f"calibration: {calibration.cpu_s:.2f} CPU-s: {calibration.name}", highlight=False)
    Console().print(_table(results))
    for text in failed:
        console.print(f"[red]failed to run[/] {text}", highlight=False)
    if options.json:
        told = {"name": calibration.name, "cpu_s": round(calibration.cpu_s, 3)} if calibration else None
        document = {"machine": _machine(), "calibration": told, "results": results}
        options.json.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
