"""A node's own silence, and what the gateway notices about a node."""

from collections.abc import Callable
from typing import Any

from gateway.faults import Running, StrangerSeen
from gateway.faults.catalogue import severity

SITE = "j-01"


def test_a_lost_node_is_a_dark_site_90_s_later_and_nothing_opens_for_its_devices(engine: Any) -> None:
    engine.all_fine(60)
    engine.lost(70)
    engine.run(160)
    assert engine.faults() == []
    engine.run(161)
    assert engine.faults() == [("opened", SITE, "site_dark", "60")]
    engine.run(5000)
    assert len(engine.faults()) == 1


def test_its_birth_is_the_good_look_and_it_closes_when_it_stays(engine: Any) -> None:
    engine.all_fine(60)
    engine.lost(70)
    engine.run(300)
    engine.up(310, boot="b")
    engine.all_fine(315, since=312, looks=1)
    engine.run(370)
    assert [fault[0] for fault in engine.faults()] == ["opened"]
    engine.run(371)
    assert engine.faults()[-1] == ("closed", SITE, "site_dark", "310")


def ran(engine: Any) -> bool:
    return any(isinstance(change, Running) for change in engine.said)


def test_a_record_from_the_midst_of_its_silence_shows_that_the_node_ran(engine: Any) -> None:
    engine.all_fine(60, boot="a")
    engine.lost(70)
    engine.run(300)
    engine.up(310, boot="b")
    engine.all_fine(120, boot="a", history=True)
    assert ran(engine)


def test_the_last_record_of_a_node_that_lost_power_is_no_sign_that_it_ran_on(engine: Any) -> None:
    engine.all_fine(60, boot="a")
    engine.lost(70)
    engine.run(300)
    engine.up(310, boot="b")
    engine.all_fine(70.3, boot="a", history=True)  # spooled at 69.9; its clock is gone
    assert not ran(engine)


def test_lost_again_before_it_closed_is_the_same_fault(engine: Any) -> None:
    engine.lost(70)
    engine.run(300)
    engine.up(310, boot="b")
    engine.lost(330, boot="b")
    engine.run(1000)
    assert len(engine.faults()) == 1
    engine.up(1000, boot="c")
    engine.run(1061)
    assert engine.faults()[-1] == ("closed", SITE, "site_dark", "1000")


def test_back_within_90_s_opens_nothing(engine: Any) -> None:
    engine.lost(70)
    engine.up(150)
    engine.all_fine(151)
    engine.run(300)
    assert engine.faults() == []


def test_without_a_will_it_is_dark_at_the_freshness_limit(engine: Any) -> None:
    engine.all_fine(60)
    engine.run(240)
    assert engine.faults() == []
    engine.run(241)
    assert engine.faults() == [("opened", SITE, "site_dark", "60")]


def test_a_stopped_node_is_silent_after_a_quarter_of_an_hour(engine: Any) -> None:
    from gateway.faults import Link  # noqa: PLC0415  # used here alone

    engine.tell(Link("disconnected", "a", engine.watch.now_ms + 10_000))
    engine.run(910)
    assert engine.faults() == []
    engine.run(911)
    assert [(fault.asset, fault.code, severity(fault.code, fault.asset_kind)) for fault in engine.opened()] == [
        ("n-01", "silent", 2)
    ]


def test_a_node_that_never_came_is_missed(new_engine: Callable[..., Any]) -> None:
    engine = new_engine()
    engine.run(900)
    assert engine.faults() == []
    engine.run(901)
    assert engine.faults() == [("opened", "n-01", "silent", "0")]


def test_one_of_two_nodes_at_a_junction_is_no_dark_site(new_engine: Callable[..., Any]) -> None:
    engine = new_engine(nodes=2)
    engine.up(0)
    engine.all_fine(0)
    engine.lost(10)
    engine.run(200)
    assert engine.faults() == [("opened", "n-01", "site_dark", "0")]


def test_a_node_whose_old_records_still_come_is_not_silent(engine: Any) -> None:
    engine.lost(10)
    engine.up(80)
    for second in range(0, 1200, 30):
        engine.tick(3600 + second)
        engine.all_fine(100 + second, since=0, boot="a", received_ms=engine.watch.now_ms)
    dark = [fault for fault in engine.opened() if fault.code == "site_dark" and fault.at_ms > engine.watch.now_ms]
    assert dark == []


def test_a_stranger_is_said_once_and_is_a_fault_until_taken(engine: Any) -> None:
    for at in (10, 20):
        engine.sees("cam-99", at)
    assert [change.device for change in engine.said if isinstance(change, StrangerSeen)] == ["cam-99"]
    assert engine.faults() == [("opened", "n-01", "unknown_device", "10"), ("cleared", "n-01", "unknown_device", "10")]
    engine.take("n-01", "unknown_device", 30)
    assert engine.faults()[-1] == ("closed", "n-01", "unknown_device", "30")


def test_a_new_card_is_noted(engine: Any) -> None:
    engine.note("node_storage_replaced", 40)
    assert [(fault.asset, fault.code, fault.latched) for fault in engine.opened()] == [
        ("n-01", "node_storage_replaced", True)
    ]
