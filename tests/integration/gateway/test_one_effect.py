"""The village's state is a value too: failed commits, two gateways and restarts neither lose nor double anything."""

from collections.abc import Callable
from typing import Any

import pytest

from contracts.inventory import Village
from gateway.faults.village.own import Vitals
from gateway.store import Batch, Conflict, Store, StoreError, open_store
from tests.deliveries import END_S, NOW, Story, Told, outcome, story


class Failing(Store):
    """A real store of which every commit fails once, before anything is written, or after everything was."""

    fails: Callable[[Batch], bool]

    def record(self, batch: Batch) -> None:
        if self.fails(batch):
            raise StoreError("database or disk is full")
        super().record(batch)


@pytest.fixture(scope="module")
def clean(village: Village, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What comes of the story in one run."""
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('clean')}/gateway.db")
    Told(village, store).all(story())
    found = outcome(store, village)
    store.close()
    return found


def persistent(told: Told, sent: Story, at_s: int) -> int:
    """One second, its commit tried until it works; how often it failed."""
    told.tell(one for one in sent if one.at_s == at_s)
    told.ingest.tick(NOW + at_s * 1000)
    for tries in range(5):
        try:
            told.ingest.commit(NOW + at_s * 1000)
        except StoreError:
            continue
        return tries
    pytest.fail("no commit works")


def test_every_commit_that_fails_once_is_made_once(clean: dict[str, Any], village: Village, store: Store) -> None:
    seen: set[int] = set()
    store.__class__ = Failing
    assert isinstance(store, Failing)
    store.fails = lambda batch: batch.at_ms not in seen and not seen.add(batch.at_ms)  # type: ignore[func-returns-value]  # None
    told, sent = Told(village, store), story()
    assert sum(persistent(told, sent, at_s) for at_s in range(END_S)) >= END_S / 2
    assert outcome(store, village) == clean


def test_a_fault_and_its_message_of_a_commit_that_fails_for_long_are_there_once(
    clean: dict[str, Any], village: Village, store: Store
) -> None:
    store.__class__ = Failing
    assert isinstance(store, Failing)
    store.fails = lambda _: False
    told, sent = Told(village, store), story()
    for at_s in range(END_S):
        full = 20 <= at_s < 44  # light-01's problem and its recovery, cp-02.1's earth fault
        store.fails = lambda _, full=full: full  # type: ignore[misc]  # of this second
        try:
            told.second(at_s, sent)
        except StoreError:
            assert full
    assert outcome(store, village) == clean


# ---- two gateways on one database


def versions(store: Store) -> dict[str, int]:
    return {row.node: row.version for row in store.order()[0]}


def test_of_two_that_moved_nothing_but_the_village_the_slower_is_refused(village: Village, store: Store) -> None:
    Told(village, store).ingest.commit(NOW)
    one = Told(village, store)
    one.ingest.commit(NOW)
    other = Told(village, store)
    before = versions(store)
    for told, at_ms in ((one, NOW + 1000), (other, NOW + 2000)):
        told.ingest.own(Vitals(at_ms, waiting=10**6), at_ms)
    one.ingest.commit(NOW + 1000)
    moved = versions(store)
    assert {node for node in before if moved[node] != before[node]} == {"gateway"}
    with pytest.raises(Conflict):
        other.ingest.commit(NOW + 2000)
    assert versions(store) == moved


@pytest.mark.parametrize("at_s", [12, 30, 42, 66])
def test_a_fault_or_message_that_two_gateways_found_is_there_once(
    at_s: int, clean: dict[str, Any], village: Village, store: Store
) -> None:
    """Whoever is refused begins anew from what the other has stored, and hears everything of that second again."""
    sent, told = story(), Told(village, store)
    for second in range(at_s):
        told.second(second, sent)
    rival = Told(village, store, at_s=at_s)
    rival.second(at_s, sent)
    with pytest.raises(Conflict):
        told.second(at_s, sent)
    told.restart(at_s)
    for second in range(at_s, END_S):
        told.second(second, sent)
    assert outcome(store, village) == clean


# ---- restarts


@pytest.mark.parametrize("at_s", [11, 33, 65, 71, 79, 93])
def test_a_restart_where_nothing_is_due_changes_nothing(
    at_s: int, clean: dict[str, Any], village: Village, store: Store
) -> None:
    told, sent = Told(village, store), story()
    for second in range(END_S):
        told.second(second, sent)
        if second == at_s:
            told.restart(second)
    assert outcome(store, village) == clean


@pytest.fixture(scope="module")
def quiet(village: Village, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The story without an outage: a restart's patience delays no silence."""
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('quiet')}/gateway.db")
    Told(village, store).all(story(away=False))
    found = outcome(store, village)
    store.close()
    return found


def test_a_restart_between_any_two_rounds_changes_nothing(
    quiet: dict[str, Any], village: Village, store: Store
) -> None:
    told, sent = Told(village, store), story(away=False)
    for second in range(END_S):
        told.second(second, sent)
        if second % 2:
            told.restart(second)
    assert outcome(store, village) == quiet


def test_a_restart_after_each_message_delays_problems_until_the_device_is_heard_and_nothing_else(
    quiet: dict[str, Any], village: Village, store: Store
) -> None:
    told, sent = Told(village, store), story(away=False)
    for second in range(END_S):
        for one in [one for one in sent if one.at_s == second]:
            told.tell([one])
            told.ingest.commit(NOW + second * 1000)
            told.restart(second)
        told.second(second, [])
    found = outcome(store, village)
    assert (found["faults"], found["intervals"]) == (quiet["faults"], quiet["intervals"])
    pairs = list(zip(sorted(found["messages"]), sorted(quiet["messages"]), strict=True))
    assert all(late[:3] == usual[:3] and late[3] - usual[3] in {0, 2000} for late, usual in pairs)
    assert all(late == usual for late, usual in pairs if late[0] == "recovery" or late[2] == "GroundFailure")


def test_a_gateway_that_forgets_would_be_noticed(
    clean: dict[str, Any], village: Village, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, sent = Told(village, store), story()
    for second in range(END_S):
        told.second(second, sent)
        if second == 15:  # light-01 waits for its hold
            with monkeypatch.context() as patch:
                patch.setattr("gateway.remembered._village", lambda _: None)
                told.restart(second)
    assert outcome(store, village)["messages"] != clean["messages"]
