"""The loop on a real database, its clocks turned by hand: what it does when the broker or the database is away."""

import queue
from collections.abc import Callable
from typing import Any

import pytest

from contracts.inventory import Village
from contracts.messages import Ack, Finding, Reading
from gateway.faults import Rules
from gateway.faults.village.own import Vitals
from gateway.ingest import Ingest
from gateway.intake import Dropped, Heard, Link, Message
from gateway.service import Service
from gateway.store import Batch, Conflict, Store, StoreError

NOW = 1_790_000_000_000
LIT = Reading("light-01", "up", looks=5)


class Impatient(queue.SimpleQueue[Heard]):
    """A queue that never waits: time passes by hand here."""

    def get(self, block: bool = True, timeout: float | None = None) -> Heard:  # noqa: ARG002  # its base class's signature
        return super().get(block=False)


class Bench:
    """A broker that is a queue, and clocks that stand still until told."""

    def __init__(self) -> None:
        self.heard = Impatient()
        self.acked: list[tuple[str, Ack]] = []
        self.at_ms = NOW

    def now_ms(self) -> int:
        return self.at_ms

    def mono_s(self) -> float:
        return self.at_ms / 1000

    def acknowledge(self, acks: list[tuple[str, Ack]]) -> None:
        self.acked += acks

    def hear(self, *messages: tuple[str, bytes]) -> None:
        for topic, payload in messages:
            self.heard.put(Message(topic, payload, self.at_ms))


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def service(village: Village, rules: Rules, store: Store, bench: Bench) -> Service:
    return Service(lambda: Ingest(village, rules, store, NOW), store, bench, bench, (1, 500))


@pytest.fixture
def run(service: Service, bench: Bench, pi: Any) -> Callable[[int], None]:
    """Let so many milliseconds pass, in steps of half a second; the node has said hello and that its light is lit."""

    def steps(duration_ms: int) -> None:
        for _ in range(0, duration_ms, 500):
            bench.at_ms += 500
            service.once()

    bench.heard.put(Link(True, NOW))
    bench.hear(pi.birth(), pi.up(LIT))
    steps(500)
    return steps


def state(store: Store) -> str:
    device = store.device("light-01")
    assert device is not None
    return device.state


def test_silence_is_unknown_after_the_limit(run: Callable[[int], None], store: Store) -> None:
    run(5000)
    assert state(store) == "up"
    run(2000)
    assert state(store) == "unknown"


def test_while_the_broker_is_away_nobody_is_silent(run: Callable[[int], None], bench: Bench, store: Store) -> None:
    bench.heard.put(Link(False, bench.at_ms))
    run(60_000)
    assert state(store) == "up"
    bench.heard.put(Link(True, bench.at_ms))
    run(5000)
    assert state(store) == "up", "not before one limit after it is back"
    run(2000)
    assert state(store) == "unknown"


def test_nor_when_somebody_takes_a_fault_meanwhile(
    run: Callable[[int], None], bench: Bench, store: Store, pi: Any
) -> None:
    bench.hear(pi.up(LIT, Reading("cp-01.1", "down", f=(Finding("GroundFailure", "down"),))))
    run(500)
    bench.heard.put(Link(False, bench.at_ms))
    run(60_000)
    store.add_input("acknowledge", b'{"fault":"F-2026-0001"}', "li", None, bench.at_ms)
    run(2000)
    [fault] = store.faults("all", 10)[0]
    assert (fault.acknowledged_by, state(store)) == ("li", "up")


def test_what_people_ask_is_applied_within_a_second(run: Callable[[int], None], store: Store) -> None:
    added = store.add_input("acknowledge", b'{"fault":"F-2026-0404"}', "li", None, NOW)
    rubbish = store.add_input("dance", b"{", "li", None, NOW)
    run(1000)
    rows = [store.input(added), store.input(rubbish)]
    assert [row and row.status for row in rows] == ["refused", "refused"]


def test_a_flood_is_counted(run: Callable[[int], None], bench: Bench, store: Store) -> None:
    bench.heard.put(Dropped("n-01", 300, bench.at_ms))
    run(500)
    assert [(row.reason, row.node, row.count) for row in store.counters()] == [("flood", "n-01", 300)]


@pytest.fixture
def minutes(service: Service, bench: Bench) -> Callable[[int], None]:
    """Let so many minutes pass, in each of which the machine's figures are read."""

    def steps(count: int) -> None:
        for _ in range(count):
            bench.at_ms += 60_000
            service.vitals.put(Vitals(bench.at_ms))
            service.once()

    return steps


def own_faults(store: Store) -> list[tuple[str, bool]]:
    """The gateway's own: code, and whether it is over."""
    found = [row for row in store.faults("all", 100)[0] if row.asset == "gateway"]
    return [(row.code, row.closed_ms is not None) for row in reversed(found)]


def test_a_broker_that_is_away_for_long_is_a_fault_until_it_is_back(
    run: Callable[[int], None], minutes: Callable[[int], None], bench: Bench, store: Store
) -> None:
    run(500)
    minutes(30)
    assert own_faults(store) == []
    bench.heard.put(Link(False, bench.at_ms))
    minutes(30)
    assert own_faults(store) == [("broker_away", False)]
    bench.heard.put(Link(True, bench.at_ms))
    minutes(3)
    assert ("broker_away", True) in own_faults(store)


def test_a_new_gateway_that_never_finds_its_broker_says_so(minutes: Callable[[int], None], store: Store) -> None:
    minutes(1)
    assert own_faults(store) == []
    minutes(5)
    assert own_faults(store) == [("broker_away", False)]


def test_a_gateway_that_begins_anew_from_the_database_still_has_its_broker(
    run: Callable[[int], None],
    minutes: Callable[[int], None],
    bench: Bench,
    store: Store,
    pi: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    record = Store.record

    def refused(_store: Store, _batch: Batch) -> None:
        monkeypatch.setattr(Store, "record", record)
        raise Conflict("moved")

    monkeypatch.setattr(Store, "record", refused)
    bench.hear(pi.up(LIT))
    run(500)
    minutes(30)
    assert own_faults(store) == []


@pytest.mark.parametrize("error", [StoreError("disk is full"), Conflict("moved")])
def test_nothing_is_acknowledged_before_it_is_committed(
    run: Callable[[int], None], bench: Bench, store: Store, pi: Any, monkeypatch: pytest.MonkeyPatch, error: StoreError
) -> None:
    record, bench.acked = Store.record, []

    def fail(_store: Store, _batch: Batch) -> None:
        monkeypatch.setattr(Store, "record", record)
        assert bench.acked == []
        raise error

    monkeypatch.setattr(Store, "record", fail)
    messages = [pi.up(LIT) for _ in range(20)]
    bench.hear(*messages)
    run(1000)
    bench.hear(pi.probe(), *messages)  # as a node does that hears nothing
    run(1000)
    assert [row.n for row in store.journal()] == list(range(1, 22))
    assert bench.acked[-1] == ("n-01", Ack(1, pi.stream, 21, pi.boot))
