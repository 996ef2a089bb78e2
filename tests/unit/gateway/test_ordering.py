"""The mandatory scenarios of the wire, on values."""

from collections.abc import Callable
from typing import Any

import pytest

OLD, NEW = "1", "2"


@pytest.fixture
def card(new_card: Callable[[str], Any], desk: Any) -> Any:
    """A card of five records whose node has said hello."""
    card = new_card(OLD)
    card.write(5)
    desk.birth(card.stream)
    return card


def test_reversed_and_tripled_records_are_applied_once_in_order(desk: Any, card: Any) -> None:
    backwards = card.messages()[::-1] * 3
    for _ in range(5):
        desk.take(*backwards)
    assert desk.numbers() == [1, 2, 3, 4, 5]
    assert desk.lost == []


def test_a_live_record_moves_the_live_view_and_comes_again_as_history(desk: Any, card: Any) -> None:
    card.write(45)
    desk.take(card.message(50, live=True))
    assert (desk.live, desk.applied) == ([50], [])
    desk.take(*card.messages())
    assert desk.numbers() == list(range(1, 51))
    assert desk.live == [50], "history never moves live state back"


@pytest.mark.parametrize("waiting", [50, 500])
def test_a_second_outage_during_the_drain(desk: Any, card: Any, waiting: int) -> None:
    card.write(waiting)
    desk.take(card.message(card.newest, live=True), *card.messages()[:20])
    card.write(waiting)
    desk.take(card.message(card.newest, live=True))
    assert desk.live[-1] == card.newest
    desk.take(*card.messages())
    assert desk.numbers() == list(range(1, card.newest + 1))


def test_what_the_cap_dropped_is_lost_and_nothing_else(desk: Any, card: Any) -> None:
    card.write(5)
    card.drop(2, 3, 6, 9)
    desk.take(*card.messages())
    assert desk.numbers() == [1, 4, 5, 7, 8, 10]
    assert desk.lost == [2, 3, 6, 9]


def test_a_record_whose_predecessor_is_missing_waits(desk: Any, card: Any) -> None:
    desk.take(card.message(1), card.message(3))
    assert desk.numbers() == [1]
    desk.take(card.message(2), card.message(3))
    assert (desk.numbers(), desk.lost) == ([1, 2, 3], [])


def test_an_old_backup_reports_what_the_node_deleted_as_lost(desk: Any, card: Any) -> None:
    desk.take(card.message(1))
    backup = desk.order
    desk.take(*card.messages())
    card.drop(2, 3)
    desk.order = backup
    desk.take(*card.messages())
    assert desk.lost == [2, 3]
    assert desk.numbers() == [1, 2, 3, 4, 5, 4, 5]


def test_an_old_backup_loses_nothing_of_a_lazy_node(desk: Any, card: Any) -> None:
    backup = desk.order
    desk.take(*card.messages())
    desk.order, desk.applied = backup, []
    desk.take(*card.messages())
    assert (desk.numbers(), desk.lost) == ([1, 2, 3, 4, 5], [])


def test_a_probe_is_answered_with_a_restored_and_lower_mark(desk: Any, card: Any) -> None:
    desk.take(card.message(1), card.message(2))
    backup = desk.order
    desk.take(*card.messages())
    desk.order = backup
    assert desk.birth(card.stream) == (2, card.boot)


def test_a_crash_between_commit_and_ack_has_one_effect(desk: Any, card: Any) -> None:
    desk.take(*card.messages())
    desk.take(*card.messages())  # no ack came, so the node sends all again
    assert desk.numbers() == [1, 2, 3, 4, 5]
    assert desk.birth(card.stream) == (5, card.boot)


def test_a_number_used_twice_is_not_taken_for_the_other(desk: Any, card: Any) -> None:
    desk.take(*card.messages()[:3])
    card.power_cut("c" * 16, unsynced=3)  # this card lied: record 3 was sent
    card.write(3)
    desk.take(*card.messages())
    assert desk.numbers() == [1, 2, 3], "record 4 follows another record 3 than the one applied"


def test_numbers_of_an_unsynced_tail_are_used_again(desk: Any, card: Any) -> None:
    desk.take(*card.messages())
    card.write(2)
    card.power_cut("c" * 16, unsynced=2)
    card.write(2)
    desk.take(*card.messages())
    assert desk.numbers() == [1, 2, 3, 4, 5, 6, 7]


def test_a_new_card_and_the_old_one_put_back(desk: Any, card: Any, new_card: Callable[[str], Any]) -> None:
    desk.take(*card.messages()[:3])
    new = new_card(NEW)
    new.write(2)
    assert desk.birth(new.stream) == (0, None)
    desk.take(card.message(4), *new.messages())
    assert desk.applied[3:] == [(new.stream, 1), (new.stream, 2)]
    assert desk.birth(card.stream) == (3, card.boot)
    desk.take(*card.messages())
    assert desk.applied[5:] == [(card.stream, 4), (card.stream, 5)]
    assert desk.replaced == 1, "a card that is known replaces nothing"


def test_a_late_birth_of_the_old_card_is_healed_by_the_next_of_the_new(
    desk: Any, card: Any, new_card: Callable[[str], Any]
) -> None:
    new = new_card(NEW)
    new.write(1)
    desk.birth(new.stream)
    desk.birth(card.stream)
    desk.take(*new.messages())
    assert desk.applied == []
    desk.birth(new.stream)
    desk.take(*new.messages())
    assert desk.applied == [(new.stream, 1)]


def test_records_before_any_birth_are_ignored(desk: Any, new_card: Callable[[str], Any]) -> None:
    card = new_card(OLD)
    card.write(1)
    desk.take(*card.messages())
    assert desk.applied == []
