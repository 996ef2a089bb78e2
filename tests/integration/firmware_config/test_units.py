"""What the generated units leave a process: systemd's own measure (10 is everything, 0 nothing).

That systemd has nothing to say about any unit is tested where they are installed.
"""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from firmware_config import units

ALLOWED = 2.5


@pytest.fixture
def exposure(generated: Callable[..., Path], tmp_path: Path) -> Callable[..., tuple[int, str]]:
    """Whether a unit, with a word taken out, stays below the limit."""
    found = shutil.which("systemd-analyze")
    if found is None:
        pytest.skip("systemd-analyze is not installed (scripts/test installs it as root on Debian)")
    site = generated("--public-url", "https://village.example", "--front")

    def of(name: str, without: str = "") -> tuple[int, str]:
        unit = tmp_path / name.replace("@", "@n-01")
        text = (site / "systemd" / name).read_text(encoding="utf-8")
        unit.write_text(text.replace(without, "") if without else text, encoding="utf-8")
        command = [found, "security", "--offline=yes", "--no-pager", f"--threshold={ALLOWED * 10:.0f}", str(unit)]
        said = subprocess.run(command, capture_output=True, text=True, check=False)
        return said.returncode, said.stdout + said.stderr

    return of


@pytest.mark.parametrize(
    "name",
    ["vsm-edge@.service", "vsm-gateway.service", "vsm-dashboard.service", "vsm-backup.service", "vsm-front.service"],
)
def test_a_unit_may_do_little(exposure: Callable[..., tuple[int, str]], name: str) -> None:
    status, said = exposure(name)
    assert status == 0, said


def test_a_unit_that_may_do_more_is_noticed(exposure: Callable[..., tuple[int, str]]) -> None:
    assert exposure("vsm-gateway.service", "CapabilityBoundingSet=\n")[0] != 0


def test_who_asks_whether_the_clock_is_in_step_may_ask() -> None:
    """Outside systemd's usual set of calls the question kills the process that asks it."""
    for unit in (units.EDGE, units.GATEWAY):
        assert "SystemCallFilter=adjtimex clock_adjtime" in unit
        assert "ProtectClock" not in unit
