"""What a node says of itself, its clock, and the bytes on its line, kept with the records that told it."""

from datetime import datetime
from typing import Any

import pytest

from contracts.inventory import Village
from contracts.messages import Reading
from gateway import traffic
from gateway.faults import Rules
from gateway.ingest import Ingest
from gateway.store import Born, NodeFacts, Store, StoreError

NOW = round(datetime.fromisoformat("2026-11-30T23:59:00+08:00").timestamp() * 1000)
LIT = Reading("light-01", "up", looks=5, m={"lit": 1.0})


@pytest.fixture
def ingest(village: Village, rules: Rules, store: Store) -> Ingest:
    return Ingest(village, rules, store, NOW)


def facts(store: Store) -> NodeFacts:
    return next(one for one in store.node_facts() if one.node == "n-01")


def heard(ingest: Ingest, message: tuple[str, bytes], at_ms: int = NOW, retained: bool = False) -> int:
    """The message is taken and committed; what it cost on the line, its ack included."""
    ingest.receive(message[0], message[1], at_ms, retained)
    acks = ingest.commit(at_ms)
    return traffic.size(*message) + len(acks) * traffic.ACK_BYTES


def test_every_message_of_a_node_is_counted_once_and_survives_a_restart(
    ingest: Ingest, pi: Any, store: Store, village: Village, rules: Rules
) -> None:
    cost = heard(ingest, pi.birth())
    message = pi.up(LIT)
    cost += heard(ingest, message, NOW + 1000)
    assert facts(store).traffic.today == cost
    again = Ingest(village, rules, store, NOW + 2000)
    cost += heard(again, message, NOW + 2000)  # sent again: nothing new, and yet it was paid for
    assert (facts(store).traffic.today, facts(store).traffic.since_ms) == (cost, NOW)


def test_a_commit_that_fails_counts_nothing_twice(
    ingest: Ingest, pi: Any, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    cost = heard(ingest, pi.birth())
    message = pi.up(LIT)
    ingest.receive(message[0], message[1], NOW + 1000)
    with monkeypatch.context() as patch:
        patch.setattr("gateway.store.store.journal.append", _full)
        with pytest.raises(StoreError):
            ingest.commit(NOW + 1000)
    assert facts(store).traffic.today == cost
    ingest.commit(NOW + 1500)
    assert facts(store).traffic.today == cost + traffic.size(*message) + traffic.ACK_BYTES


def _full(*_: object) -> None:
    raise StoreError("full")


def test_midnight_in_china_begins_a_day_and_a_month(ingest: Ingest, pi: Any, store: Store) -> None:
    before = heard(ingest, pi.birth()) + heard(ingest, pi.up(LIT), NOW + 1000)
    after = heard(ingest, pi.up(LIT), NOW + 61_000)
    seen = facts(store).traffic
    assert (seen.today, seen.yesterday, seen.month, seen.last_month) == (after, before, after, before)


def test_what_the_broker_kept_passed_on_no_line_but_tells_the_program(ingest: Ingest, pi: Any, store: Store) -> None:
    heard(ingest, pi.birth(), retained=True)
    seen = facts(store)
    assert seen.born is not None
    assert (seen.traffic.today, seen.born.at_ms) == (0, NOW)
    heard(ingest, pi.birth(), NOW + 5000, retained=True)
    assert facts(store).born == seen.born, "the same words, kept since then, are no news"


def test_a_birth_tells_program_and_configuration(ingest: Ingest, pi: Any, store: Store) -> None:
    heard(ingest, pi.birth())
    born = facts(store).born
    assert isinstance(born, Born)
    assert (born.at_ms, born.aside) == (NOW, 0)
    assert born.software
    assert born.config


def test_a_record_tells_what_keeps_the_nodes_clock_and_how_far_it_is_off(ingest: Ingest, pi: Any, store: Store) -> None:
    heard(ingest, pi.birth())
    assert (facts(store).clock, facts(store).skew_ms) == ("", None)
    heard(ingest, pi.up(LIT), NOW + 1000)
    seen = facts(store)
    assert seen.clock in {"ntp", "rtc", "none"}
    assert seen.skew_ms is not None
