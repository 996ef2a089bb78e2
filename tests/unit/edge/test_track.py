from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from contracts.messages import Reading
from edge.detect.track import Memory, track
from edge.detect.verdict import Verdict, found, state_of

FROZEN = Verdict("down", findings=found("frozen"))
BLACK = Verdict("down", findings=found("black"))
UP = Verdict("up")


def run(*verdicts: Verdict, every_s: float = 10.0) -> list[tuple[Reading, bool]]:
    """One look each ``every_s`` seconds."""
    memory: Memory | None = None
    seen = []
    for number, verdict in enumerate(verdicts):
        memory, reading, changed = track(memory, "cam-01", verdict, 100.0 + number * every_s)
        seen.append((reading, changed))
    return seen


def changes(*verdicts: Verdict) -> list[bool]:
    return [changed for _, changed in run(*verdicts)]


def test_looks_and_since_count_from_the_last_change() -> None:
    reading, _ = run(UP, FROZEN, FROZEN, FROZEN)[-1]
    assert (reading.s, reading.looks, reading.since_s) == ("down", 3, 20.0)
    assert (reading.f[0].code, reading.f[0].looks, reading.f[0].since_s) == ("frozen", 3, 20.0)


def test_a_finding_keeps_its_own_count_when_another_joins() -> None:
    both = Verdict("down", findings=found("frozen", "moved"))
    reading, changed = run(FROZEN, FROZEN, both)[-1]
    assert changed
    assert (reading.looks, reading.since_s) == (1, 0.0)
    assert [(finding.code, finding.looks) for finding in reading.f] == [("frozen", 3), ("moved", 1)]


def test_a_bad_row_is_told_at_its_start_and_when_it_reaches_n() -> None:
    assert changes(UP, FROZEN, FROZEN, FROZEN, FROZEN)[1:] == [True, False, True, False]


def test_a_good_row_is_told_at_its_start_and_at_its_second_look() -> None:
    assert changes(FROZEN, UP, UP, UP)[1:] == [True, True, False]


def test_a_device_that_was_always_well_is_told_once() -> None:
    assert changes(UP, UP, UP, UP) == [True, False, False, False]


def test_one_code_for_another_is_a_change_and_good_for_the_one_that_went() -> None:
    assert changes(FROZEN, BLACK, BLACK, BLACK, BLACK)[1:] == [True, True, True, False]


def test_a_word_alone_is_a_change_and_no_new_row() -> None:
    seen = run(Verdict("up", "free"), Verdict("up", "in_use"), Verdict("up", "in_use"))
    assert [changed for _, changed in seen] == [True, True, False]
    assert seen[-1][0].looks == 3


def test_since_when_counts_from_the_word_that_residents_read() -> None:
    free, in_use = Verdict("up", "free"), Verdict("up", "in_use")
    assert [reading.since_s for reading, _ in run(free, free, free, in_use, in_use)] == [0.0, 10.0, 20.0, 0.0, 10.0]


def test_not_checkable_and_measurements_alone_are_no_change() -> None:
    assert changes(UP, Verdict("up", nc=frozenset({"black"}), m={"fps": 3.0})) == [True, False]


def test_raw_words_are_cut_and_absent_when_there_are_none() -> None:
    (reading, _), *_rest = run(Verdict("degraded", findings=found("unrecognised", raw="x" * 999)))
    assert len(str(reading.f[0].raw)) == 200
    assert run(FROZEN)[0][0].f[0].raw is UNSET


@given(st.lists(st.sets(st.sampled_from(["frozen", "black", "moved", "busy"])), min_size=1, max_size=30))
def test_looks_are_what_a_reader_would_count(rows: list[set[str]]) -> None:
    verdicts = [Verdict(state_of(found(*codes)), findings=found(*codes)) for codes in rows]
    for number, (reading, _) in enumerate(run(*verdicts)):
        in_a_row = next((back for back in range(number + 1) if rows[number - back] != rows[number]), number + 1)
        assert reading.looks == in_a_row
        for finding in reading.f:
            own = next((back for back in range(number + 1) if finding.code not in rows[number - back]), number + 1)
            assert (finding.looks, finding.since_s) == (own, (own - 1) * 10.0)


@given(st.lists(st.sampled_from(["", "frozen", "busy"]), min_size=2, max_size=30))
def test_whatever_changes_is_told(rows: list[str]) -> None:
    verdicts = [Verdict(state_of(found(*row.split())), findings=found(*row.split())) for row in rows]
    told = changes(*verdicts)
    assert all(told[number] for number in range(1, len(rows)) if rows[number] != rows[number - 1])


def test_looks_close_together_count_as_one_and_are_told_once() -> None:
    memory: Memory | None = None
    seen = []
    for at in (0.0, 0.1, 0.2, 5.0, 5.1, 10.0):
        memory, reading, changed = track(memory, "cam-01", FROZEN, 100.0 + at, apart_s=2.5)
        seen.append((reading.f[0].looks, reading.f[0].since_s, changed))
    assert [looks for looks, _, _ in seen] == [1, 1, 1, 2, 2, 3]
    assert [changed for _, _, changed in seen] == [True, False, False, False, False, True]
    assert seen[-1][1] == 10.0
