"""Debounce and hysteresis: fine -> suspect -> confirmed -> recovering -> fine."""

from collections.abc import Callable
from typing import Any

import pytest

from gateway.faults import Rules
from gateway.faults.catalogue import severity

CAM = "cam-01"


def test_a_suspicion_shows_at_once_and_opens_nothing(engine: Any) -> None:
    engine.sees(CAM, 10, ("unreachable", 10, 1))
    assert (engine.live[CAM].state, engine.live[CAM].codes) == ("down", ("unreachable",))
    assert engine.faults() == []
    assert engine.timeline(CAM) == [("0", "up")]


def test_confirmed_needs_the_time_and_the_looks(engine: Any) -> None:
    engine.sees(CAM, 10, ("unreachable", 10, 1))
    engine.sees(CAM, 30, ("unreachable", 10, 3), since=10, looks=3)
    engine.run(100)
    assert engine.faults() == []
    engine.run(101)
    assert engine.faults() == [("opened", CAM, "unreachable", "10")]
    assert engine.opened()[0].at_ms % 1000_000 == 100_000


def test_the_moment_of_enough_looks_may_be_the_later_one(engine: Any) -> None:
    engine.sees(CAM, 10, ("unreachable", 10, 1))
    engine.run(150)
    engine.sees(CAM, 160, ("unreachable", 10, 3), since=10, looks=3)
    assert [fault.at_ms % 1000_000 for fault in engine.opened()] == [160_000]


def test_looks_are_counted_by_the_node_not_by_messages(engine: Any) -> None:
    engine.sees(CAM, 10, ("unreachable", 10, 1))
    for at in (20, 30, 40):
        engine.sees(CAM, at, ("unreachable", 10, 2), since=10, looks=2)
    engine.run(170)
    assert engine.faults() == []


def test_down_counts_from_the_first_bad_look_to_the_first_good_one(engine: Any) -> None:
    engine.sees(CAM, 10, ("unreachable", 10, 1))
    engine.sees(CAM, 70, ("unreachable", 10, 7), since=10, looks=7)
    engine.sees(CAM, 130, ("unreachable", 10, 13), since=10, looks=13)
    assert engine.timeline(CAM) == [("0", "up"), ("10", "down")]
    engine.sees(CAM, 140)
    engine.sees(CAM, 150, since=140, looks=2)
    engine.run(202)
    assert engine.timeline(CAM) == [("0", "up"), ("10", "down"), ("140", "up")]
    assert engine.faults() == [("opened", CAM, "unreachable", "10"), ("closed", CAM, "unreachable", "140")]


def test_a_good_look_in_the_very_second_comes_before_the_deadline(engine: Any) -> None:
    engine.sees(CAM, 10, ("unreachable", 10, 3))
    engine.run(100.9)
    engine.sees(CAM, 100.95)
    engine.run(170)
    assert engine.faults() == []


def test_a_suspicion_that_ends_starts_anew(engine: Any) -> None:
    engine.sees(CAM, 10, ("unreachable", 10, 3))
    engine.sees(CAM, 60)
    engine.sees(CAM, 90, ("unreachable", 90, 3))
    engine.run(180)
    assert engine.faults() == []
    engine.run(181)
    assert engine.faults() == [("opened", CAM, "unreachable", "90")]


def test_a_good_look_that_nobody_reported_starts_it_anew_too(engine: Any) -> None:
    engine.sees(CAM, 10, ("unreachable", 10, 1))
    engine.sees(CAM, 60, ("unreachable", 55, 1), since=55)
    engine.sees(CAM, 90, ("unreachable", 55, 4), since=55, looks=4)
    engine.run(150)
    assert [fault[3] for fault in engine.faults()] == ["55"]


@pytest.fixture
def down(engine: Any) -> Any:
    """An engine with a camera confirmed unreachable since second 10."""
    engine.sees(CAM, 10, ("unreachable", 10, 3))
    engine.sees(CAM, 110, ("unreachable", 10, 11), since=10, looks=11)
    engine.said.clear()
    return engine


def test_one_good_look_is_not_enough(down: Any) -> None:
    down.sees(CAM, 120)
    down.run(299)
    assert down.faults() == []


def test_two_good_looks_of_two_readings_are(down: Any) -> None:
    down.sees(CAM, 120, looks=1)
    down.sees(CAM, 130, since=120, looks=2)
    down.run(180)
    assert down.faults() == []
    down.run(181)
    assert down.faults() == [("closed", CAM, "unreachable", "120")]


def test_the_same_good_look_said_twice_is_one(down: Any) -> None:
    down.sees(CAM, 120, looks=1)
    down.sees(CAM, 150, since=120, looks=1)
    down.run(290)
    assert down.faults() == []


def test_good_looks_count_from_the_first_reading_without_the_code(down: Any) -> None:
    down.sees(CAM, 130, since=120, looks=5)
    down.run(200)
    assert down.faults() == []
    down.sees(CAM, 210, since=120, looks=6)
    assert down.faults() == [("closed", CAM, "unreachable", "120")]


def test_good_looks_go_on_counting_when_another_code_comes(down: Any) -> None:
    down.sees(CAM, 120)
    down.sees(CAM, 125, ("blur", 125, 1), since=125)
    down.run(181)
    assert down.faults() == [("closed", CAM, "unreachable", "120")]


def test_a_bad_look_while_recovering_is_the_same_episode_and_the_good_time_counts_as_bad(down: Any) -> None:
    down.sees(CAM, 120)
    assert down.timeline(CAM) == [("120", "up")]
    down.sees(CAM, 150, ("unreachable", 150, 1), since=150)
    assert down.timeline(CAM) == [("120", "down")]
    down.run(300)
    assert down.faults() == []


@pytest.mark.parametrize("how", ["nc", "hidden"])
def test_what_could_not_be_checked_is_no_good_look(engine: Any, how: str) -> None:
    engine.sees(CAM, 10, ("blur", 10, 3))
    engine.sees(CAM, 70, ("blur", 10, 9), since=10, looks=9)
    engine.run(240)
    engine.sees(CAM, 240, ("blur", 10, 20), since=10, looks=20)
    engine.sees(CAM, 400, ("blur", 10, 40), since=10, looks=40)
    engine.sees(CAM, 560, ("blur", 10, 60), since=10, looks=60)
    engine.sees(CAM, 620, ("blur", 10, 66), since=10, looks=66)
    if how == "nc":
        engine.sees(CAM, 640, nc=("blur",))
        engine.sees(CAM, 700, since=640, looks=7, nc=("blur",))
    else:
        engine.sees(CAM, 640, ("black", 640, 1), since=640)
        engine.sees(CAM, 700, ("black", 640, 7), since=640, looks=7)
    engine.run(800)
    assert engine.faults() == [("opened", CAM, "blur", "10")]


@pytest.mark.parametrize("other", ["driver_error", "busy"])
def test_a_program_that_fails_proves_nothing_healed(engine: Any, other: str) -> None:
    device = "cp-01.1" if other == "driver_error" else CAM
    code = "GroundFailure" if other == "driver_error" else "black"
    engine.sees(device, 10, (code, 10, 3))
    engine.sees(device, 100, (other, 100, 1), since=100)
    engine.sees(device, 200, (other, 100, 9), since=100, looks=9)
    assert engine.watch.devices[device].rows[code].phase in {"confirmed", "suspect"}


def test_a_camera_that_refuses_more_viewers_is_reachable(down: Any) -> None:
    down.sees(CAM, 120, ("busy", 120, 1), since=120)
    down.sees(CAM, 180, ("busy", 120, 2), since=120, looks=2)
    down.run(182)
    assert down.faults() == [("closed", CAM, "unreachable", "120")]


def test_a_warning_light_is_confirmed_by_its_second_look(engine: Any) -> None:
    engine.sees("light-01", 10, ("dark", 10, 1))
    assert engine.faults() == []
    engine.sees("light-01", 15, ("dark", 10, 2), since=10, looks=2)
    assert engine.faults() == [("opened", "light-01", "dark", "10")]


def test_a_rules_file_changes_the_time(new_engine: Callable[..., Any]) -> None:
    engine = new_engine(rules=Rules(for_s={"unreachable": 5}))
    engine.up(0)
    engine.sees(CAM, 10, ("unreachable", 10, 3))
    engine.run(16)
    assert engine.faults() == [("opened", CAM, "unreachable", "10")]


def test_two_reasons_at_once_are_two_faults_and_one_down(engine: Any) -> None:
    engine.sees("light-01", 10, ("dark", 10, 2))
    engine.sees("light-01", 20, ("dark", 10, 4), ("stuck_on", 20, 2), since=20)
    engine.sees("light-01", 30, ("stuck_on", 20, 4), since=30)
    assert engine.timeline("light-01") == [("0", "up"), ("10", "down")]
    assert [fault[:3] for fault in engine.faults()] == [
        ("opened", "light-01", "dark"),
        ("opened", "light-01", "stuck_on"),
    ]


def test_an_unknown_code_of_a_newer_node_opens_at_once(engine: Any) -> None:
    engine.sees("cp-01.1", 10, ("VendorSmoke", 10, 1))
    assert [(fault.code, severity(fault.code, fault.asset_kind), fault.latched) for fault in engine.opened()] == [
        ("VendorSmoke", 2, True)
    ]
