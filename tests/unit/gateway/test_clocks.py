"""When a record happened: a node's wall clock is believed last, and a jump of any clock moves nothing."""

from typing import Any

from contracts.messages import Up
from gateway.clocks import NodeClock, moment

DAY_MS = 86_400_000
NOW = 1_800_000_000_000
A, B = "a" * 16, "b" * 16


def up(**fields: Any) -> Up:
    values = {"v": 1, "stream": "1" * 16, "n": 1, "boot": A, "ts": NOW, "mono": 5_000, "tq": "none", "r": ()}
    return Up(**{**values, **fields})


def test_the_running_boot_counts_back_from_arrival_whatever_its_wall_clock_says() -> None:
    _, when = moment(NodeClock(), up(age_ms=2_000, ts=0, tq="ntp"), NOW)
    assert (when.event_ms, when.source, when.skew_ms) == (NOW - 2_000, "age", 2_000 - NOW)


def test_another_boots_record_is_taken_by_its_synchronised_wall_clock() -> None:
    _, when = moment(NodeClock(), up(ts=NOW - DAY_MS, tq="rtc"), NOW)
    assert (when.event_ms, when.source) == (NOW - DAY_MS, "wall")


def test_without_a_good_wall_clock_the_monotonic_one_is_laid_beside_a_known_record() -> None:
    clock, _ = moment(NodeClock(), up(age_ms=0, mono=1_000), NOW)
    _, when = moment(clock, up(mono=61_000, ts=0), NOW + 100_000)
    assert (when.event_ms, when.source) == (NOW + 60_000, "mono")


def test_a_wall_clock_known_to_be_off_is_not_used() -> None:
    clock, _ = moment(NodeClock(), up(age_ms=0, mono=1_000, ts=NOW + DAY_MS, tq="ntp"), NOW)
    _, when = moment(clock, up(mono=31_000, ts=NOW + DAY_MS + 30_000, tq="ntp"), NOW + 100_000)
    assert (when.event_ms, when.source) == (NOW + 30_000, "mono")


def test_a_record_of_an_unknown_time_stands_beside_its_neighbour_and_is_marked() -> None:
    clock, _ = moment(NodeClock(), up(age_ms=0), NOW)
    _, when = moment(clock, up(boot=B, ts=0), NOW + 50_000)
    assert (when.event_ms, when.unsure) == (NOW, True)


def test_moments_never_run_backwards_nor_ahead_of_arrival() -> None:
    clock, _ = moment(NodeClock(), up(age_ms=10), NOW)
    clock, when = moment(clock, up(age_ms=40, n=2), NOW + 5)
    assert when.event_ms == NOW - 10
    _, ahead = moment(clock, up(boot=B, ts=NOW + 30_000, tq="ntp", n=3), NOW + 10)
    assert ahead.event_ms == NOW + 10


def test_a_gateway_whose_clock_was_set_back_goes_on() -> None:
    clock, _ = moment(NodeClock(), up(age_ms=0), NOW + DAY_MS)
    _, when = moment(clock, up(age_ms=0, n=2), NOW)
    assert when.event_ms == NOW


def test_only_some_boots_are_remembered() -> None:
    clock = NodeClock()
    for number in range(20):
        clock, _ = moment(clock, up(boot=f"{number:016x}", age_ms=0), NOW)
    assert len(clock.offsets) == 8
    assert f"{19:016x}" in clock.offsets
