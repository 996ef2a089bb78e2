import contextlib
import http.client
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.timeout(240)
MEMORY_MIB, CORE_SHARE = 600, 0.6


def test_the_default_scenario_is_seen_from_break_to_mend_and_nothing_is_lost(start: Callable[..., Any]) -> None:
    demo = start("--seconds", "90")
    assert demo.end() == 0, demo.output
    report = demo.report
    assert {step["expected"]["code"] for step in report["steps"]} == {"dark", "frozen", "GroundFailure", "site_dark"}
    assert all(step["ok"] for step in report["steps"])
    assert report["faults"] == {"opened": 4, "closed": 4, "unexpected": 0}
    readings = report["readings"]
    assert readings["produced"] == readings["acked"] == readings["stored"] > 300
    assert (readings["lost"], readings["duplicated"]) == (0, 0)
    assert report["latency_ms"]["stored"]["p95"] < report["latency_ms"]["sse"]["p95"] < 2000
    assert report["memory_mib"] <= MEMORY_MIB
    assert report["core_share"] <= CORE_SHARE


def test_each_judgement_that_is_blind_fails_the_run_by_its_own_step(start: Callable[..., Any]) -> None:
    kinds = {"camera": "unreachable", "warning_light": "dark", "charge_point": "GroundFailure"}
    demos = {kind: start("--seconds", "32", "--scenario", "short", "--blind", kind) for kind in kinds}
    for kind, demo in demos.items():
        assert demo.end() == 1, demo.output
        missed = [step["expected"]["code"] for step in demo.report["steps"] if not step["ok"]]
        assert missed == [kinds[kind]], demo.output
        (name,) = [step["name"] for step in demo.report["steps"] if not step["ok"]]
        assert f"step missed: {name}: " in demo.output


def test_the_page_answers_at_the_printed_address_and_ctrl_c_leaves_nothing_behind(start: Callable[..., Any]) -> None:
    demo = start("--scenario", "quiet")
    demo.read_until("sign in:")
    page = re.search(r"page: +http://([\d.]+:\d+)/", demo.output)
    assert page is not None
    with contextlib.closing(http.client.HTTPConnection(page[1], timeout=10)) as connection:
        connection.request("GET", "/")
        assert connection.getresponse().status == 200
    children = demo.children()
    demo.process.send_signal(signal.SIGINT)
    assert demo.end() == 0, demo.output
    assert not [pid for pid in children if Path(f"/proc/{pid}").exists()]


def test_a_killed_demo_takes_its_processes_along(start: Callable[..., Any]) -> None:
    demo = start("--scenario", "quiet")
    demo.read_until("sign in:")
    children = demo.children()
    demo.process.kill()
    demo.process.wait()
    end = time.monotonic() + 15
    while time.monotonic() < end and any(_runs(pid) for pid in children):
        time.sleep(0.2)
    assert not [pid for pid in children if _runs(pid)]


def test_a_scenario_with_mistakes_is_refused_with_all_of_them(start: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text("steps:\n  - name: x\n    at_s: -1\n", encoding="utf-8")
    demo = start("--scenario", str(file))
    assert demo.end() == 2
    assert f"{file}:3: steps[0].at_s: " in demo.output
    assert demo.output.count("this key is required and missing") == 5


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
