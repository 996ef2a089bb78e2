"""One number a fault: when it reopens, what late news does to it, how it becomes a part of a cause, what is told."""

from collections.abc import Callable

import pytest

from gateway.faults import Fact
from gateway.store import (
    Batch,
    FaultAcknowledge,
    FaultEnd,
    FaultFacts,
    FaultOpen,
    FaultRoot,
    FaultRow,
    FaultWrite,
    MessageRow,
    MessageWrite,
    Store,
)

NOW = 1_790_000_000_000
HOUR = 3_600_000
DAY = 24 * HOUR

Told = Callable[..., list[FaultRow]]


def begun(hour: float, root: str | None = None, *, asset: str = "cam-01", latched: bool = False) -> FaultOpen:
    return FaultOpen(asset, "camera", "j-01", "frozen", root, 2, NOW + round(hour * HOUR), latched)


def over(hour: float, root: str | None = None, *, released: float | None = None, latched: bool = False) -> FaultEnd:
    end_ms = NOW + round(hour * HOUR)
    closed_ms = None if latched else end_ms if released is None else NOW + round(released * HOUR)
    return FaultEnd("cam-01", "frozen", root, end_ms, closed_ms)


def rooted(root: str, was: str | None = None, hour: float = 1) -> FaultRoot:
    return FaultRoot("cam-01", "frozen", was, root, NOW + round(hour * HOUR))


@pytest.fixture
def told(store: Store) -> Told:
    """Commits each list as a batch of its own; all faults then, by their number."""

    def tell(*batches: list[FaultWrite]) -> list[FaultRow]:
        for writes in batches:
            store.record(Batch(NOW, faults=writes))
        return sorted(store.faults("all", 100)[0], key=lambda row: row.id)

    return tell


def hours(row: FaultRow) -> tuple[float, float | None, int]:
    """Opened, closed, and how often it reopened."""
    return (row.opened_ms - NOW) / HOUR, None if row.closed_ms is None else (row.closed_ms - NOW) / HOUR, row.reopened


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize(("again", "numbers"), [(25, [(0, 26, 1)]), (25.001, [(0, 1, 0), (25.001, 26, 0)])])
def test_it_reopens_up_to_a_day_after_its_end(told: Told, again: float, numbers: list[object], together: bool) -> None:
    writes: list[FaultWrite] = [begun(0), over(1), begun(again), over(26)]
    rows = told(writes) if together else told(*([item] for item in writes))
    assert [hours(row) for row in rows] == numbers


def test_each_reopening_and_closing_is_in_its_history(told: Told, store: Store) -> None:
    told([begun(0)], [over(1)], [begun(2)], [over(3)], [begun(4)])
    moves = [(move.move, (move.at_ms - NOW) / HOUR) for move in store.fault_moves("F-2026-0001")]
    assert moves == [("opened", 0), ("closed", 1), ("reopened", 2), ("closed", 3), ("reopened", 4)]


def test_a_reopened_fault_waits_for_somebody_anew_and_for_new_reasons(told: Told) -> None:
    taken = FaultAcknowledge("F-2026-0001", "li", NOW, "on my way", measured_dead=False)
    facts = FaultFacts("cam-01", "frozen", None, (Fact("alone"),))
    (row,) = told([begun(0), facts, taken], [over(1)])
    assert (row.acknowledged_by, row.facts) == ("li", (Fact("alone"),))
    (row,) = told([begun(2)])
    assert (row.acknowledged_by, row.facts) == (None, ())


def test_another_cause_makes_another_fault(told: Told) -> None:
    rows = told([begun(0), over(1)], [begun(2, "feeder-1"), over(3, "feeder-1")])
    assert [(row.root, *hours(row)) for row in rows] == [(None, 0, 1, 0), ("feeder-1", 2, 3, 0)]


LATE = [
    ("before the only episode", [[begun(5), over(6)]], [begun(1), over(2)], [(1, 6, 1)]),
    ("longer than a day, its end near", [[begun(40), over(41)]], [begun(0), over(30)], [(0, 41, 1)]),
    ("too long before", [[begun(40), over(41)]], [begun(0), over(15)], [(40, 41, 0), (0, 15, 0)]),
    ("between two episodes", [[begun(0), over(1)], [begun(10), over(11)]], [begun(5), over(6)], [(0, 11, 2)]),
    ("before one that is open", [[begun(5)]], [begun(1), over(2)], [(1, None, 1)]),
    ("between an end and an open one", [[begun(0), over(1)], [begun(9)]], [begun(5), over(6)], [(0, None, 2)]),
    ("days before one that is open", [[begun(99)]], [begun(1), over(2)], [(99, None, 0), (1, 2, 0)]),
]


@pytest.mark.parametrize(("stored", "late", "found"), [row[1:] for row in LATE], ids=[row[0] for row in LATE])
def test_late_news_of_an_episode(
    told: Told, stored: list[list[FaultWrite]], late: list[FaultWrite], found: object
) -> None:
    assert [hours(row) for row in told(*stored, late)] == found


def test_what_is_open_ends_by_its_own_end_after_late_news(told: Told) -> None:
    assert [hours(row) for row in told([begun(5)], [begun(1), over(2)], [over(7)])] == [(1, 7, 1)]


def test_late_news_in_two_batches_moves_the_start_and_not_the_end(told: Told) -> None:
    assert [hours(row) for row in told([begun(5), over(6)], [begun(1)], [over(2)])] == [(1, 6, 1)]


def test_a_start_that_moved_back_and_the_end_are_one_episode(told: Told) -> None:
    assert [hours(row) for row in told([begun(5)], [begun(1), over(7)])] == [(1, 7, 0)]


def test_a_latched_fault_that_is_bad_again_is_the_same_until_its_release(told: Told, store: Store) -> None:
    (row,) = told([begun(0, latched=True)], [over(1, latched=True)], [begun(30, latched=True)])
    assert (row.cleared_ms, *hours(row)) == (None, 0, None, 0)
    (row,) = told([over(31, latched=True)], [over(31, released=32)])
    assert hours(row) == (0, 32, 0)
    names = [move.move for move in store.fault_moves(row.id)]
    assert names == ["opened", "cleared", "relapsed", "cleared", "released"]


def test_late_news_of_a_latched_stretch_does_not_clear_the_present_one(told: Told) -> None:
    (row,) = told([begun(5, latched=True)], [begun(1, latched=True), over(2, latched=True)])
    assert (row.cleared_ms, *hours(row)) == (None, 1, None, 0)


def test_a_fault_becomes_a_part_of_its_cause(told: Told, store: Store) -> None:
    (row,) = told([begun(0)], [rooted("feeder-1")])
    assert (row.root, *hours(row)) == ("feeder-1", 0, None, 0)
    move = store.fault_moves(row.id)[-1]
    assert (move.move, move.comment) == ("rooted", "feeder-1")
    assert [hours(row) for row in told([over(2, "feeder-1")])] == [(0, 2, 0)]


def test_opened_rooted_and_ended_in_one_batch(told: Told) -> None:
    rows = told([begun(0), rooted("feeder-1"), over(2, "feeder-1")])
    assert [(row.root, *hours(row)) for row in rows] == [("feeder-1", 0, 2, 0)]


@pytest.mark.parametrize(("first", "second"), [(0, 1), (1, 0)])
def test_two_open_ones_become_the_one_that_began_earlier(told: Told, store: Store, first: float, second: float) -> None:
    taken = FaultAcknowledge("F-2026-0002", "li", NOW, None, measured_dead=False)
    rows = told([begun(first), begun(second, "feeder-1"), taken], [rooted("feeder-1", hour=3)])
    kept, gone = (0, 1) if first < second else (1, 0)
    assert (rows[kept].root, *hours(rows[kept])) == ("feeder-1", 0, None, 0)
    assert rows[kept].acknowledged_by == "li"
    assert hours(rows[gone])[1] == 3
    move = store.fault_moves(rows[gone].id)[-1]
    assert (move.move, move.comment) == ("merged", rows[kept].id)


def test_what_never_was_cannot_become_a_part(told: Told) -> None:
    assert told([rooted("feeder-1")]) == []


def test_the_cause_of_what_is_over_may_still_be_found(told: Told) -> None:
    assert told([begun(0), over(1)], [rooted("feeder-1")])[0].root == "feeder-1"


def test_reasons_move_no_version(told: Told) -> None:
    facts = (Fact("neighbours_up", {"count": 3}), Fact("no_sense"))
    (row,) = told([begun(0)], [FaultFacts("cam-01", "frozen", None, facts)])
    assert (row.facts, row.version) == (facts, 1)


def test_a_message_names_the_newest_fault_without_a_cause(told: Told, store: Store) -> None:
    problem = MessageWrite("problem", "cam-01", "frozen", NOW + 1)
    told([begun(0), over(1)], [begun(50, "feeder-1"), begun(60), problem])
    told([MessageWrite("update", "weather", "weather", NOW + 2)])
    assert store.messages() == [
        MessageRow(1, "problem", "cam-01", "frozen", NOW + 1, "F-2026-0003"),
        MessageRow(2, "update", "weather", "weather", NOW + 2, None),
    ]
    assert [row.id for row in store.messages("F-2026-0003")] == [1]
    assert [row.id for row in store.messages(after=1, limit=5)] == [2]
    assert store.messages("F-2026-0001") == []


def test_a_fault_s_message_is_a_change_that_browsers_hear_of(told: Told, store: Store) -> None:
    told([begun(0)])
    before = store.newest_change()
    told([MessageWrite("problem", "cam-01", "frozen", NOW)])
    assert [change.id for change in store.changes_after(before, 9)] == ["F-2026-0001"]


def test_a_fault_was_open_from_each_beginning_to_its_end(told: Told, store: Store) -> None:
    told([begun(5), over(6)], [begun(9)], [begun(1), over(2)], [begun(3, "feeder-1")])
    found = [
        ((span.from_ms - NOW) / HOUR, span.to_ms and (span.to_ms - NOW) / HOUR)
        for span in store.fault_spans(None, 0, 2 * NOW)
    ]
    assert found == [(1, 2), (5, 6), (9, None), (3, None)]
    assert [span.from_ms for span in store.fault_spans({"cam-01"}, NOW + 5 * HOUR, NOW + 6 * HOUR)] == [
        NOW + 5 * HOUR,
        NOW + 3 * HOUR,
    ]
    assert store.fault_spans({"cam-02"}, 0, 2 * NOW) == []


def test_a_start_that_moved_back_moves_the_stretch(told: Told, store: Store) -> None:
    told([begun(5)], [begun(4)], [over(6)], [begun(9)])
    spans = [(span.from_ms, span.to_ms) for span in store.fault_spans(None, 0, 2 * NOW)]
    assert spans == [(NOW + 4 * HOUR, NOW + 6 * HOUR), (NOW + 9 * HOUR, None)]


def test_what_is_a_part_can_be_left_out_and_stands_last_among_the_open(told: Told, store: Store) -> None:
    told([begun(0, asset="f-1"), begun(1, "f-1"), begun(2, asset="cam-02"), begun(3, "f-1", asset="cam-03")])
    assert [row.asset for row in store.faults("open", 10, own=True)[0]] == ["cam-02", "f-1"]
    assert [row.asset for row in store.open_faults(10)] == ["cam-02", "f-1", "cam-03", "cam-01"]
    assert [row.asset for row in store.open_faults(3)] == ["cam-02", "f-1", "cam-03"]


def test_the_parts_of_a_cause_are_those_that_touch_its_time(told: Told, store: Store) -> None:
    told([begun(0, "f-1"), over(1, "f-1")], [begun(2, "f-1", asset="cam-02"), begun(2, "f-2", asset="cam-03")])
    assert [row.asset for row in store.fault_parts("f-1", NOW, NOW + DAY)] == ["cam-01", "cam-02"]
    assert [row.asset for row in store.fault_parts("f-1", NOW + HOUR + 1, NOW + DAY)] == ["cam-02"]
    assert store.fault_parts("f-1", NOW - DAY, NOW) == []
