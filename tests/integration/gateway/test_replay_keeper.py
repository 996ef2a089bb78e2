"""What replay keeps in memory and what the real store keeps: the same, whatever is said in whatever order."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.states import STATES
from gateway.faults import Change, FaultCleared, FaultClosed, FaultOpened, FaultRooted, Filled, Interval, Rules
from gateway.replay.keeper import Keeper
from gateway.replay.outcome import OutFault, Stay
from gateway.store import (
    Batch,
    FaultEnd,
    FaultOpen,
    FaultRoot,
    FaultWrite,
    IntervalFill,
    IntervalRow,
    Store,
    open_store,
)

HOUR = 3_600_000
NOW = 1_790_000_000_000
hours = st.integers(0, 24 * 5).map(lambda hour: NOW + hour * HOUR)
codes = st.sampled_from(["dark", "stuck_on"])
roots = st.sampled_from([None, None, "n-01", "feeder-1"])
states = st.sampled_from(STATES)


@st.composite
def opened(draw: st.DrawFn) -> FaultOpened:
    at_ms = draw(hours)
    return FaultOpened("light-01", "warning_light", draw(codes), 2, at_ms, at_ms, draw(roots), draw(st.booleans()))


@st.composite
def closed(draw: st.DrawFn) -> FaultClosed:
    cleared_ms = draw(hours)
    closed_ms = cleared_ms + draw(st.sampled_from([0, 0, 7])) * HOUR
    return FaultClosed("light-01", draw(codes), cleared_ms, closed_ms, closed_ms, draw(roots))


cleared = st.builds(FaultCleared, st.just("light-01"), codes, hours, hours, roots)
rooted = st.builds(FaultRooted, st.just("light-01"), codes, roots, st.sampled_from(["n-01", "feeder-1"]), hours)
devices = st.sampled_from(["light-01", "cam-01"])
intervals = st.builds(Interval, devices, hours, states)


@st.composite
def filled(draw: st.DrawFn) -> Filled:
    from_ms = draw(hours)
    return Filled(draw(devices), from_ms, from_ms + draw(st.integers(1, 30)) * HOUR, draw(states), "dark")


batches = st.lists(st.lists(opened() | closed() | cleared | rooted | intervals | filled(), max_size=6), max_size=12)


def as_write(change: Change) -> FaultWrite | IntervalRow | IntervalFill:
    match change:
        case FaultOpened(asset, kind, code, severity, opened_ms, _, root, latched):
            return FaultOpen(asset, kind, "j-01", code, root, severity, opened_ms, latched)
        case FaultCleared(asset, code, cleared_ms, _, root):
            return FaultEnd(asset, code, root, cleared_ms, None)
        case FaultClosed(asset, code, cleared_ms, closed_ms, _, root):
            return FaultEnd(asset, code, root, cleared_ms, closed_ms)
        case FaultRooted(asset, code, was, root, at_ms):
            return FaultRoot(asset, code, was, root, at_ms)
        case Interval(device, from_ms, state, code, cause):
            return IntervalRow(device, from_ms, None, state, code, cause)
        case Filled(device, from_ms, to_ms, state, code, cause):
            return IntervalFill(device, from_ms, to_ms, state, code, cause)
    raise AssertionError(change)


def record(store: Store, changes: Sequence[Change]) -> None:
    batch = Batch(NOW)
    for write in map(as_write, changes):
        if isinstance(write, IntervalRow | IntervalFill):
            batch.intervals.append(write)
        else:
            batch.faults.append(write)
    store.record(batch)


def stored_faults(store: Store) -> list[OutFault]:
    rows, _ = store.faults("all", 10_000)
    return [OutFault(r.asset, r.code, r.root, r.severity, r.opened_ms, r.closed_ms, r.reopened) for r in rows]


def stored_stays(store: Store, device: str) -> list[Stay]:
    rows = store.intervals(device, 0, 2**60)
    return [Stay(r.from_ms, r.to_ms, r.state, r.code, r.cause) for r in rows]  # type: ignore[arg-type]  # a cause is text there


@pytest.fixture
def both(tmp_path: Path) -> Callable[[Sequence[Sequence[Change]]], tuple[Keeper, Store]]:
    """A keeper and an empty real store that have been told the same."""
    count = 0

    def told(said: Sequence[Sequence[Change]]) -> tuple[Keeper, Store]:
        nonlocal count
        count += 1
        keeper, store = Keeper(Rules()), open_store(f"sqlite:///{tmp_path}/{count}.db")
        for changes in said:
            keeper.take(changes)
            record(store, changes)
        return keeper, store

    return told


@settings(max_examples=60)
@given(said=batches)
def test_the_keeper_and_the_store_agree(
    both: Callable[[Sequence[Sequence[Change]]], tuple[Keeper, Store]], said: list[list[Change]]
) -> None:
    keeper, store = both(said)
    outcome = keeper.outcome()
    assert sorted(map(repr, outcome.faults)) == sorted(map(repr, stored_faults(store)))
    for device in ("light-01", "cam-01"):
        assert outcome.intervals.get(device, []) == stored_stays(store, device)
    store.close()


def test_they_would_be_seen_to_differ(
    both: Callable[[Sequence[Sequence[Change]]], tuple[Keeper, Store]],
) -> None:
    keeper, store = both([[FaultOpened("light-01", "warning_light", "dark", 2, NOW, NOW)]])
    keeper.apply(FaultClosed("light-01", "dark", NOW + HOUR, NOW + HOUR, NOW + HOUR))
    assert keeper.outcome().faults != stored_faults(store)
    store.close()


def test_a_second_start_within_a_day_is_the_same_fault() -> None:
    keeper = Keeper(Rules())
    for start, end in ((0, 1), (23, 24), (49, 50)):
        keeper.apply(FaultOpened("light-01", "warning_light", "dark", 2, NOW + start * HOUR, NOW))
        keeper.apply(FaultClosed("light-01", "dark", NOW + end * HOUR, NOW + end * HOUR, NOW))
    said = [(fault.opened_ms - NOW, fault.closed_ms, fault.reopened) for fault in keeper.outcome().faults]
    assert said == [(0, NOW + 24 * HOUR, 1), (49 * HOUR, NOW + 50 * HOUR, 0)]
