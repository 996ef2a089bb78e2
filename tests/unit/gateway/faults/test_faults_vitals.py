"""The node's own vitals come with some of its records; those without them change nothing of it."""

from typing import Any


def _minutes(engine: Any, first: int, last: int) -> None:
    """Reports of the devices alone, a minute apart."""
    for minute in range(first, last + 1):
        engine.all_fine(60 * minute)


def test_a_full_card_opens_though_only_each_fifth_report_speaks_of_it(engine: Any) -> None:
    engine.sees("n-01", 60, ("disk_full", 60, 1), state="degraded")
    engine.sees("n-01", 180, ("disk_full", 60, 3), state="degraded")
    _minutes(engine, 4, 11)
    engine.run(662)
    assert engine.faults() == [("opened", "n-01", "disk_full", "60")]
    assert engine.live["n-01"].codes == ("disk_full",)


def test_it_stays_open_through_an_hour_of_reports_without_vitals(engine: Any) -> None:
    engine.sees("n-01", 60, ("disk_full", 0, 3), state="degraded")
    _minutes(engine, 2, 60)
    engine.run(3660)
    assert [fault[0] for fault in engine.faults()] == ["opened"]
    assert engine.timeline("n-01")[-1][1] == "degraded"


def test_only_its_own_word_closes_it(engine: Any) -> None:
    engine.sees("n-01", 60, ("disk_full", 0, 3), state="degraded")
    _minutes(engine, 2, 15)
    engine.sees("n-01", 960, since=960, looks=1)
    engine.sees("n-01", 1020, since=960, looks=2)
    _minutes(engine, 18, 20)
    engine.run(1201)
    assert engine.faults()[-1] == ("closed", "n-01", "disk_full", "960")


def test_an_outage_does_not_close_it_either(engine: Any) -> None:
    engine.sees("n-01", 60, ("disk_full", 0, 3), state="degraded")
    _minutes(engine, 2, 15)
    engine.lost(910)
    engine.up(1200)
    engine.all_fine(1205)
    engine.run(1380)
    assert ("closed", "n-01", "disk_full") not in [fault[:3] for fault in engine.faults()]
    assert engine.live["n-01"].codes == ("disk_full",)
