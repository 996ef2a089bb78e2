import os
import signal
import time
from collections.abc import Callable
from typing import Any

import pytest

# In every run of the tests test_unrest.py kills and stops the same processes, in the middle of a fault.
pytestmark = [pytest.mark.long, pytest.mark.timeout(200)]
# A process that a slow machine needs seconds to start again may rightly be missed meanwhile; and what starts again
# and again changes its mind too often.
RIGHTLY = ("site_dark", "uplink_down", "gateway_down", "flapping")


def test_six_kills_in_the_middle_lose_nothing_and_double_nothing(start: Callable[..., Any]) -> None:
    demo = start("--village", "three", "--seconds", "45", "--scenario", "quiet")
    demo.read_until("every device is seen")
    for name in ("edge-a", "gateway", "edge-a", "gateway", "edge-a", "gateway"):
        time.sleep(6)
        os.kill(demo.pid_of(name), signal.SIGKILL)
    demo.end()
    failures = [line for line in demo.output.splitlines() if line.startswith("FAILED")]
    assert not [line for line in failures if not any(code in line for code in RIGHTLY)], demo.output
    readings = demo.report["readings"]
    assert (readings["lost"], readings["duplicated"]) == (0, 0)
    assert readings["produced"] == readings["acked"] > 100
    assert demo.output.count("SIGKILL") == 6
