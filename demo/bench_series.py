"""``series.*``: how long a page waits for a day of one camera, in steps of five minutes."""

import tempfile
import time
from pathlib import Path

from demo.bench_figure import Missing
from demo.bench_servers import DATABASE, influxdb
from demo.bench_village import METRICS, START_MS, VILLAGE, camera_ids
from gateway.telemetry import Embedded, Telemetry
from gateway.telemetry import line as lines
from gateway.telemetry.influx import Influx

DAY_MS, EVERY_MS, STEP_MS = 86_400_000, 5_000, 300_000
FROM_MS = START_MS - START_MS % DAY_MS
CAMERAS = camera_ids("n-00000", 4)
AT_ONCE = 5_000


def embedded_ms(folder: Path, _quick: bool) -> float:
    """From the embedded store."""
    return _day_ms(Embedded(folder / "telemetry.db"))


def influxdb_ms(_folder: Path, _quick: bool) -> float:
    """From an InfluxDB 1.x, over HTTP."""
    with tempfile.TemporaryDirectory(prefix="vsm-bench-") as name, influxdb(Path(name)) as server:
        if server is None:
            raise Missing("needs influxd (apt install influxdb)")
        return _day_ms(Influx(server.url, DATABASE))


def _day_ms(store: Telemetry) -> float:
    """The least of five times a day of one of four cameras is read."""
    try:
        _fill(store)
        return min(_read_ms(store) for _ in range(5))
    finally:
        store.close()


def _fill(store: Telemetry) -> None:
    for camera in CAMERAS:
        tags = {"village": VILLAGE, "grid": "g-1", "junction": "j-00000", "node": "n-00000", "device": camera}
        head = lines.series("camera", tags)
        day = [lines.reading(head, METRICS, "up", n, FROM_MS + n * EVERY_MS) for n in range(DAY_MS // EVERY_MS)]
        for start in range(0, len(day), AT_ONCE):
            outcome = store.write(day[start : start + AT_ONCE])
            if outcome.status != "ok" or outcome.parked:
                raise RuntimeError(f"the points were not taken: {outcome.reason or outcome.parked[:1]}")


def _read_ms(store: Telemetry) -> float:
    begun = time.perf_counter()
    found = store.series("camera", CAMERAS[1], "fps", FROM_MS, FROM_MS + DAY_MS, STEP_MS)
    took = (time.perf_counter() - begun) * 1000
    if len(found) != DAY_MS // STEP_MS:
        raise RuntimeError(f"{len(found)} steps of {DAY_MS // STEP_MS} came back")
    return took
