"""Whole scenarios at full scale, minutes each."""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]

MEMORY_MIB, CORE_SHARE = 1024, 0.8


def whole(report: dict[str, Any]) -> None:
    assert all(step["ok"] for step in report["steps"])
    assert (report["faults"]["unexpected"], report["messages"]["unexpected"]) == (0, 0)
    assert all(step["ok"] for step in report["messages"]["steps"])
    letters = report["letters"]
    assert [letters[what] for what in ("missing", "doubled", "disordered", "strange")] == [0, 0, 0, 0]
    assert (report["readings"]["lost"], report["readings"]["duplicated"]) == (0, 0)
    assert report["memory_mib"] <= MEMORY_MIB
    assert report["core_share"] <= CORE_SHARE


def test_a_blind_judgement_fails_the_whole_scenario_by_its_own_step_alone(start: Callable[..., Any]) -> None:
    """A camera that freezes, which takes too long for the short scenario; that one has the others."""
    demo = start("--seconds", "100", "--blind", "camera")
    assert demo.end() == 1, demo.output
    steps = {step["name"]: step["ok"] for step in demo.report["steps"]}
    assert [name for name, ok in steps.items() if not ok] == ["a camera freezes"]
    assert len(steps) == 4
    assert "step missed: a camera freezes" in demo.output


def test_by_night_what_breaks_is_told_from_the_dark(start: Callable[..., Any]) -> None:
    demo = start("--scenario", "night", "--seconds", "95")
    assert demo.end() == 0, demo.output
    whole(demo.report)
    assert {"black", "dark", "stuck_on"} <= {step["expected"]["code"] for step in demo.report["steps"]}


def test_in_a_storm_each_break_is_one_cause_of_which_people_are_told_once_and_what_its_devices_saw_arrives(
    start: Callable[..., Any],
) -> None:
    demo = start("--scenario", "storm", "--seconds", "195")
    assert demo.end() == 0, demo.output
    whole(demo.report)
    roots = Counter(step["expected"]["root"] for step in demo.report["steps"] if step["expected"])
    assert roots == {None: 4, "f-street": 3, "u-mobile": 6 + 6, "u-unicom": 6}
    assert demo.report["faults"]["opened"] == roots.total()
    messages = demo.report["messages"]
    assert (messages["problem"], messages["recovery"], messages["update"]) == (4, 4, 0)
    assert messages["flapping"] == messages["flapping_end"] == 6


def test_five_minutes_in_which_nothing_happens_report_nothing(start: Callable[..., Any]) -> None:
    demo = start("--scenario", "quiet", "--seconds", "300")
    assert demo.end() == 0, demo.output
    whole(demo.report)
    assert (demo.report["faults"]["opened"], demo.report["messages"]["sent"]) == (0, 0)
    assert demo.report["letters"]["received"] == 0


def test_twenty_kills_in_three_minutes_lose_nothing_and_double_nothing(start: Callable[..., Any]) -> None:
    demo = start("--seconds", "200", "--scenario", "quiet")
    demo.read_until("every device is seen")
    for name in ("edge-a", "gateway", "edge-a", "gateway", "dashboard_api") * 4:
        time.sleep(8)
        os.kill(demo.pid_of(name), signal.SIGKILL)
    demo.end()
    readings = demo.report["readings"]
    assert (readings["lost"], readings["duplicated"]) == (0, 0), demo.output
    assert readings["produced"] == readings["acked"] > 1500
