"""``series.*``: how long a page waits for a day of one camera, in steps of five minutes that are rolled up, as all are
a minute after their end; how long it would wait without is said beside it.
"""

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from demo.bench_figure import Figure, Missing
from demo.bench_servers import DATABASE, influxdb
from demo.bench_village import METRICS, START_MS, VILLAGE, camera_ids
from gateway.telemetry import Embedded, Telemetry
from gateway.telemetry import line as lines
from gateway.telemetry.influx import Influx
from gateway.telemetry.rollup import FIVE, point

DAY_MS, EVERY_MS, STEP_MS = 86_400_000, 5_000, 300_000
FROM_MS = START_MS - START_MS % DAY_MS
CAMERAS = camera_ids("n-00000", 4)
AT_ONCE = 5_000


def embedded_ms(folder: Path, _quick: bool) -> Figure:
    """From the embedded store."""
    return _day_ms(Embedded(folder / "telemetry.db"))


def influxdb_ms(_folder: Path, _quick: bool) -> Figure:
    """From an InfluxDB 1.x, over HTTP."""
    with tempfile.TemporaryDirectory(prefix="vsm-bench-") as name, influxdb(Path(name)) as server:
        if server is None:
            raise Missing("needs influxd (apt install influxdb)")
        return _day_ms(Influx(server.url, DATABASE))


def _day_ms(store: Telemetry) -> Figure:
    """The least of five times a day of one of four cameras is read."""
    try:
        _fill(store)
        points = min(_read_ms(store) for _ in range(5))
        _roll(store)
        return Figure(min(_read_ms(store) for _ in range(5)), f"{points:.1f} ms from {DAY_MS // EVERY_MS} points alone")
    finally:
        store.close()


def _roll(store: Telemetry) -> None:
    found = store.totals("camera", FIVE, FROM_MS, FROM_MS + DAY_MS)
    _write(store, [text for totals in found if (text := point("camera", FIVE, totals))])


def _fill(store: Telemetry) -> None:
    for camera in CAMERAS:
        tags = {"village": VILLAGE, "grid": "g-1", "junction": "j-00000", "node": "n-00000", "device": camera}
        head = lines.series("camera", tags)
        day = [lines.reading(head, METRICS, "up", n, FROM_MS + n * EVERY_MS) for n in range(DAY_MS // EVERY_MS)]
        _write(store, day)


def _write(store: Telemetry, texts: Sequence[str]) -> None:
    for start in range(0, len(texts), AT_ONCE):
        outcome = store.write(texts[start : start + AT_ONCE])
        if outcome.status != "ok" or outcome.parked:
            raise RuntimeError(f"the points were not taken: {outcome.reason or outcome.parked[:1]}")


def _read_ms(store: Telemetry) -> float:
    begun = time.perf_counter()
    found = store.series("camera", CAMERAS[1], "fps", FROM_MS, FROM_MS + DAY_MS, STEP_MS)
    took = (time.perf_counter() - begun) * 1000
    if len(found) != DAY_MS // STEP_MS:
        raise RuntimeError(f"{len(found)} steps of {DAY_MS // STEP_MS} came back")
    return took
