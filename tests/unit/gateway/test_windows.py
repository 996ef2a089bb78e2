"""Windows: whom they hit, and what a later word about one does to it."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from contracts.inventory import load_inventory
from gateway.uptime import Share, Standing, Window, cut, intact_at, intact_over, laid, targets


def planned(begin: int, end: int | None, known: int = 0) -> Window:
    return Window("planned", "j-01", begin, end, known)


def bounds(windows: Sequence[Window]) -> list[tuple[int, int | None, bool]]:
    """From, to, and whether it counts."""
    return [(window.from_ms, window.to_ms, not window.late) for window in windows]


def test_a_connector_is_hit_with_its_charge_point_its_node_and_its_junction(root: object) -> None:
    village = load_inventory(root / "firmware_config" / "villages" / "three-junctions.yaml")  # type: ignore[operator]  # a path
    connector = village.places()["cp-01.1"]
    assert targets(connector) == ("cp-01.1", "cp-01", connector.node, connector.junction)
    camera = village.places()["cam-01"]
    assert targets(camera) == ("cam-01", camera.node, camera.junction)


def test_before_it_begins_a_window_may_be_any_other() -> None:
    assert bounds(laid([planned(10, 20)], planned(10, 90, known=9))) == [(10, 90, True)]


def test_what_is_added_while_it_runs_counts_from_its_own_beginning() -> None:
    assert bounds(laid([planned(10, 20)], planned(10, 30, known=15))) == [(10, 20, True), (20, 30, True)]


def test_what_is_added_after_its_end_is_late() -> None:
    assert bounds(laid([planned(10, 20)], planned(10, 30, known=25))) == [(10, 20, True), (20, 30, False)]


@pytest.mark.parametrize(("end", "known", "left"), [(15, 12, 15), (15, 17, 17), (15, 99, 20)])
def test_what_is_taken_away_ends_no_earlier_than_it_was_known(end: int, known: int, left: int) -> None:
    assert bounds(laid([planned(10, 20)], planned(10, end, known))) == [(10, left, True)]


def test_added_twice() -> None:
    windows = laid(laid([planned(10, 20)], planned(10, 30, known=15)), planned(10, 40, known=26))
    assert bounds(windows) == [(10, 20, True), (20, 30, True), (30, 40, True)]


def test_a_late_one_stays_late_whatever_is_said_of_it() -> None:
    assert bounds(laid([planned(10, 20, known=11)], planned(10, 30, known=12))) == [(10, 30, False)]


def test_a_cancel_takes_what_was_added_but_no_neighbour() -> None:
    added = laid([planned(10, 20)], planned(10, 30, known=15))
    assert bounds(cut(added, 10, 18)) == [(10, 18, True)]
    assert bounds(cut([planned(10, 20), planned(20, 30)], 10, 18)) == [(10, 18, True), (20, 30, True)]


def test_a_cancel_after_the_end_changes_nothing() -> None:
    assert bounds(cut([planned(10, 20)], 10, 25)) == [(10, 20, True)]


def test_cancelled_before_it_begins_it_is_gone() -> None:
    assert cut([planned(10, None)], 10, 5) == []


@dataclass
class Hours:
    """A device's day: faults and time out of service, in hours."""

    faulty: Sequence[tuple[int, int | None]] = ()
    out: Sequence[tuple[int, int | None]] = ()

    def standing(self) -> Standing:
        def millis(pairs: Sequence[tuple[int, int | None]]) -> list[tuple[int, int | None]]:
            return [(begin * 3600_000, None if end is None else end * 3600_000) for begin, end in pairs]

        return Standing(millis(self.faulty), millis(self.out))


DAY = [Hours(), Hours([(2, 8), (4, 10)]), Hours([(20, None)]), Hours([(1, 3)], [(0, 12)])]


@pytest.mark.parametrize(("hour", "share"), [(0, (3, 3)), (2, (2, 3)), (10, (3, 3)), (12, (4, 4)), (23, (3, 4))])
def test_intact_at_an_hour(hour: int, share: tuple[int, int]) -> None:
    assert intact_at([day.standing() for day in DAY], hour * 3600_000) == Share(*share)


def test_intact_weighted_by_time() -> None:
    found = intact_over([day.standing() for day in DAY], 0, 24 * 3600_000)
    assert (found.part, found.whole) == (3600 * (24 + 16 + 20 + 12), 3600 * (24 * 3 + 12))
    assert str(found.percent) == "85.714"


def test_nothing_in_service_is_a_dash() -> None:
    assert intact_over([Hours(out=[(0, None)]).standing()], 0, 3600_000).percent is None
