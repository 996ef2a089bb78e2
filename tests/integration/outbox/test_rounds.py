"""What goes its rounds, on a database as it is found: faults of an earlier program, channels that are gone."""

from collections.abc import Callable

from contracts.inventory import Village, load_inventory
from gateway.delivery.auditor import Auditor
from gateway.delivery.climber import Climber
from gateway.delivery.inherited import Inherited
from gateway.dispatch import Setup
from gateway.store import FaultAcknowledge, Store
from tests.integration.outbox.conftest import MINUTE, TIMES, Town
from tests.rosters import CHANNELS, ROOT, duty, person, roster

Carry = Callable[[], list[str]]
VILLAGE: Village = load_inventory(ROOT / "three-junctions.yaml")
SETUP = Setup(VILLAGE, roster(person("li"), duties=[duty("maintenance", "li")]), CHANNELS, TIMES)


def rows(store: Store, fault: str = "F-2026-0001") -> list[tuple[str, str, int, str]]:
    return [(row.recipient, row.channel, row.step, row.state) for row in store.letters.of_fault(fault)]


def start(town: Town) -> None:
    """The first round of a gateway."""
    Inherited(town.store.letters, lambda: SETUP).once(town.now)


def test_a_fault_that_was_open_before_letters_were_kept_is_told_of_once(town: Town, carry: Carry) -> None:
    town.opened("light-01")  # its message stands, as the third revision has it, and not one letter
    for _ in range(2):
        start(town)
    assert rows(town.store).count(("li", "sms", 0, "waiting")) == 1
    assert carry() == ["problem light-01"]


def test_it_goes_up_the_ladder_too(town: Town) -> None:
    town.opened("light-01")
    start(town)
    climber = Climber(town.store, lambda: SETUP, TIMES)
    assert climber.once(town.now) == 0
    town.now += 15 * MINUTE
    assert climber.once(town.now) == 1
    assert {step for _, _, step, _ in rows(town.store)} == {0, 1}


def test_its_end_goes_to_those_who_were_told_so(town: Town, carry: Carry) -> None:
    town.opened("light-01")
    start(town)
    town.ended("light-01")
    assert carry() == ["problem light-01", "recovery light-01"]


def test_one_that_was_taken_goes_up_only_if_nothing_moves(town: Town) -> None:
    town.opened("light-01")
    town.write(FaultAcknowledge("F-2026-0001", "li", town.now, None, False))
    start(town)
    assert rows(town.store) == []
    town.now += round(TIMES.stalled_s * 1000)
    assert Climber(town.store, lambda: SETUP, TIMES).once(town.now) == 1


def test_what_is_over_or_told_of_is_left_alone(town: Town) -> None:
    town.opened("light-01")
    town.ended("light-01")
    town.opened("light-02", town.to("li"))
    town.write(town.fault("light-03"))  # held: its message is still to come
    start(town)
    assert [len(rows(town.store, f"F-2026-000{number}")) for number in (1, 2, 3)] == [0, 1, 0]


def test_a_letter_of_a_channel_that_nobody_serves_any_more_ends_as_any_other(town: Town) -> None:
    town.opened("light-01", town.to("li", "pager"))
    auditor = Auditor(town.store.letters, lambda: SETUP, TIMES)
    town.now += round(TIMES.undelivered_s * 1000)
    auditor.once(town.now)
    assert ("li", "sms", 0, "waiting") in rows(town.store)
    assert ("li", "pager", 0, "waiting") in rows(town.store)  # who took it out by mistake puts it back
    town.now += round(TIMES.retry_for_s * 1000)
    auditor.once(town.now)
    assert ("li", "pager", 0, "dead") in rows(town.store)


def test_the_storm_guard_holds_nothing_of_a_channel_that_is_gone(town: Town, carry: Carry) -> None:
    for number in range(20):
        town.opened(f"light-{number}", town.to("li"))
    carry()
    town.opened("light-99", town.to("li", "pager"))
    town.now += round(TIMES.undelivered_s * 1000)
    Auditor(town.store.letters, lambda: SETUP, TIMES).once(town.now)
    assert ("li", "sms", 0, "waiting") in rows(town.store, "F-2026-0021")
