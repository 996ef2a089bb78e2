"""What a run is held against."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from demo.chaos.books import Content, Key
from demo.chaos.stored import Range
from demo.chaos.verdict import Counts, Outcome, broken, count

KINDS = {"cam-1": "camera"}
GOOD = Outcome(acked_s=1.0, drained_s=1.5, limit_s=5.0, influx={"camera": 3})
Rows = list[tuple[Key, Content]]


def rows(*numbers: int) -> Rows:
    return [(Key("n-01", "ab" * 8, n), Content("b0", f"digest {n}", event=False, devices=("cam-1",))) for n in numbers]


def altered(n: int) -> Rows:
    return [(key, said._replace(digest="another")) for key, said in rows(n)]


def counted(stored: Rows, *ranges: Range, accepted: Sequence[int] = (1, 2, 3)) -> Counts:
    return count(rows(*accepted), stored, ranges, KINDS)


def lost(first: int, last: int) -> Range:
    return Range("n-01", "ab" * 8, first, last)


def test_all_that_was_accepted_and_nothing_else_in_order_is_no_failure() -> None:
    assert broken(counted(rows(1, 2, 3)), GOOD) == []


@pytest.mark.parametrize(
    ("stored", "promise"),
    [
        (rows(1, 3), "no silent loss"),
        (rows(1, 2, 3, 3), "each record takes effect once"),
        (rows(2, 1, 3), "order"),
        (rows(1, 2, 3, 4), "stored without ever having been accepted"),
        ([*rows(1, 2), *altered(3)], "content"),
    ],
)
def test_each_wrong_row_breaks_its_promise(stored: Rows, promise: str) -> None:
    found = broken(counted(stored), replace(GOOD, influx=None))
    assert any(reason.startswith(f"FAILED {promise}") for reason in found), found


def test_what_is_lost_and_named_once_is_no_failure_where_records_may_be_dropped() -> None:
    counts = counted(rows(1, 3), lost(2, 2))
    allowed = replace(GOOD, influx=None, cap=True, small=True)
    assert (len(counts.lost), len(counts.lost_named)) == (1, 1)
    assert broken(counts, allowed) == []
    assert "nothing is lost" in broken(counts, replace(allowed, cap=False, small=False))[0]


@pytest.mark.parametrize("ranges", [(), (lost(2, 2), lost(2, 2))], ids=["by none", "by two"])
def test_a_lost_record_must_be_named_by_exactly_one_range(ranges: Sequence[Range]) -> None:
    counts = counted(rows(1, 3), *ranges)
    assert any("no silent loss" in reason for reason in broken(counts, replace(GOOD, influx=None, cap=True)))


def test_a_range_that_names_what_is_stored_is_a_false_report() -> None:
    assert "names only what is lost" in broken(counted(rows(1, 2, 3), lost(2, 2)), GOOD)[0]


def test_a_number_that_was_given_twice_is_no_survived_power_cut() -> None:
    found = broken(counted(rows(1, 2, 3), accepted=(1, 2, 2, 3)), GOOD)
    assert found == [f"FAILED accepted survives a power cut: a number was given to two records: n-01/{'ab' * 3}…/2"]


def test_a_node_that_begins_a_new_log_has_lost_the_old_one() -> None:
    other = [(key._replace(stream="cd" * 8), said) for key, said in rows(1)]
    counts = count([*rows(1, 2), *other], [*rows(1, 2), *other], (), KINDS)
    assert broken(counts, GOOD) == ["FAILED accepted survives a power cut: nodes began new logs: n-01"]


@pytest.mark.parametrize(
    ("outcome", "promise"),
    [
        (replace(GOOD, drained_s=5.1), "drained within 5 s"),
        (replace(GOOD, drained_s=None, acked_s=None), "drained within 5 s"),
        (replace(GOOD, influx={"camera": 2}), "telemetry is exact"),
        (replace(GOOD, early=["n-01: 5 acknowledged, 4 stored"]), "acknowledged only once committed"),
        (replace(GOOD, cap=True, small=True), "the run was to be forced past its cap"),
    ],
)
def test_each_wrong_outcome_breaks_its_promise(outcome: Outcome, promise: str) -> None:
    (reason,) = broken(counted(rows(1, 2, 3)), outcome)
    assert reason.startswith(f"FAILED {promise}")
