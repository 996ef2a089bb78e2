"""Late data: judged in their own time, laid into what was UNKNOWN, and never into the live view."""

from typing import Any

import pytest

LIGHT = "light-01"


@pytest.fixture
def back(engine: Any) -> Any:
    """Silent from 60 on, and back at 5000 with a record sent ahead of its turn."""
    engine.all_fine(60, boot="a")
    engine.lost(70)
    engine.run(4999)
    engine.up(5000)
    engine.all_fine(5000, since=4990, boot="a", live=True)
    engine.said.clear()
    return engine


def drain(engine: Any, begin: int = 120, end: int = 4980) -> None:
    """The interval's records of the outage, all fine."""
    for at in range(begin, end, 60):
        engine.sees(LIGHT, at, since=0, looks=at, boot="a", history=True)


def catch_up(engine: Any) -> None:
    engine.all_fine(5000, since=4990, boot="a", history=True)


def of_light(engine: Any) -> list[tuple[str, ...]]:
    return [fault for fault in engine.faults() if fault[1] == LIGHT]


def filled(engine: Any) -> list[tuple[int, int, str]]:
    fills = [change for change in engine.said if type(change).__name__ == "Filled" and change.device == LIGHT]
    return [(change.from_ms // 1000 % 10_000, change.to_ms // 1000 % 10_000, change.state) for change in fills]


def test_they_fill_the_gap_and_leave_the_live_view_alone(back: Any) -> None:
    drain(back)
    catch_up(back)
    assert filled(back) == [(60, 5000, "up")]
    assert not [change for change in back.said if type(change).__name__ in {"StateChanged", "Interval"}]


def test_a_fault_that_began_and_ended_meanwhile_is_listed(back: Any) -> None:
    drain(back, end=1000)
    back.sees(LIGHT, 1000, ("dark", 1000, 1), since=1000, boot="a", history=True)
    back.sees(LIGHT, 1005, ("dark", 1000, 2), since=1000, looks=2, boot="a", history=True)
    assert of_light(back) == []
    back.sees(LIGHT, 1100, since=1100, boot="a", history=True)
    back.sees(LIGHT, 1170, since=1100, looks=8, boot="a", history=True)
    assert of_light(back) == [("opened", LIGHT, "dark", "1000"), ("closed", LIGHT, "dark", "1100")]
    drain(back, 1200)
    catch_up(back)
    assert filled(back) == [(60, 1000, "up"), (1000, 1100, "down"), (1100, 5000, "up")]


def test_severity_1_opens_and_latches_when_it_is_learnt(back: Any) -> None:
    gun = "cp-01.1"
    back.sees(gun, 1000, ("GroundFailure", 1000, 1), since=1000, boot="a", history=True)
    assert [fault[0] for fault in back.faults()] == ["opened"]
    back.sees(gun, 1010, since=1010, boot="a", history=True)
    back.sees(gun, 1100, since=1010, looks=9, boot="a", history=True)
    assert [fault[0] for fault in back.faults()] == ["opened", "cleared"]
    back.take(gun, "GroundFailure", 5100, measured_dead=True)
    assert back.faults()[-1] == ("closed", gun, "GroundFailure", "5100")


def test_one_that_runs_up_to_the_live_view_ends_there(back: Any) -> None:
    back.sees(LIGHT, 4000, ("dark", 4000, 2), since=4000, looks=2, boot="a", history=True)
    back.sees(LIGHT, 4980, ("dark", 4000, 90), since=4000, looks=90, boot="a", history=True)
    catch_up(back)
    assert of_light(back) == [("opened", LIGHT, "dark", "4000"), ("closed", LIGHT, "dark", "5000")]


def test_a_suspicion_that_was_confirmed_and_ended_meanwhile_is_listed(engine: Any) -> None:
    engine.sees("cam-01", 10, ("unreachable", 10, 3), boot="a")
    engine.lost(20)
    engine.run(4999)
    engine.up(5000)
    engine.all_fine(5000, since=4990, boot="a", live=True)
    for at in (60, 120):
        engine.sees("cam-01", at, ("unreachable", 10, at), since=10, looks=at, boot="a", history=True)
    engine.sees("cam-01", 150, since=150, boot="a", history=True)
    engine.sees("cam-01", 220, since=150, looks=8, boot="a", history=True)
    of_camera = [fault for fault in engine.faults() if fault[1] == "cam-01"]
    assert ("closed", "cam-01", "unreachable", "150") in of_camera


def test_a_fault_of_before_the_gap_stays_the_live_one(engine: Any) -> None:
    engine.sees(LIGHT, 10, ("dark", 10, 2), boot="a")
    engine.run(4999)
    engine.up(5000)
    engine.sees(LIGHT, 5000, ("dark", 4990, 2), since=4990, boot="b", live=True)
    engine.sees(LIGHT, 60, since=60, boot="a", history=True)
    engine.sees(LIGHT, 130, since=60, looks=8, boot="a", history=True)
    catch_up(engine)
    assert of_light(engine) == [("opened", LIGHT, "dark", "10")]


def test_a_live_fault_begins_when_late_data_say_so(engine: Any) -> None:
    engine.all_fine(60, boot="a")
    engine.run(4999)
    engine.up(5000)
    engine.sees(LIGHT, 5000, ("dark", 4990, 2), since=4990, looks=2, boot="b", live=True)
    engine.sees(LIGHT, 4000, ("dark", 4000, 2), since=4000, looks=2, history=True)
    engine.sees(LIGHT, 4100, ("dark", 4000, 9), since=4000, looks=9, history=True)
    engine.sees(LIGHT, 5000, ("dark", 4990, 2), since=4990, looks=2, history=True)
    assert of_light(engine) == [("opened", LIGHT, "dark", "4990"), ("opened", LIGHT, "dark", "4000")]
    assert engine.live[LIGHT].state == "down"


def test_a_gap_in_the_late_data_stays_unknown(back: Any) -> None:
    drain(back, end=600)
    drain_again = 2000
    back.sees(LIGHT, drain_again, since=1900, looks=9, boot="a", history=True)
    catch_up(back)
    assert filled(back) == [(60, 540, "up"), (1900, 2180, "up")]


def test_late_records_without_a_gap_change_nothing(engine: Any) -> None:
    before = engine.watch.devices
    assert engine.sees(LIGHT, 1, ("dark", 1, 2), history=True) == []
    assert engine.watch.devices == before
