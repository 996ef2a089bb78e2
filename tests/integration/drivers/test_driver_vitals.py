"""The vitals of the computer the tests run on, and of a Raspberry Pi whose files are laid out in a folder."""

import time
from pathlib import Path

import pytest

from edge.drivers.base import DriverContext, NodeItself, SpoolFacts, open_driver
from edge.drivers.vitals import VitalsDriver


@pytest.fixture
def context(tmp_path: Path) -> DriverContext:
    return DriverContext(spool=SpoolFacts(tmp_path, 2**28, lambda: 2**20, lambda: 7))


@pytest.fixture
def pi(tmp_path: Path) -> Path:
    """Files as a Raspberry Pi 4 has them."""
    files = {
        "proc/uptime": "1234.5 4000.1\n",
        "proc/loadavg": "0.52 0.40 0.31 1/180 3210\n",
        "proc/meminfo": "MemTotal: 1000 kB\nMemFree: 100 kB\nMemAvailable: 750 kB\n",
        "sys/class/thermal/thermal_zone0/type": "cpu-thermal\n",
        "sys/class/thermal/thermal_zone0/temp": "48312\n",
        "sys/devices/platform/soc/soc:firmware/get_throttled": "50005\n",
    }
    for name, text in files.items():
        file = tmp_path / "pi" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path / "pi"


def test_this_computer_tells_what_every_linux_tells(context: DriverContext) -> None:
    sample = open_driver(NodeItself("n-01", 300, 60), context).look(time.monotonic())
    assert sample.uptime_s > 0  # type: ignore[union-attr]  # vitals
    assert 0 < sample.memory_share < 1  # type: ignore[union-attr, operator]  # as above
    assert 0 < sample.disk_share < 1  # type: ignore[union-attr]  # as above
    assert (sample.spool_records, sample.disk_wanted) == (7, 2**28 - 2**20)  # type: ignore[union-attr]  # as above


def test_a_pi_tells_its_heat_and_its_supply(context: DriverContext, pi: Path) -> None:
    sample = VitalsDriver(context, pi).look(0.0)
    assert (sample.pi_c, sample.other_c) == (48.312, None)
    assert (sample.undervoltage, sample.throttled) == (True, True)  # bits 0 and 2; those from 16 on are history
    assert (sample.uptime_s, sample.load1, sample.memory_share) == (1234.5, 0.52, 0.25)


def test_what_was_once_is_not_now(context: DriverContext, pi: Path) -> None:
    (pi / "sys/devices/platform/soc/soc:firmware/get_throttled").write_text("50000\n")
    sample = VitalsDriver(context, pi).look(0.0)
    assert (sample.undervoltage, sample.throttled) == (False, False)


def test_a_broken_file_tells_nothing(context: DriverContext, pi: Path) -> None:
    (pi / "sys/class/thermal/thermal_zone0/temp").write_text("warm\n")
    (pi / "proc/meminfo").unlink()
    sample = VitalsDriver(context, pi).look(0.0)
    assert (sample.pi_c, sample.memory_share) == (None, None)
