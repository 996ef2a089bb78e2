"""A commit that fails sends nothing and loses nothing: the real ingest on a store that cannot write for a while."""

from collections import Counter
from collections.abc import Callable

import pytest

from demo.vendors import Vendors
from gateway.dispatch.words import Letter
from gateway.ingest import Ingest
from gateway.store import Batch, Conflict, MessageWrite, Store, StoreError
from tests.integration.proofs.conftest import Open
from tests.integration.proofs.office import MINUTE, START, Office, S
from tests.integration.proofs.test_killed import WELL, verdict
from tests.integration.proofs.test_storm import RULES, report, speak

HURT = 5
WRONG = [f"{number:04d}" for number in range(1, HURT + 1)]
FULL = ("database or disk is full", "database is locked")
Broken = Callable[[int], None]


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Broken:
    """The store cannot commit so many times: everything of a transaction is written, and then taken back."""
    whole, left = Store.record, [0]

    def record(store: Store, batch: Batch) -> None:
        if left[0] and any(isinstance(one, MessageWrite) for one in batch.faults):
            left[0] -= 1
            raise StoreError(FULL[left[0] % len(FULL)])
        whole(store, batch)

    def times(count: int) -> None:
        left[0] = count

    monkeypatch.setattr(Store, "record", record)
    return times


@pytest.fixture
def office(opened: Open) -> Office:
    """Five lights went wrong, and their hold is just over."""
    made = opened(rules=RULES)
    for number in range(1, HURT + 1):
        speak(made, number, (f"light-{number:04d}", "stuck_on"))
    made.ingest.commit(made.now())
    made.clock.at_ms += 91 * S
    return made


def tries(office: Office, ingest: Ingest | None = None) -> bool:
    """One turn of the gateway's loop; whether it could commit. Senders go on meanwhile."""
    judge = ingest or office.ingest
    office.clock.at_ms += S
    judge.tick(office.now())
    try:
        judge.commit(office.now())
    except StoreError:
        return False
    finally:
        office.carry()
    return True


def again(office: Office) -> Ingest:
    """The gateway after a restart: it has its database and nothing else, and its nodes go on reporting."""
    made = Ingest(office.village, office.rules, office.store, office.now(), office.known.setup)
    made.back(office.now())
    for number in range(1, HURT + 1):
        since_s = (office.now() - START) / S
        report(made, office.now(), number, 2, (f"light-{number:04d}", "stuck_on"), since_s=since_s)
    return made


def test_before_the_commit_nobody_is_told_and_after_it_everybody_once(
    office: Office, broken: Broken, vendors: Vendors
) -> None:
    broken(4)
    for _ in range(4):
        assert not tries(office)
        assert vendors.received() == []
    assert tries(office)
    office.run(office.now() + MINUTE)
    assert verdict(WRONG, vendors.received(), most=1) == WELL


def test_a_restart_between_a_failed_commit_and_the_next_try_loses_nothing(
    office: Office, broken: Broken, vendors: Vendors
) -> None:
    broken(2)
    assert not tries(office)
    restarted = again(office)
    assert not tries(office, restarted)
    assert vendors.received() == []
    restarted = again(office)
    assert tries(office, restarted)
    office.run(office.now() + MINUTE)
    assert verdict(WRONG, vendors.received(), most=1) == WELL


def test_of_two_gateways_at_once_one_tells_and_the_other_begins_anew(office: Office, vendors: Vendors) -> None:
    other = again(office)
    assert tries(office, other)
    office.ingest.tick(office.now())
    with pytest.raises(Conflict):
        office.ingest.commit(office.now())
    assert tries(office, again(office))
    office.run(office.now() + MINUTE)
    assert verdict(WRONG, vendors.received(), most=1) == WELL


def test_the_same_check_finds_what_is_sent_before_the_commit(
    office: Office, broken: Broken, vendors: Vendors, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(2)
    record = Store.record

    def early(store: Store, batch: Batch) -> None:
        hand_over(office, batch)
        record(store, batch)

    monkeypatch.setattr(Store, "record", early)
    assert not tries(office)
    assert vendors.received() != []
    while not tries(office):
        pass
    assert verdict(WRONG, vendors.received(), most=1) != WELL


def hand_over(office: Office, batch: Batch) -> None:
    """The mutant: letters go to the vendor with the batch, whatever becomes of it."""
    for one in batch.faults:
        if isinstance(one, MessageWrite):
            letter = Letter("early", "", "en", "problem", 2, "", f"Fault: Light J{one.asset[-4:]} is lit")
            office.channels["wecom"].send(letter)


def test_two_senders_of_one_file_send_each_letter_once(office: Office, opened: Open, vendors: Vendors) -> None:
    assert tries(office)
    other = opened(rules=RULES, lease="two", at_ms=office.now())
    for _ in range(20):
        other.clock.at_ms = office.clock.at_ms = office.now() + S
        other.carry()
        office.carry()
    assert set(Counter(letter.text for letter in vendors.received()).values()) == {1}
    assert verdict(WRONG, vendors.received(), most=1) == WELL
