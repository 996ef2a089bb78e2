"""Which letter goes next, what joins it, and the storm guard: at most so many, and never none."""

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from gateway.dispatch.storm import DIGEST, Choice, Waiting, choose
from gateway.faults.times import DispatchTimes

TIMES = DispatchTimes(storm_messages=10)


def row(number: int, severity: int = 2, bundle: str = "", who: str = "p-li", fresh: bool = True) -> Waiting:
    return Waiting(number, who, severity, bundle, 1000 + number, fresh)


def test_the_most_severe_goes_first_and_of_its_like_the_oldest() -> None:
    waiting = [row(1, severity=3), row(3), row(2), row(9, severity=1)]
    assert choose(waiting, {}, TIMES) == Choice(9)
    assert choose(waiting[:3], {}, TIMES) == Choice(2)


def test_what_belongs_together_is_one_text() -> None:
    assert choose([row(1, bundle="cam"), row(2, bundle="cam"), row(3)], {}, TIMES) == Choice(1, (2,))


def test_nothing_is_added_to_a_letter_that_was_tried() -> None:
    assert choose([row(1, bundle="cam", fresh=False), row(2, bundle="cam")], {}, TIMES) == Choice(1)


def test_one_person_s_letters_do_not_join_another_s() -> None:
    assert choose([row(1, bundle="cam"), row(2, bundle="cam", who="p-wu")], {}, TIMES) == Choice(1)


def test_a_digest_is_one_letter_for_all_that_waited_for_it() -> None:
    waiting = [row(1, 3, f"{DIGEST}7"), row(2, 3, f"{DIGEST}7"), row(3, 3, f"{DIGEST}8")]
    assert choose(waiting, {}, TIMES) == Choice(None, (1, 2), "digest")


def test_the_last_letter_of_a_window_is_a_summary_of_all_that_wait() -> None:
    waiting = [row(n) for n in range(5)]
    assert choose(waiting, {"p-li": 8}, TIMES) == Choice(0)
    assert choose(waiting, {"p-li": 9}, TIMES) == Choice(None, (0, 1, 2, 3, 4), "summary")


def test_the_last_letter_of_a_window_is_itself_where_nothing_else_waits() -> None:
    assert choose([row(1)], {"p-li": 9}, TIMES) == Choice(1)
    bundled = [row(1, bundle="cam"), row(2, bundle="cam")]
    assert choose(bundled, {"p-li": 9}, TIMES) == Choice(1, (2,))


def test_a_full_window_holds_one_person_s_letters_and_no_others() -> None:
    assert choose([row(1)], {"p-li": 10}, TIMES) is None
    assert choose([row(1), row(2, who="p-wu")], {"p-li": 10}, TIMES) == Choice(2)


def test_severity_1_passes_a_full_window_and_stands_in_no_summary() -> None:
    waiting = [row(1), row(2), row(3, severity=1)]
    assert choose(waiting, {"p-li": 10}, TIMES) == Choice(3)
    assert choose(waiting[:2], {"p-li": 9}, TIMES) == Choice(None, (1, 2), "summary")


def drain(waiting: list[Waiting], times: DispatchTimes) -> tuple[int, set[int]]:
    """Send until nothing may go: how many letters below severity 1 one person got, and whose words were in them."""
    count, told = 0, set()
    severity = {one.id: one.severity for one in waiting}
    while (choice := choose(waiting, {"p-li": count}, times)) is not None:
        parts = {*choice.joined} | ({choice.lead} if choice.lead is not None else set())
        count += choice.lead is None or severity[choice.lead] > 1
        told |= parts
        waiting = [one for one in waiting if one.id not in parts]
    return count, told


def rows(severities: Iterable[int]) -> list[Waiting]:
    return [row(number, severity, f"b{number // 3}") for number, severity in enumerate(severities)]


@given(st.lists(st.integers(1, 3), max_size=60), st.integers(2, 12))
def test_however_many_there_are_the_cap_holds_and_all_are_told(severities: list[int], cap: int) -> None:
    count, told = drain(rows(severities), DispatchTimes(storm_messages=cap))
    assert count <= cap
    assert told == set(range(len(severities)))
