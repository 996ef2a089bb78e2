from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.inventory import WarningLight
from edge.detect import JUDGES
from edge.detect.verdict import Verdict
from edge.drivers.base import LightSample

NOW = 1000.0
LIGHT = WarningLight(
    id="light-01", kind="warning_light", driver="warning_light", pin="GPIO23", isolation="opto", supply="mains"
)
STEADY = LIGHT.model_copy(update={"pattern": "steady"})
SOLAR = LIGHT.model_copy(update={"supply": "solar"})

Edges = tuple[tuple[float, bool], ...]


def flashing(period_s: float, quiet_s: float = 0.0, count: int = 12) -> Edges:
    """Half a period lit, half dark; the newest edge ``quiet_s`` ago goes dark."""
    return tuple((NOW - quiet_s - number * period_s / 2, number % 2 == 1) for number in reversed(range(count)))


def judged(lit: bool, edges: Edges, light: WarningLight = LIGHT, watched_s: float = 500.0, **more: Any) -> Verdict:
    sample = LightSample(lit, watched_s, edges, **more)
    return JUDGES["warning_light"](sample, None, light, NOW)[0]["light-01"]


def test_a_flashing_lamp_is_up() -> None:
    verdict = judged(False, flashing(1.0, 0.3))
    assert (verdict.state, verdict.m) == ("up", {"lit": 0.0, "flash_s": 1.0})
    assert not verdict.nc


@pytest.mark.parametrize(("quiet_s", "state"), [(2.9, "up"), (3.1, "down")])
def test_dark_after_three_periods(quiet_s: float, state: str) -> None:
    verdict = judged(False, flashing(1.0, quiet_s))
    assert verdict.state == state
    assert ("dark" in verdict.findings) == (state == "down")


def test_stuck_on_after_three_periods() -> None:
    edges = (*flashing(1.0, 4.5), (NOW - 4.0, True))
    assert list(judged(True, edges).findings) == ["stuck_on"]
    assert not judged(True, (*flashing(1.0, 3.0), (NOW - 2.5, True))).findings


@pytest.mark.parametrize(
    ("period_s", "codes"),
    [(0.4, ["flash_rate"]), (0.6, []), (1.9, []), (2.2, ["flash_rate"]), (5.0, ["flash_rate"])],
)
def test_flash_rate_outside_half_to_double(period_s: float, codes: list[str]) -> None:
    assert list(judged(False, flashing(period_s, 0.1)).findings) == codes


def test_rate_is_not_judged_over_a_pause() -> None:
    edges = (*flashing(1.0, 100.0), (NOW - 1.4, True), (NOW - 0.9, False), (NOW - 0.4, True))
    verdict = judged(True, edges)
    assert (verdict.state, set(verdict.nc)) == ("up", {"flash_rate"})


@pytest.mark.parametrize("quiet_s", [0.0, 3.5])
@pytest.mark.parametrize("lit", [True, False])
def test_a_much_too_slow_flasher_is_that_at_any_moment_of_its_cycle(lit: bool, quiet_s: float) -> None:
    edges = tuple((NOW - quiet_s - number * 4.0, (number % 2 == 0) == lit) for number in reversed(range(8)))
    assert list(judged(lit, edges).findings) == ["flash_rate"]


def test_a_slow_flasher_that_went_out_is_dark_in_the_end() -> None:
    assert list(judged(False, flashing(8.0, 25.0)).findings) == ["dark"]


def test_a_lamp_switched_now_and_then_is_no_slow_flasher() -> None:
    assert list(judged(True, flashing(3600.0, 1800.0)).findings) == ["stuck_on"]
    assert not judged(False, flashing(3600.0, 1.0)).findings


def test_bouncing_contacts_are_no_fast_flasher() -> None:
    bounces = ((0.0, True), (0.002, False), (0.004, True), (0.5, False), (0.502, True), (0.504, False))
    edges = tuple((NOW - cycle + late, lit) for cycle in (5, 4, 3, 2, 1) for late, lit in bounces)
    verdict = judged(False, edges)
    assert (verdict.state, verdict.nc) == ("up", frozenset())


def test_a_steady_lamp_may_stay_lit_but_not_dark() -> None:
    assert judged(True, (), STEADY).state == "up"
    assert list(judged(False, (), STEADY).findings) == ["dark"]


def test_right_after_the_start_nothing_is_known() -> None:
    assert judged(False, (), watched_s=2.0).state == "unknown"
    assert list(judged(False, (), watched_s=3.5).findings) == ["dark"]


@pytest.mark.parametrize(("is_night", "state"), [(True, "down"), (False, "up"), (None, "unknown")])
def test_a_solar_light_is_judged_dark_only_at_night(is_night: bool | None, state: str) -> None:
    verdict = judged(False, flashing(1.0, 60.0), SOLAR, is_night=is_night)
    assert verdict.state == state
    assert ("dark" in verdict.nc) == (is_night is not True)


@given(
    st.lists(st.floats(0.0, 50.0), max_size=32),
    st.booleans(),
    st.floats(0.05, 60.0),
    st.sampled_from([LIGHT, STEADY, SOLAR]),
)
def test_any_edges_give_one_honest_verdict(gaps: list[float], lit: bool, period_s: float, light: WarningLight) -> None:
    at, edges = NOW - sum(gaps), []
    for number, gap in enumerate(gaps):
        at += gap
        edges.append((at, lit if (len(gaps) - number) % 2 else not lit))
    verdict = judged(lit, tuple(edges), light.model_copy(update={"period_s": period_s}))
    assert len(verdict.findings) <= 1
    assert not verdict.findings.keys() & verdict.nc
    assert "dark" not in verdict.findings or not lit
