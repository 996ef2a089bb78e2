"""A clock that judgement goes by: it ignores jumps, and does not begin where the computer's clock cannot be right."""

import pytest

from gateway.faults.steady import AHEAD_MS, BEHIND_MS, ClockError, Steady

HOUR_MS, DAY_MS, YEAR_MS = 3_600_000, 86_400_000, 365 * 86_400_000
NOW = 1_800_000_000_000


class Computer:
    """Its two clocks, turned by hand."""

    def __init__(self, wall_ms: int = NOW) -> None:
        self.wall_ms, self.mono_s = wall_ms, 100.0
        self.clock = Steady(lambda: self.wall_ms, lambda: self.mono_s)

    def passes(self, seconds: float) -> None:
        self.mono_s += seconds
        self.wall_ms += round(seconds * 1000)


def test_it_follows_drift_and_ignores_jumps() -> None:
    box = Computer()
    box.passes(10)
    box.wall_ms += 200
    assert box.clock() == NOW + 10_200
    box.wall_ms += DAY_MS
    box.passes(10)
    assert (box.clock(), box.clock.off_ms()) == (NOW + 20_200, DAY_MS)


@pytest.mark.parametrize("off_ms", [-BEHIND_MS, -1, 0, HOUR_MS, DAY_MS, AHEAD_MS])
def test_what_may_be_right_is_believed(off_ms: int) -> None:
    box = Computer(NOW + off_ms)
    box.clock.begin(NOW, kept=False)
    assert (box.clock(), box.clock.doubt, box.clock.settle(kept=False)) == (NOW + off_ms, "", False)


@pytest.mark.parametrize("off_ms", [-NOW, -YEAR_MS, -DAY_MS, YEAR_MS])
@pytest.mark.parametrize("kept", [False, None])
def test_what_cannot_be_right_is_not_and_time_goes_on_from_what_is_stored(off_ms: int, kept: bool | None) -> None:
    box = Computer(NOW + off_ms)
    box.clock.begin(NOW, kept)
    box.passes(60)
    assert box.clock() == NOW + 60_000
    assert box.clock.doubt
    assert not box.clock.settle(kept)


@pytest.mark.parametrize("off_ms", [-DAY_MS, -YEAR_MS // 4, YEAR_MS])
def test_a_clock_that_the_system_keeps_in_step_is_believed(off_ms: int) -> None:
    box = Computer(NOW + off_ms)
    box.clock.begin(NOW, kept=True)
    assert (box.clock(), box.clock.doubt) == (NOW + off_ms, "")


def test_once_it_can_be_right_it_is_taken_once() -> None:
    box = Computer(wall_ms=0)
    box.clock.begin(NOW, kept=False)
    box.passes(60)
    box.wall_ms = NOW + HOUR_MS
    assert box.clock.settle(kept=False)
    assert (box.clock(), box.clock.doubt, box.clock.settle(kept=False)) == (NOW + HOUR_MS, "", False)


def test_before_its_time_and_with_nothing_stored_it_does_not_begin() -> None:
    with pytest.raises(ClockError, match="before 2026; set it"):
        Computer(wall_ms=0).clock.begin(None, kept=True)
    Computer().clock.begin(None, kept=False)


def test_of_two_clocks_the_one_is_taken_that_another_goes_by() -> None:
    box = Computer()
    box.wall_ms += DAY_MS
    box.clock.take_nearer(NOW + HOUR_MS)
    assert box.clock() == NOW
    box.clock.take_nearer(NOW + DAY_MS)
    assert box.clock() == NOW + DAY_MS
