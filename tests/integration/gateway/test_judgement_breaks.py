"""A judgement that breaks on one thing stops nothing else; what is over as soon as it is seen is told all the same."""

from typing import Any

import pytest

from contracts.inventory import Village
from contracts.messages import Finding, Reading
from gateway.faults import Confirmed, Rules
from gateway.faults.village import turns
from gateway.ingest import Ingest
from gateway.store import Store

NOW, S = 1_790_000_000_000, 1000
DARK = Reading("light-01", "down", 0.0, 2, f=(Finding("dark", "down", 0.0, 2),))
BLACK = Reading("cam-01", "down", 0.0, 3, f=(Finding("black", "down", 0.0, 3),))


def hear(ingest: Ingest, message: tuple[str, bytes], at_ms: int) -> None:
    ingest.receive(*message, at_ms)


@pytest.fixture
def ingest(village: Village, rules: Rules, store: Store, pi: Any) -> Ingest:
    made = Ingest(village, rules.model_copy(update={"hold_s": 0.5}), store, NOW)
    made.back(NOW)
    hear(made, pi.birth(), NOW)
    made.commit(NOW)
    return made


@pytest.fixture
def no_lights(monkeypatch: pytest.MonkeyPatch) -> None:
    """The village's judgement breaks on every confirmed light."""
    take = turns.take

    def broken(docket: Any, turn: Any) -> None:
        if isinstance(turn, Confirmed) and turn.asset_kind == "warning_light":
            raise RuntimeError("for this test")
        take(docket, turn)

    monkeypatch.setattr(turns, "take", broken)


@pytest.mark.usefixtures("no_lights")
def test_what_breaks_the_judgement_is_counted_and_the_rest_of_its_record_judged(
    ingest: Ingest, pi: Any, store: Store
) -> None:
    hear(ingest, pi.up(DARK, BLACK), NOW + 10)
    ingest.tick(NOW + 2 * S)
    acks = ingest.commit(NOW + 2 * S)
    assert [row.code for row in store.faults("all", 10)[0]] == ["black"]
    assert {row.reason: row.count for row in store.counters()}["not_judged"] == 1
    assert [ack.n for _, ack in acks] == [1]
    assert sum(1 for _ in store.journal()) == 1


def test_without_the_break_both_are_judged(ingest: Ingest, pi: Any, store: Store) -> None:
    hear(ingest, pi.up(DARK, BLACK), NOW + 10)
    ingest.tick(NOW + 2 * S)
    ingest.commit(NOW + 2 * S)
    assert sorted(row.code for row in store.faults("all", 10)[0]) == ["black", "dark"]


def test_what_is_over_as_soon_as_it_is_seen_is_told_after_the_hold(ingest: Ingest, pi: Any, store: Store) -> None:
    hear(ingest, pi.up(Reading("cam-99", "up")), NOW + 10)  # nobody knows this device
    ingest.tick(NOW + 2 * S)
    ingest.commit(NOW + 2 * S)
    (fault,) = (row for row in store.faults("open", 10)[0] if row.code == "unknown_device")
    told = [(row.kind, row.asset) for row in store.messages() if row.code == "unknown_device"]
    assert (fault.latched, told) == (True, [("problem", "n-01")])


def test_and_its_recovery_goes_out_when_a_person_has_taken_it(ingest: Ingest, pi: Any, store: Store) -> None:
    hear(ingest, pi.up(Reading("cam-99", "up")), NOW + 10)
    ingest.tick(NOW + 2 * S)
    ingest.commit(NOW + 2 * S)
    (fault,) = (row for row in store.faults("open", 10)[0] if row.code == "unknown_device")
    store.add_input("acknowledge", b'{"fault":"%s"}' % fault.id.encode(), "li", None, NOW + 3 * S)
    for row in store.waiting_inputs():
        ingest.person(row, store.fault(fault.id), NOW + 3 * S)
    ingest.commit(NOW + 3 * S)
    assert [row.kind for row in store.messages() if row.code == "unknown_device"] == ["problem", "recovery"]


def test_an_acknowledgement_that_cannot_be_judged_is_refused_and_marks_nothing(
    ingest: Ingest, pi: Any, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    hear(ingest, pi.up(DARK), NOW + 10)
    ingest.tick(NOW + 2 * S)
    ingest.commit(NOW + 2 * S)
    (fault,) = store.faults("open", 10)[0]
    added = store.add_input("acknowledge", b'{"fault":"%s"}' % fault.id.encode(), "li", None, NOW + 3 * S)
    monkeypatch.setattr("gateway.faults.step", broken_step)
    for row in store.waiting_inputs():
        ingest.person(row, store.fault(fault.id), NOW + 3 * S)
    ingest.commit(NOW + 3 * S)
    done, after = store.input(added), store.fault(fault.id)
    assert done is not None
    assert (done.status, after and after.acknowledged_by) == ("refused", None)


def broken_step(*_: object) -> None:
    raise RuntimeError("for this test")
