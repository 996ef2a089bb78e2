"""A device that was unsteady and is now steadily down: its fault was told of by that alone, and goes on from there."""

from collections.abc import Callable

from msgspec.structs import replace

from gateway.dispatch.words import Address
from tests.integration.outbox.conftest import MINUTE, Town, Vendor

Carry = Callable[[], list[str]]
HOUR = 60 * MINUTE


def unsteady_then_down(town: Town, *to: Address) -> None:
    """``light-01`` flaps, during which its fault opens and nobody is told of it, and then stays down."""
    town.write(town.message("flapping", "light-01", "flapping", 3, to))
    town.write(town.fault("light-01"))
    town.now += MINUTE
    town.write(town.message("flapping_end", "light-01", "flapping", 3))


def test_its_end_goes_to_those_who_were_told_by_the_end_of_flapping(town: Town, vendor: Vendor, carry: Carry) -> None:
    unsteady_then_down(town, town.to("p-li"))
    town.ended("light-01")
    assert carry() == ["flapping light-01", "flapping_end light-01", "recovery light-01"]
    assert {letter.to for letter in vendor.got} == {"p-li"}


def test_nobody_hears_of_the_end_of_a_later_fault_because_of_an_earlier_unsteadiness(
    town: Town, vendor: Vendor, carry: Carry
) -> None:
    unsteady_then_down(town, town.to("p-li"))
    town.ended("light-01")
    carry()
    town.opened("light-01", town.to("p-wu"))
    town.ended("light-01")
    carry()
    assert [letter.to for letter in vendor.got] == ["p-li", "p-li", "p-li", "p-wu", "p-wu"]


def test_it_goes_up_the_ladder(town: Town) -> None:
    unsteady_then_down(town, town.to("p-li"))
    (ladder,) = town.store.letters.due_ladders(town.now)
    assert (ladder.fault, ladder.severity, ladder.told_ms, ladder.step) == ("F-2026-0001", 2, town.now, 0)


def test_one_that_is_on_its_way_up_already_goes_on_from_where_it_is(town: Town) -> None:
    town.opened("light-01", town.to("p-li"), escalate_ms=town.now + 15 * MINUTE)
    town.write(town.message("flapping", "light-01", "flapping", 3, (town.to("p-li"),)))
    town.now += MINUTE
    town.write(town.message("flapping_end", "light-01", "flapping", 3))
    assert town.store.letters.due_ladders(town.now) == []


def test_what_is_over_by_then_goes_nowhere(town: Town) -> None:
    town.write(town.message("flapping", "light-01", "flapping", 3, (town.to("p-li"),)))
    town.write(town.message("flapping_end", "light-01", "flapping", 3))
    assert town.store.letters.due_ladders(town.now) == []


def test_it_can_be_handed_on_to_another_department(town: Town, vendor: Vendor, carry: Carry) -> None:
    unsteady_then_down(town, town.to("p-li"))
    carry()
    town.handed_on("F-2026-0001", town.to("p-power"))
    assert carry() == ["problem light-01"]
    assert vendor.got[-1].to == "p-power"


def test_whoever_is_handed_a_fault_that_nobody_was_told_of_yet_is_told(
    town: Town, vendor: Vendor, carry: Carry
) -> None:
    town.write(town.fault("light-01"))
    town.handed_on("F-2026-0001", town.to("p-power"))
    carry()
    assert [(letter.to, letter.kind) for letter in vendor.got] == [("p-power", "problem")]


def test_at_night_it_is_as_urgent_as_what_it_stands_for(town: Town, carry: Carry) -> None:
    town.write(town.message("flapping", "light-01", "flapping", 3, (town.to("p-li", after_ms=HOUR),)))
    town.write(town.fault("light-01"))
    end = town.message("flapping_end", "light-01", "flapping", 3)
    town.write(replace(end, due_ms=town.now + HOUR, bundle="digest:1"))
    assert carry() == ["flapping light-01", "flapping_end light-01"]


def test_at_night_the_end_of_a_mere_unsteadiness_waits_for_the_morning(town: Town, carry: Carry) -> None:
    town.write(town.message("flapping", "light-01", "flapping", 3, (town.to("p-li"),)))
    assert carry() == ["flapping light-01"]
    end = town.message("flapping_end", "light-01", "flapping", 3)
    town.write(replace(end, due_ms=town.now + HOUR, bundle="digest:1"))
    assert carry() == []
