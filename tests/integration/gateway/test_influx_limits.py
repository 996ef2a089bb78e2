"""InfluxDB at its limits: what it refuses for good is parked, and what it cannot store now is kept; neither stops the
rest."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.store import Batch, Store, open_store
from gateway.telemetry import Telemetry, drain_once, line
from tests.servers import Influx1, InfluxServer, influx

START = 1_800_000_000_000
TAGS = {"village": "v-01", "grid": "g-01", "junction": "j-01", "node": "n-01"}


class Small(Influx1):
    """Four values of a tag, and requests of 8 KB."""

    data, http = "max-values-per-tag = 4", "max-body-size = 8000"


class Few(Influx1):
    """Four series in all."""

    data = "max-series-per-database = 4"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path}/gateway.db")
    yield opened
    opened.close()


def points(devices: int, each: int) -> list[str]:
    """Of each device in turn."""
    heads = [line.series("camera", TAGS | {"device": f"cam-{number:02}"}) for number in range(devices)]
    return [line.reading(head, {"fps": 25.0}, "up", n, START + n) for n in range(each) for head in heads]


def drain_all(store: Store, telemetry: Telemetry) -> None:
    while (outcome := drain_once(store, telemetry, START)) is not None:
        assert outcome.status == "ok", outcome.reason


@pytest.mark.parametrize("kind", [Small, Few])
def test_beyond_a_limit_of_the_server_what_is_new_is_parked_and_what_was_there_goes_on(
    kind: type[Influx1], influxd: Path, tmp_path: Path, store: Store
) -> None:
    with influx(kind, influxd, tmp_path / "influx") as server:
        telemetry = server.opened()
        store.record(Batch(START, lines=points(4, 1)))
        drain_all(store, telemetry)
        store.record(Batch(START, lines=points(10, 50)))
        drain_all(store, telemetry)
        stored = telemetry.count("camera")
        assert stored + store.parked_count() == 10 * 50
        assert "limit exceeded" in store.parked(1)[0].reason
        kept = [telemetry.series("camera", f"cam-{n:02}", "n", START, START + 50, 1) for n in range(4)]
        assert [len(one) for one in kept] == [50] * 4
        telemetry.close()


def test_a_batch_that_is_too_large_for_the_server_is_written_in_parts(
    influxd: Path, tmp_path: Path, store: Store
) -> None:
    with influx(Small, influxd, tmp_path / "influx") as server:
        telemetry = server.opened()
        store.record(Batch(START, lines=points(2, 500)))
        drain_all(store, telemetry)
        assert (telemetry.count("camera"), store.parked_count()) == (1_000, 0)
        telemetry.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 24 MB."""
    if os.geteuid() != 0:
        pytest.skip("only root mounts")
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk], check=True)
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


def test_a_disk_that_is_full_keeps_the_queue_until_there_is_room(influxd: Path, small_disk: Path, store: Store) -> None:
    with influx(Influx1, influxd, small_disk / "influx") as server:
        telemetry = server.opened()
        store.record(Batch(START, lines=points(4, 100)))
        drain_all(store, telemetry)
        ballast = small_disk / "ballast"
        fill(ballast)
        store.record(Batch(START, lines=points(4, 3_000)))
        outcome = drain_once(store, telemetry, START)
        assert outcome is not None
        assert (outcome.status, store.waiting_points()) == ("retry", 12_000)
        assert "no space left" in outcome.reason
        ballast.unlink()
        again(server)
        drain_all(store, telemetry)
        assert (telemetry.count("camera"), store.parked_count()) == (12_000, 0)
        telemetry.close()


def again(server: InfluxServer) -> None:
    """As its unit would."""
    server.kill()
    server.start()


def fill(file: Path) -> None:
    with file.open("wb", buffering=0) as ballast:
        for size in (1 << 20, 1 << 12):
            try:
                while True:
                    ballast.write(b"\0" * size)
            except OSError:
                continue
