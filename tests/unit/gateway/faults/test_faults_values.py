"""The engine is a function of values: nothing is mutated, all survives JSON, and no history breaks its promises."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.inventory import Village
from contracts.messages import Finding, Reading
from contracts.states import State
from gateway.faults import (
    Acknowledge,
    Change,
    Cleared,
    Confirmed,
    Ended,
    Event,
    Interval,
    Link,
    NodeWatch,
    Record,
    Rules,
    StateChanged,
    Tick,
    next_deadline,
    start,
    step,
)

RULES = Rules()
ZERO = 1_800_000_000_000


def same(watch: NodeWatch) -> NodeWatch:
    return msgspec.json.decode(msgspec.json.encode(watch), type=NodeWatch)


def test_the_watch_that_went_in_is_not_altered(engine: Any) -> None:
    before, text = engine.watch, msgspec.json.encode(engine.watch)
    engine.sees("cam-01", 10, ("unreachable", 10, 3))
    engine.lost(20)
    engine.run(500)
    assert msgspec.json.encode(before) == text


def test_a_watch_survives_json(engine: Any) -> None:
    engine.sees("cam-01", 10, ("blur", 10, 3), ("unreachable", 10, 3))
    engine.lost(20)
    engine.sees("light-01", 25, ("dark", 25, 1))
    engine.run(400)
    assert same(engine.watch) == engine.watch


def test_the_same_event_on_the_same_watch_says_the_same(engine: Any) -> None:
    event = Record(ZERO + 10_000, (Reading("cam-01", "down", f=(Finding("unreachable", "down"),)),))
    assert step(engine.watch, event, RULES) == step(same(engine.watch), event, RULES)


def test_a_reading_that_repeats_the_last_says_nothing(engine: Any) -> None:
    assert engine.all_fine(60) == []


@pytest.mark.parametrize("at_ms", [0, ZERO - 86_400_000, ZERO + 365 * 86_400_000])
def test_a_clock_that_is_off_neither_opens_nor_closes(engine: Any, at_ms: int) -> None:
    engine.sees("light-01", 10, ("dark", 10, 2))
    engine.said.clear()
    dark = Reading("light-01", "down", looks=3, f=(Finding("dark", "down", 5.0, 3),))
    engine.tell(Record(at_ms, (dark,), received_ms=ZERO + 15_000))
    engine.run(60)
    assert engine.faults() == []
    assert engine.live["light-01"].state == "down"


def test_a_tick_before_the_deadline_does_nothing(engine: Any) -> None:
    assert engine.tick((next_deadline(engine.watch) - ZERO) / 1000 - 0.001) == []


def test_a_restart_drops_what_left_the_inventory_and_takes_what_is_new(engine: Any, small_village: Any) -> None:
    two = small_village(1).model_dump()
    two["grids"][0]["junctions"][0]["nodes"][0]["devices"] = [
        {"id": "cam-09", "kind": "camera", "driver": "opencv", "source": "x.mp4"}
    ]
    engine.sees("light-01", 5, ("dark", 5, 2))
    watch, changes = start(Village.model_validate(two), "n-01", RULES, ZERO + 9000, engine.watch)
    assert list(watch.devices) == ["n-01", "cam-09"]
    assert [change.device for change in changes if isinstance(change, Interval)] == ["cam-09"]
    assert [change.asset for change in changes if isinstance(change, Ended)] == ["light-01"]


def test_a_node_that_the_inventory_does_not_have(small_village: Callable[[int], Village]) -> None:
    with pytest.raises(KeyError):
        start(small_village(1), "n-77", RULES, ZERO)


DEVICES = ["cam-01", "light-01", "cp-01.1"]
CODES = {"cam-01": ["unreachable", "blur", "busy"], "light-01": ["dark"], "cp-01.1": ["GroundFailure", "unrecognised"]}
STATE: dict[str, State] = {"blur": "degraded", "busy": "unknown", "unrecognised": "degraded"}


@st.composite
def happenings(draw: st.DrawFn) -> list[Event]:
    """Anything, in any order, with times that mostly rise."""
    events: list[Event] = []
    now = ZERO
    for _ in range(draw(st.integers(1, 40))):
        now += draw(st.sampled_from([0, 1, 1000, 20_000, 90_000, 400_000]))
        what = draw(st.sampled_from(["record", "record", "record", "tick", "link", "person"]))
        if what == "tick":
            events.append(Tick(now))
        elif what == "link":
            events.append(Link(draw(st.sampled_from(["up", "lost", "disconnected"])), draw(st.sampled_from("ab")), now))
        elif what == "person":
            device = draw(st.sampled_from(DEVICES))
            code = draw(st.sampled_from(CODES[device]))
            events.append(Acknowledge(device, code, "li", now, draw(st.booleans())))
        else:
            events.append(_record(draw, now))
    return events


def _record(draw: st.DrawFn, now: int) -> Record:
    device = draw(st.sampled_from(DEVICES))
    seconds = st.sampled_from([0.0, 1.0, 30.0, 1000.0])
    codes = draw(st.sets(st.sampled_from(CODES[device])))
    found = tuple(
        Finding(code, STATE.get(code, "down"), draw(seconds), draw(st.integers(1, 9))) for code in sorted(codes)
    )
    state: State = found[0].s if found else draw(st.sampled_from(["up", "unknown"]))
    reading = Reading(device, state, draw(seconds), draw(st.integers(1, 9)), f=found)
    how = draw(st.sampled_from(["", "", "", "live", "history"]))
    age = draw(st.sampled_from([0, 0, 500, 100_000]))
    return Record(now - age, (reading,), how == "live", how == "history", draw(st.sampled_from("ab")), now)


def play(watch: NodeWatch, events: list[Event]) -> list[Change]:
    told: list[Change] = []
    for event in events:
        while next_deadline(watch) <= getattr(event, "received_ms", 0) or next_deadline(watch) <= event.at_ms:
            watch, changes = step(watch, Tick(next_deadline(watch)), RULES)
            told += changes
        watch, changes = step(same(watch), event, RULES)
        told += changes
    return told


@settings(max_examples=80, deadline=None)
@given(events=happenings())
def test_no_history_breaks_the_promises(small_village: Callable[[int], Village], events: list[Event]) -> None:
    watch, _ = start(small_village(1), "n-01", RULES, ZERO)
    told = play(watch, events)
    assert told == play(watch, events)
    open_now: set[tuple[str, str]] = set()
    for change in told:
        match change:
            case Confirmed():
                assert change.since_ms <= change.at_ms
                open_now.add((change.asset, change.code))
            case Cleared():
                assert (change.asset, change.code) in open_now
                assert change.ended_ms <= change.at_ms
            case Ended():
                assert (change.asset, change.code) in open_now
                open_now.remove((change.asset, change.code))
                assert change.ended_ms <= change.closed_ms
            case StateChanged():
                assert (change.state == "unknown") >= (change.cause is not None)
            case _:
                pass
