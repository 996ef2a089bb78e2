"""Freshness: silence is UNKNOWN, never DOWN, and freezes what was going on."""

from collections.abc import Callable
from typing import Any

import pytest

from gateway.faults import Rules
from gateway.faults.catalogue import severity
from tests.unit.gateway.faults.conftest import ms

CAM = "cam-01"


@pytest.mark.parametrize(("interval_s", "limit_s"), [(60, 180), (10, 40), (2, 32), (300, 900)])
def test_the_limit_is_three_intervals_or_one_and_half_a_minute(interval_s: int, limit_s: int) -> None:
    assert Rules().limit_ms(interval_s * 1000) == limit_s * 1000


def test_a_silent_device_is_unknown_from_its_last_reading_on(engine: Any) -> None:
    engine.all_fine(60)
    engine.run(240)
    assert engine.live[CAM].state == "up"
    engine.run(241)
    assert (engine.live[CAM].state, engine.live[CAM].cause) == ("unknown", "silence")
    assert engine.timeline(CAM) == [("0", "up"), ("60", "unknown")]


def test_a_lost_link_makes_all_unknown_at_once(engine: Any) -> None:
    engine.all_fine(60)
    engine.lost(70)
    assert {change.state for change in engine.live.values()} == {"unknown"}
    assert engine.live["cp-01.1"].word == "unknown"


def test_the_will_of_an_earlier_boot_is_ignored(engine: Any) -> None:
    engine.up(5, boot="b")
    engine.lost(10, boot="a")
    assert engine.live[CAM].state == "up"


def test_unknown_lasts_until_the_next_reading_not_until_the_link_is_up(engine: Any) -> None:
    engine.lost(70)
    engine.up(80)
    assert engine.live[CAM].state == "unknown"
    engine.all_fine(85, since=85, looks=1)
    assert engine.live[CAM].state == "up"
    assert engine.timeline(CAM) == [("0", "up"), ("0", "unknown"), ("85", "up")][1:]


def test_what_since_covers_of_a_gap_is_known(engine: Any) -> None:
    engine.all_fine(60)
    engine.lost(70)
    engine.up(500)
    engine.all_fine(510, since=0)
    assert engine.timeline(CAM) == [("0", "up")]


def test_what_it_covers_in_part_is_known_in_part(engine: Any) -> None:
    engine.all_fine(60)
    engine.run(500)
    engine.all_fine(510, since=400)
    assert engine.timeline(CAM) == [("0", "up"), ("60", "unknown"), ("400", "up")]


def test_a_reading_while_lost_waits_for_the_link(engine: Any) -> None:
    engine.lost(70)
    engine.sees("light-01", 75, ("dark", 75, 2), since=75)
    assert engine.faults() == []
    engine.up(80)
    assert engine.faults() == [("opened", "light-01", "dark", "75")]
    assert engine.live["light-01"].state == "down"


def test_but_danger_does_not_wait(engine: Any) -> None:
    engine.lost(70)
    engine.sees("cp-01.1", 75, ("GroundFailure", 75, 1), since=75)
    assert [severity(fault.code, fault.asset_kind) for fault in engine.opened()] == [1]
    assert engine.live["cp-01.1"].state == "unknown"


def test_silence_freezes_a_suspicion_and_a_recovery(engine: Any) -> None:
    engine.sees(CAM, 10, ("unreachable", 10, 3))
    engine.lost(20)
    engine.run(80)
    engine.run(109)
    assert not [fault for fault in engine.faults() if fault[1] == CAM]


def test_a_suspicion_goes_on_when_since_reaches_back(engine: Any) -> None:
    engine.sees(CAM, 10, ("unreachable", 10, 3))
    engine.lost(20)
    engine.up(70)
    engine.sees(CAM, 200, ("unreachable", 10, 20), since=10, looks=20)
    assert ("opened", CAM, "unreachable", "10") in engine.faults()
    assert engine.timeline(CAM) == [("0", "up"), ("10", "down")]


def test_after_a_short_silence_it_is_one_episode_and_the_silence_stays_unknown(engine: Any) -> None:
    engine.sees(CAM, 10, ("unreachable", 10, 3))
    engine.lost(20)
    engine.up(40)
    engine.sees(CAM, 100, ("unreachable", 60, 3), since=60, looks=3)
    assert ("opened", CAM, "unreachable", "10") in engine.faults()
    assert engine.timeline(CAM) == [("0", "up"), ("10", "unknown"), ("60", "down")]


def test_after_a_long_silence_a_suspicion_starts_anew(engine: Any) -> None:
    engine.sees(CAM, 10, ("unreachable", 10, 3))
    engine.lost(20)
    engine.up(400)
    engine.sees(CAM, 400, ("unreachable", 395, 3), since=395)
    engine.run(480)
    assert not [fault for fault in engine.faults() if fault[1] == CAM]
    engine.run(486)
    assert ("opened", CAM, "unreachable", "395") in engine.faults()


def test_an_open_fault_stays_the_same_through_a_silence(engine: Any) -> None:
    engine.sees("light-01", 10, ("dark", 10, 2))
    engine.lost(20)
    engine.up(1000)
    engine.sees("light-01", 1010, ("dark", 990, 4), since=990)
    assert engine.timeline("light-01") == [("0", "up"), ("10", "unknown"), ("990", "down")]
    engine.sees("light-01", 1020)
    engine.sees("light-01", 1090, since=1020, looks=8)
    of_light = [fault for fault in engine.faults() if fault[1] == "light-01"]
    assert of_light == [("opened", "light-01", "dark", "10"), ("closed", "light-01", "dark", "1020")]


def test_a_fault_that_healed_in_silence_ends_at_the_first_good_look_known(engine: Any) -> None:
    engine.sees("light-01", 10, ("dark", 10, 2))
    engine.lost(20)
    engine.up(500)
    engine.sees("light-01", 500, since=300, looks=20)
    engine.sees("light-01", 560, since=300, looks=21)
    assert ("closed", "light-01", "dark", "300") in engine.faults()
    assert engine.timeline("light-01") == [("0", "up"), ("10", "unknown"), ("300", "up")]


def test_the_devices_own_unknown_counts_from_its_since(engine: Any) -> None:
    engine.all_fine(60)
    engine.sees(CAM, 130, ("busy", 120, 2), since=120)
    engine.sees(CAM, 200, since=190)
    assert engine.timeline(CAM) == [("0", "up"), ("120", "unknown"), ("190", "up")]


def test_degraded_is_told_as_such(engine: Any) -> None:
    for at in range(10, 700, 60):
        engine.sees(CAM, at, ("blur", 10, at), since=10, looks=at)
    assert engine.timeline(CAM) == [("0", "up"), ("10", "degraded")]


def test_a_device_that_never_spoke_is_unknown_from_the_start_and_missed_under_a_live_node(
    new_engine: Callable[..., Any],
) -> None:
    engine = new_engine()
    engine.up(0)
    assert engine.timeline(CAM) == [("0", "unknown")]
    for at in range(30, 960, 60):
        engine.run(at)
        engine.sees("light-01", at, since=0)
    assert ("opened", CAM, "silent", "30") in engine.faults()
    assert {fault[2] for fault in engine.faults()} == {"silent"}
    assert ("opened", "light-01", "silent", "30") not in engine.faults()


def test_a_silent_device_that_speaks_again_closes(engine: Any) -> None:
    for at in range(60, 1200, 60):
        engine.run(at)
        engine.sees("light-01", at, since=0, looks=at)
    assert ("opened", CAM, "silent", "0") in engine.faults()
    engine.sees(CAM, 1200, since=1200)
    engine.sees(CAM, 1260, since=1200, looks=7)
    engine.run(1262)
    assert ("closed", CAM, "silent", "1200") in engine.faults()


def test_after_a_gateway_start_no_silence_counts_before_one_limit(engine: Any) -> None:
    engine.sees(CAM, 10, ("unreachable", 10, 3))
    engine.restart(1000)
    engine.run(1180)
    assert engine.live[CAM].state == "down"
    assert engine.faults() == []
    engine.run(1181)
    assert engine.live[CAM].state == "unknown"
    assert engine.timeline(CAM) == [("0", "up"), ("10", "unknown")]


def test_nor_does_the_silence_of_one_device_under_a_live_node(engine: Any) -> None:
    for at in range(60, 400, 60):
        engine.sees("light-01", at, since=0)
    assert engine.live[CAM].state == "unknown"
    engine.restart(3000)
    engine.run(3030)
    assert engine.faults() == [], "it may have spoken again while the gateway was away"
    engine.sees(CAM, 3040, since=0)
    for at in range(3060, 3600, 60):
        engine.run(at)
        engine.all_fine(at)
    assert engine.faults() == []


def test_a_clock_put_back_before_a_start_delays_nothing(engine: Any) -> None:
    day = 86_400
    engine.sees("light-01", day, ("dark", day, 2))
    engine.restart(1000)
    engine.all_fine(1001, since=1001, looks=1)
    engine.all_fine(1061, since=1001, looks=7)
    engine.run(1070)
    assert ("closed", "light-01", "dark", "1001") in engine.faults()
    engine.run(1300)
    assert engine.live[CAM].state == "unknown"


def test_a_restart_in_between_leaves_no_gap(engine: Any) -> None:
    engine.all_fine(60, boot="a")
    engine.restart(70)
    engine.sees("light-01", 90, ("dark", 90, 1), since=90, boot="a")
    engine.sees("light-01", 95, ("dark", 90, 2), since=90, looks=2, boot="a")
    assert engine.timeline("light-01") == [("0", "up"), ("90", "down")]


def test_a_drained_outage_is_judged_in_its_own_time(engine: Any) -> None:
    engine.all_fine(60, boot="a")
    engine.lost(70)
    engine.up(5000)
    engine.sees("light-01", 100, ("dark", 100, 1), since=100, boot="a", received_ms=engine.watch.now_ms)
    engine.sees("light-01", 105, ("dark", 100, 2), since=100, looks=2, boot="a")
    assert engine.live["light-01"].state == "unknown"
    engine.sees("light-01", 160, since=160, boot="a")
    engine.sees("light-01", 230, since=160, looks=9, boot="a")
    assert [f for f in engine.faults() if f[1] == "light-01"] == [
        ("opened", "light-01", "dark", "100"),
        ("closed", "light-01", "dark", "160"),
    ]
    assert engine.timeline("light-01") == [("0", "up"), ("100", "down"), ("160", "up"), ("230", "unknown")]


def test_a_socket_is_free_since_it_is_free_and_not_since_it_works(engine: Any) -> None:
    engine.sees("cp-01.1", 5, since=0, word="free")
    engine.sees("cp-01.1", 60, since=58, looks=12, word="in_use")
    engine.sees("cp-01.1", 70, since=58, looks=14, word="in_use")
    assert engine.live["cp-01.1"].since_ms == ms(58)
    assert engine.timeline("cp-01.1") == [("0", "up")]
    engine.lost(80)
    engine.up(85)
    engine.sees("cp-01.1", 100, since=90, looks=20, word="in_use")
    assert engine.live["cp-01.1"].since_ms == ms(90)
