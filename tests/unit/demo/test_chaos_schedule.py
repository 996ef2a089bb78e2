"""The faults of a run."""

from itertools import combinations

import pytest

from demo.chaos.schedule import FORCED_S, OWN_STORE, Fault, Scene, schedule

NODES = ("n-01", "n-02", "n-03")
WHOLE = Scene(NODES, influx=True, store=OWN_STORE)


def test_the_same_seed_gives_the_same_faults_and_another_one_others() -> None:
    assert schedule(7, 60, WHOLE) == schedule(7, 60, WHOLE)
    assert schedule(7, 60, WHOLE) != schedule(8, 60, WHOLE)


@pytest.mark.parametrize("seed", range(20))
def test_everything_is_broken_and_nothing_twice_at_a_time(seed: int) -> None:
    faults = schedule(seed, 60, WHOLE)
    lines = {f"line {node}" for node in NODES}
    assert {fault.target for fault in faults} == {*NODES, *lines, "gateway", "broker", "influx", "store"}
    for one, other in combinations(faults, 2):
        assert one.target != other.target or one.end_s < other.at_s


@pytest.mark.parametrize("seed", range(20))
def test_one_fault_ends_with_the_load_and_none_later(seed: int) -> None:
    assert max(fault.end_s for fault in schedule(seed, 60, WHOLE)) == pytest.approx(60, abs=0.02)


@pytest.mark.parametrize("seed", range(20))
def test_nodes_lose_their_power_while_they_are_cut_off(seed: int) -> None:
    faults = schedule(seed, 60, WHOLE)
    assert any(cut.at_s < kill.at_s < cut.end_s for cut in faults for kill in faults if _cut_off(cut, kill))


def _cut_off(cut: Fault, kill: Fault) -> bool:
    return cut.target == f"line {kill.target}" and cut.deed == "cut" and kill.deed == "kill"


def test_past_the_cap_the_gateway_is_away_for_long() -> None:
    away = [fault.for_s for fault in schedule(1, 30, Scene(NODES, cap=True)) if fault.target == "gateway"]
    assert max(away) == FORCED_S
