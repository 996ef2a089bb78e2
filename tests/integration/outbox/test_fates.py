"""What becomes of a letter of which nobody knows whether it got out, that cannot be written, or that has no way out."""

from collections.abc import Callable

import pytest

from gateway.delivery.courier import Courier, Desk
from gateway.dispatch.words import Failed, Letter
from gateway.store import Claimed, Store, StoreError
from tests.integration.outbox.conftest import TIMES, Town, Vendor

Carry = Callable[[], list[str]]
LOST = Failed(True, "the connection broke before the answer", unknown=True)


def states(store: Store) -> list[tuple[str, str]]:
    return [(row.state, row.reason or "") for row in store.letters.of_fault("F-2026-0001")]


def later(town: Town, carry: Carry, turns: int) -> int:
    """How many letters went out in ``turns`` turns of a quarter of an hour."""
    sent = 0
    for _ in range(turns):
        sent += len(carry())
        town.now += 900_000
    return sent


def test_a_letter_whose_answers_are_lost_is_sent_twice_and_no_more(town: Town, vendor: Vendor, carry: Carry) -> None:
    vendor.answers = [LOST] * 50
    town.opened("light-01", town.to("p-li"))
    assert later(town, carry, 10) == 2
    assert states(town.store) == [("dead", "twice it is not known whether it got out")]


def test_one_that_a_key_shows_once_is_sent_until_it_is_answered(town: Town) -> None:
    vendor = Vendor(idempotent=True)
    vendor.answers = [LOST] * 5
    town.opened("light-01", town.to("p-li"))
    for _ in range(6):
        assert town.courier(vendor).once()
        town.now += 900_000
    assert states(town.store) == [("sent", "")]


def test_whoever_may_have_got_it_twice_hears_that_it_is_over(town: Town, vendor: Vendor, carry: Carry) -> None:
    vendor.answers = [LOST] * 2
    town.opened("light-01", town.to("p-li"))
    later(town, carry, 3)
    town.ended("light-01")
    assert carry() == ["recovery light-01"]


def test_a_letter_learnt_of_late_is_tried_for_as_long_as_any_other(town: Town, vendor: Vendor, carry: Carry) -> None:
    vendor.answers = [Failed(True, "busy")]
    day_ago = -round(TIMES.retry_for_s * 1000) - 1
    town.opened("light-01", town.to("p-li", after_ms=day_ago))
    assert later(town, carry, 2) == 2
    assert states(town.store) == [("sent", "")]


def writes_with(town: Town, vendor: Vendor, error: Exception, times: int) -> Courier:
    """A courier whose letters cannot be written ``times`` times."""
    left = [error] * times

    def write(claimed: Claimed) -> Letter:
        if left:
            raise left.pop()
        return town.letter(claimed)

    return Courier(vendor, Desk(town.store.letters, write, TIMES, lambda: town.now, lambda: 0.0, "one"))


@pytest.mark.parametrize("error", [StoreError("locked"), KeyError("a word that no table has")])
def test_what_could_not_be_written_did_not_get_out_and_is_tried_again(
    town: Town, vendor: Vendor, error: Exception
) -> None:
    courier = writes_with(town, vendor, error, 3)
    town.opened("light-01", town.to("p-li"))
    for _ in range(3):
        assert courier.once()
        town.now += 60_000
    assert (vendor.got, courier.trouble) == ([], None)
    assert courier.once()
    assert states(town.store) == [("sent", "")]


def test_a_letter_that_can_never_be_written_holds_nobody_up_and_ends(town: Town) -> None:
    vendor = Vendor(idempotent=True)
    courier = writes_with(town, vendor, KeyError("a word that no table has"), 1000)
    town.opened("light-01", town.to("p-li"))
    for _ in range(100):
        courier.once()
        town.now += 900_000
    assert states(town.store) == [("dead", "it could not be written: KeyError; see the log")]


def test_a_channel_that_breaks_on_a_letter_leaves_its_fate_unknown(town: Town) -> None:
    class Broken(Vendor):
        def send(self, letter: Letter) -> Failed:
            self.got.append(letter)
            raise ZeroDivisionError

    broken = Broken()
    town.opened("light-01", town.to("p-li"))
    courier = town.courier(broken)
    for _ in range(10):
        courier.once()
        town.now += 900_000
    assert len(broken.got) == 2
    assert states(town.store)[0][0] == "dead"
    assert courier.trouble is not None


def test_recipients_who_left_the_roster_are_no_fault_of_the_channel(town: Town, vendor: Vendor) -> None:
    desk = Desk(town.store.letters, lambda _: "no address any more", TIMES, lambda: town.now, lambda: 0.0, "one")
    courier = Courier(vendor, desk)
    for number in range(4):
        town.opened(f"light-0{number}", town.to(f"p-{number}"))
        assert courier.once()
    assert courier.trouble is None
