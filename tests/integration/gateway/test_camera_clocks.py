"""How far cameras' clocks were off: from a node's records to what a statement reads, on a real database."""

from typing import Any

import pytest

from contracts.inventory import Village
from contracts.messages import Reading
from gateway.camera_clocks import AGAIN_MS
from gateway.faults import Rules
from gateway.ingest import Ingest
from gateway.store import CameraClock, Store

NOW = 1_790_000_000_000
MINUTE = 60_000


@pytest.fixture
def ingest(village: Village, rules: Rules, store: Store, pi: Any) -> Ingest:
    """A gateway that has heard the birth of n-01."""
    ingest = Ingest(village, rules, store, NOW)
    topic, payload = pi.birth()
    ingest.receive(topic, payload, NOW, False)
    return ingest


def seen(off_s: float) -> Reading:
    return Reading("camera-01", "up", looks=5, m={"clock_off_s": off_s})


def hears(ingest: Ingest, pi: Any, off_s: float, at_ms: int, **fields: Any) -> None:
    topic, payload = pi.up(seen(off_s), **{"ts": at_ms, **fields})
    ingest.receive(topic, payload, at_ms, False)
    ingest.commit(at_ms)


def test_an_error_that_stays_is_kept_once(ingest: Ingest, pi: Any, store: Store) -> None:
    for minutes, off_s in enumerate((1.25, 1.25, 1.25, 75.5, 1.25)):
        hears(ingest, pi, off_s, NOW + minutes * MINUTE)
    kept = [(one.at_ms - NOW, one.error_ms) for one in store.camera_clocks("camera-01", NOW, NOW + MINUTE * 9)]
    assert kept == [(0, 1250), (3 * MINUTE, 75_500), (4 * MINUTE, 1250)]


def test_what_is_measured_again_after_hours_is_vouched_for_again(ingest: Ingest, pi: Any, store: Store) -> None:
    hears(ingest, pi, 1.25, NOW)
    hears(ingest, pi, 1.25, NOW + AGAIN_MS)
    assert len(store.camera_clocks("camera-01", NOW, NOW + 2 * AGAIN_MS)) == 2


def test_a_restarted_gateway_knows_what_was_measured(
    ingest: Ingest, pi: Any, store: Store, village: Village, rules: Rules
) -> None:
    hears(ingest, pi, 1.25, NOW)
    hears(Ingest(village, rules, store, NOW + MINUTE), pi, 1.25, NOW + MINUTE)
    assert store.camera_clocks("camera-01", NOW, NOW + 2 * MINUTE) == [CameraClock("camera-01", NOW, 1250)]


@pytest.mark.parametrize("doubt", [{"tq": "none"}, {"ts": NOW - 10_000}], ids=["nobody keeps it", "it is off itself"])
def test_a_node_whose_own_clock_is_in_doubt_measures_nothing(
    ingest: Ingest, pi: Any, store: Store, doubt: dict[str, Any]
) -> None:
    hears(ingest, pi, 1.25, NOW, **doubt)
    assert store.camera_clocks("camera-01", NOW - MINUTE, NOW + MINUTE) == []


def test_before_a_window_the_newest_that_is_known_stands(ingest: Ingest, pi: Any, store: Store) -> None:
    for minutes, off_s in enumerate((1.0, 2.0, 3.0, 4.0)):
        hears(ingest, pi, off_s, NOW + minutes * MINUTE)
    found = store.camera_clocks("camera-01", NOW + MINUTE + 1, NOW + 3 * MINUTE)
    assert [one.error_ms for one in found] == [2000, 3000]
