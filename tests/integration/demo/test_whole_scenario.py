import os
import signal
import time
from collections.abc import Callable
from typing import Any

import pytest

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]

STEPS = {
    "camera": "a camera freezes",
    "warning_light": "a light goes dark",
    "charge_point": "a charge point reports GroundFailure",
}


@pytest.mark.parametrize("kind", STEPS)
def test_a_blind_judgement_fails_the_whole_scenario_by_its_own_step_alone(start: Callable[..., Any], kind: str) -> None:
    demo = start("--seconds", "90", "--blind", kind)
    assert demo.end() == 1, demo.output
    assert {step["name"]: step["ok"] for step in demo.report["steps"]} == {
        name: name != STEPS[kind] for name in (*STEPS.values(), "a junction loses power")
    }
    assert f"step missed: {STEPS[kind]}" in demo.output


def test_twenty_kills_in_three_minutes_lose_nothing_and_double_nothing(start: Callable[..., Any]) -> None:
    demo = start("--seconds", "180", "--scenario", "quiet")
    demo.read_until("every device is seen")
    for name in ("edge-a", "gateway", "edge-b", "gateway", "dashboard_api") * 4:
        time.sleep(8)
        os.kill(demo.pid_of(name), signal.SIGKILL)
    demo.end()
    readings = demo.report["readings"]
    assert (readings["lost"], readings["duplicated"]) == (0, 0), demo.output
    assert readings["produced"] == readings["acked"] > 300
