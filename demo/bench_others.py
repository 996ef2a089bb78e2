"""``others.*``: what others cost on the same broker, InfluxDB and records; they are slow, so they get fewer, and the
figure is scaled. What they lost is said beside it.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from demo.bench_figure import Figure, Missing
from demo.bench_ingest import MEASUREMENT, READINGS, usage
from demo.bench_servers import DATABASE, InfluxDB, broker, influxdb, python, running
from demo.bench_village import METRICS, TOPICS, body, camera_ids, node_ids, topic
from demo.workplace import HOST
from edge import records
from edge.spool import Record

SYNCHRONOUS, BATCHING, MQTT2INFLUXDB = 1_000, 10_000, 200
# The newest that writes to an InfluxDB 1.x.
VERSION = "1.5.2"
IN_FLIGHT = 500
STILL_S, WITHIN_S = 2.5, 300.0
STREAM, BOOT = "5f0c3a9e7b1d2468", "0123456789abcdef"
Command = Callable[[Path, int, InfluxDB], list[str]]


def tutorial_s(_folder: Path, quick: bool) -> Figure:
    """A Point for each message, written by ``write_api(SYNCHRONOUS)``."""
    return _measured(SYNCHRONOUS // (5 if quick else 1), partial(_tutorial, "synchronous"))


def batching_s(_folder: Path, quick: bool) -> Figure:
    """A Point for each message, written by the batching ``write_api``."""
    return _measured(BATCHING // (5 if quick else 1), partial(_tutorial, "batching"))


def mqtt2influxdb_s(_folder: Path, quick: bool) -> Figure:
    """The bridge of that name, in an environment of its own."""
    program = _installed()
    return _measured(MQTT2INFLUXDB // (4 if quick else 1), partial(_bridge, program))


def _tutorial(mode: str, _folder: Path, port: int, server: InfluxDB) -> list[str]:
    return python("demo.bench_tutorial", str(port), server.url, DATABASE, mode)


def _bridge(program: Path, folder: Path, port: int, server: InfluxDB) -> list[str]:
    lines = [
        f"mqtt: {{host: {HOST}, port: {port}}}",
        f"influxdb: {{host: {HOST}, port: {server.url.rpartition(':')[2]}, database: {DATABASE}}}",
        f"points: [{{measurement: {MEASUREMENT}, topic: {TOPICS},",
        "  tags: {node: '$.topic[3]', device: '$.payload.r[0].d'},",
        "  fields: {n: {value: $.payload.n, type: float},",
        *[f"    {name}: {{value: '$.payload.r[0].m.{name}', type: float}}," for name in METRICS],
        "}}]",
    ]
    config = folder / "mqtt2influxdb.yml"
    config.write_text("\n".join(lines), encoding="utf-8")
    return [str(program), "-c", str(config)]


def _installed() -> Path:
    """The bridge's program, installed into a folder of the user's cache once. Raises :class:`Missing`."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "vsm-bench" / f"mqtt2influxdb-{VERSION}"
    program = cache / "bin" / "mqtt2influxdb"
    if not program.exists():
        try:
            subprocess.run([sys.executable, "-m", "venv", str(cache)], check=True, capture_output=True)
            install = [str(cache / "bin" / "pip"), "install", "--quiet", f"mqtt2influxdb=={VERSION}", "setuptools"]
            subprocess.run(install, check=True, capture_output=True, timeout=300)
        except (OSError, subprocess.SubprocessError) as error:
            raise Missing(f"mqtt2influxdb {VERSION} cannot be installed from PyPI here") from error
    return program


def _measured(count: int, command: Command) -> Figure:
    """CPU seconds for :data:`READINGS` of them, and how many of ``count`` are not in InfluxDB."""
    with tempfile.TemporaryDirectory(prefix="vsm-bench-") as name:
        folder = Path(name)
        with broker(folder) as port, influxdb(folder) as server:
            if server is None:
                raise Missing("needs influxd (apt install influxdb)")
            log = folder / "other.log"
            with running(command(folder, port, server), log) as process:
                begun = _settled(process, log)
                _send(port, count)
                used = _settled(process, log) - begun
            stored = server.count(MEASUREMENT)
    lost = count - stored
    return Figure(used * READINGS / count, f"lost {lost} of {count}")


def _settled(process: subprocess.Popen[bytes], log: Path) -> float:
    """CPU seconds that it has used once it uses hardly any more."""
    end, last = time.monotonic() + WITHIN_S, -1.0
    while process.poll() is None:
        used = usage(process.pid).cpu_s
        if used - last <= 0.02:
            return used
        if time.monotonic() > end:
            raise TimeoutError(f"still busy after {WITHIN_S:.0f} s")
        last = used
        time.sleep(STILL_S)
    raise RuntimeError(f"ended: {log.read_text(errors='replace')[-300:]}")


def _send(port: int, count: int) -> None:
    """Records of one reading each, all nodes by turns."""
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="load")
    client.max_inflight_messages_set(IN_FLIGHT)
    room = threading.Semaphore(IN_FLIGHT)
    client.on_publish = lambda *_: room.release()
    client.connect(HOST, port)
    client.loop_start()
    nodes = node_ids()
    for index in range(count):
        node, n = nodes[index % len(nodes)], index // len(nodes) + 1
        record = Record(n, BOOT, body(camera_ids(node), 1, n, 5_000 * n), n - 1, BOOT if n > 1 else None)
        room.acquire(timeout=WITHIN_S)
        client.publish(topic(node, "up"), records.payload(record, STREAM, BOOT, 5_000 * n), qos=1)
    for _ in range(IN_FLIGHT):
        room.acquire(timeout=WITHIN_S)
    client.disconnect()
    client.loop_stop()
