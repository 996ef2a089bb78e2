"""The demo with and without chaos: the same faults, and the same messages."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

STEP = """
steps:
  - name: a light goes dark
    at_s: 30
    break: {what: dark, device: wl-01}
    mend_at_s: 270
    expect: {asset: wl-01, code: dark}
    within_s: 30
    protocol_s: 11
    close_within_s: 90
    close_protocol_s: 25
    messages:
      - {kind: problem, asset: wl-01, code: dark}
      - {kind: recovery, asset: wl-01, code: dark}
"""


def same(start: Callable[..., Any], *options: str) -> tuple[Any, Any]:
    """Two runs beside each other, the second one disturbed, when they have ended; both tell the same."""
    calm, chaotic = start(*options), start(*options, "--chaos", "1")
    for demo in (calm, chaotic):
        demo.end()
        assert (demo.report["readings"]["lost"], demo.report["readings"]["duplicated"]) == (0, 0), demo.output
    happened, also = (demo.report["happened"] for demo in (calm, chaotic))
    for what in ("faults", "messages"):
        assert sorted(map(str, happened[what])) == sorted(map(str, also[what])), chaotic.output
    return calm, chaotic


@pytest.mark.long
@pytest.mark.timeout(300)
def test_kills_stops_and_cuts_in_the_middle_of_a_fault_change_nothing_that_anybody_hears(
    start: Callable[..., Any], tmp_path: Path
) -> None:
    file = tmp_path / "dark.yaml"
    file.write_text(STEP, encoding="utf-8")
    options = ("--village", "three", "--scenario", str(file), "--speed", "6", "--seconds", "75")
    calm, chaotic = same(start, *options)
    assert calm.report["happened"]["faults"] == [["wl-01", "dark", None, True]]
    assert [kind for kind, *_ in calm.report["happened"]["messages"]] == ["problem", "recovery"]
    disturbed = re.findall(r"unrest: (kill|stop|cut|hang) (\S+)", chaotic.output)
    assert len(disturbed) >= 6
    assert {"gateway", "broker", "u-mobile"} < {target for _, target in disturbed}


def test_at_a_speed_at_which_a_restart_is_a_fault_it_is_refused(start: Callable[..., Any]) -> None:
    demo = start("--chaos", "1")
    assert demo.end() == 2
    assert "--chaos: at --speed 20 a restart is a fault by the rules; take 6 or less" in demo.output


@pytest.mark.long
@pytest.mark.timeout(900)
def test_the_default_scenario_under_chaos_is_the_default_scenario(start: Callable[..., Any]) -> None:
    same(start, "--speed", "6", "--seconds", "300")
