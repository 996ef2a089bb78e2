"""Latches: an electrical fault ends when it was measured dead, another safety fault when a person has taken it."""

from typing import Any

import pytest
from msgspec.structs import replace

from gateway.faults.catalogue import severity

GUN = "cp-01.1"


@pytest.fixture
def shock(engine: Any) -> Any:
    """An engine with an earth fault at second 10."""
    engine.sees(GUN, 5, word="free")
    engine.sees(GUN, 10, ("GroundFailure", 10, 1), word="out_of_order")
    return engine


def heal(engine: Any, at: int) -> None:
    engine.sees(GUN, at, word="free")
    engine.sees(GUN, at + 10, since=at, looks=2, word="free")
    engine.run(at + 62)


def test_severity_1_opens_at_the_first_look(shock: Any) -> None:
    fault = shock.opened()[0]
    assert (fault.asset, fault.code, severity(fault.code, "connector"), fault.latched) == (
        GUN,
        "GroundFailure",
        1,
        True,
    )
    assert fault.since_ms == fault.at_ms


def test_cleared_is_not_closed_and_residents_still_read_out_of_order(shock: Any) -> None:
    heal(shock, 100)
    assert shock.faults()[-1] == ("cleared", GUN, "GroundFailure", "100")
    assert (shock.live[GUN].state, shock.live[GUN].word) == ("up", "out_of_order")
    assert shock.timeline(GUN)[-2:] == [("10", "down"), ("100", "up")]


def test_measured_dead_after_it_cleared_releases(shock: Any) -> None:
    heal(shock, 100)
    shock.take(GUN, "GroundFailure", 200, measured_dead=True)
    assert shock.faults()[-1] == ("closed", GUN, "GroundFailure", "200")
    assert shock.live[GUN].word == "free"


def test_an_earlier_measurement_or_a_plain_acknowledgement_releases_nothing(shock: Any) -> None:
    shock.take(GUN, "GroundFailure", 50, measured_dead=True)
    heal(shock, 100)
    shock.take(GUN, "GroundFailure", 200)
    shock.run(250)
    assert [fault[0] for fault in shock.faults()] == ["opened", "cleared"]
    assert shock.live[GUN].word == "out_of_order"


def test_bad_again_while_latched_is_the_same_fault_said_again(shock: Any) -> None:
    heal(shock, 100)
    shock.sees(GUN, 200, ("GroundFailure", 200, 1), word="out_of_order")
    shock.take(GUN, "GroundFailure", 210, measured_dead=True)
    assert [fault[0] for fault in shock.faults()] == ["opened", "cleared", "opened"]
    heal(shock, 300)
    shock.take(GUN, "GroundFailure", 400, measured_dead=True)
    assert shock.faults()[-1] == ("closed", GUN, "GroundFailure", "400")


def test_a_charge_point_under_a_latch_takes_its_connectors_with_it(engine: Any) -> None:
    engine.sees("cp-01.2", 5, word="free")
    engine.sees("cp-01", 10, ("GroundFailure", 10, 1))
    assert engine.live["cp-01.2"].word == "out_of_order"
    engine.sees("cp-01", 20)
    engine.sees("cp-01", 90, since=20, looks=8)
    engine.take("cp-01", "GroundFailure", 100, measured_dead=True)
    assert engine.live["cp-01.2"].word == "free"


def test_so_it_does_with_one_that_was_added_meanwhile(engine: Any) -> None:
    engine.sees("cp-01", 10, ("GroundFailure", 10, 1), word="out_of_order")
    known = {id_: device for id_, device in engine.watch.devices.items() if id_ != "cp-01.2"}
    engine.watch = replace(engine.watch, devices=known)
    engine.restart(20)
    assert engine.live["cp-01.2"].word == "out_of_order"
    engine.sees("cp-01.2", 30, word="free")
    assert engine.live["cp-01.2"].word == "out_of_order"


def test_another_safety_fault_waits_for_a_person(engine: Any) -> None:
    engine.sees(GUN, 10, ("unrecognised", 10, 1))
    heal(engine, 100)
    assert engine.faults()[-1][0] == "cleared"
    engine.take(GUN, "unrecognised", 200)
    assert engine.faults()[-1] == ("closed", GUN, "unrecognised", "200")


def test_one_that_was_taken_early_closes_when_it_clears(engine: Any) -> None:
    engine.sees(GUN, 10, ("unrecognised", 10, 1))
    engine.take(GUN, "unrecognised", 50)
    heal(engine, 100)
    assert engine.faults()[-1] == ("closed", GUN, "unrecognised", "100")


def test_an_acknowledgement_of_nothing_changes_nothing(engine: Any) -> None:
    before = engine.watch
    engine.take(GUN, "GroundFailure", 1, measured_dead=True)
    engine.take("nobody", "dark", 1)
    assert engine.faults() == []
    assert engine.watch == before


def test_an_ordinary_fault_is_not_closed_by_taking_it(engine: Any) -> None:
    engine.sees("light-01", 10, ("dark", 10, 2))
    engine.take("light-01", "dark", 20, measured_dead=True)
    assert [fault[0] for fault in engine.faults()] == ["opened"]
