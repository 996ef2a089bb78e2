"""Broker and time-series database of a bench run: those of a real gateway's box where they are installed."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import urlopen

from demo.bench_calibrate import wait_for_broker
from demo.bench_figure import Missing
from demo.bench_village import NODES
from demo.chaos.influx import CONFIG
from demo.workplace import HOST, free_port
from firmware_config.broker import INFLIGHT, NODE_WINDOW, QUEUED_BYTES

PLACES = "/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin:/opt/homebrew/sbin"
DATABASE = "vsm"
START_WITHIN_S = 30.0
# The limits that a gateway's box is given.
MOSQUITTO = f"""listener {{port}} 127.0.0.1
allow_anonymous true
persistence false
max_inflight_messages {INFLIGHT}
max_queued_messages {2 * NODE_WINDOW * NODES}
max_queued_bytes {QUEUED_BYTES}
"""


def program(name: str) -> str | None:
    """Where it is installed."""
    return shutil.which(name) or shutil.which(name, path=PLACES)


@contextmanager
def running(argv: list[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process, ended at the end."""
    with log.open("ab") as out, subprocess.Popen(argv, stdout=out, stderr=out) as process:
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


@contextmanager
def broker(folder: Path) -> Iterator[int]:
    """The port of a Mosquitto with the shipped limits. Raises :class:`Missing`."""
    mosquitto, port = program("mosquitto"), free_port()
    if mosquitto is None:
        raise Missing("needs mosquitto (apt install mosquitto)")
    file = folder / "mosquitto.conf"
    file.write_text(MOSQUITTO.format(port=port), encoding="utf-8")
    with running([mosquitto, "-c", str(file)], folder / "mosquitto.log"):
        wait_for_broker(port)
        yield port


class InfluxDB:
    """A running one, asked over plain HTTP."""

    def __init__(self, port: int) -> None:
        self.url = f"http://{HOST}:{port}"

    def ready(self) -> bool:
        """Whether it answers, and has the database."""
        try:
            with urlopen(f"{self.url}/query", urlencode({"q": f"CREATE DATABASE {DATABASE}"}).encode(), timeout=30):  # noqa: S310  # our own server
                return True
        except (URLError, OSError):
            return False

    def count(self, measurement: str, field: str = "n", database: str = DATABASE) -> int:
        """How many points of ``measurement`` hold ``field``."""
        query = urlencode({"db": database, "q": f'SELECT count("{field}") FROM "{measurement}"'})  # noqa: S608  # our own words
        with urlopen(f"{self.url}/query?{query}", timeout=60) as answer:  # noqa: S310  # our own server
            result = json.loads(answer.read())["results"][0]
        return int(result["series"][0]["values"][0][1]) if "series" in result else 0


@contextmanager
def influxdb(folder: Path) -> Iterator[InfluxDB | None]:
    """An InfluxDB 1.x; None where none is installed."""
    influxd = program("influxd")
    if influxd is None:
        yield None
        return
    port, file = free_port(), folder / "influxdb.conf"
    file.write_text(CONFIG.format(host=HOST, folder=folder / "influxdb", port=port, rpc=free_port()), encoding="utf-8")
    with running([influxd, "-config", str(file)], folder / "influxdb.log"):
        server, end = InfluxDB(port), time.monotonic() + START_WITHIN_S
        while not server.ready():
            if time.monotonic() > end:
                raise TimeoutError("InfluxDB does not start")
            time.sleep(0.1)
        yield server


def python(module: str, *words: str) -> list[str]:
    """The command of one of our own modules."""
    return [sys.executable, "-m", module, *words]
