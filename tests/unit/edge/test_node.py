"""A node: looks on schedule, changes at once, all devices each interval; a driver's trouble stays with its device."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import msgspec
import pytest

from contracts.inventory import WarningLight
from contracts.messages import Reading
from edge.clock import Clock
from edge.drivers.base import Driver, LightSample, Sample
from edge.node import RETRY_S, Node
from edge.spool import SpoolError
from edge.watch import RETRY_S as REOPEN_S
from edge.watch import SOONEST_S, Watch

BOOT = "b0" * 8


class Body(msgspec.Struct):
    ts: int
    mono: int
    r: list[Reading]


@dataclass
class Lamp:
    """A driver that says what the test wants: a lit or dark lamp, an exception, a look that takes long."""

    time: "Time"
    lit: bool = True
    error: Exception | None = None
    takes_s: float = 0.0
    looks: int = 0
    closed: bool = False

    def look(self, now: float) -> Sample:
        self.looks += 1
        self.time.now += self.takes_s
        if self.error:
            raise self.error
        return LightSample(lit=self.lit, watched_s=100.0, edges=((now - 0.2, self.lit),) if self.lit else ())

    def close(self) -> None:
        self.closed = True


@dataclass
class Time:
    now: float = 1000.0


@dataclass
class Memory:
    """A spool in RAM: batches of (record, is an event)."""

    records: list[tuple[Body, bool]] = field(default_factory=list)
    full: bool = False

    def append(self, body: bytes, *, boot: str, event: bool) -> int:
        assert boot == BOOT
        if not self.full:
            self.records.append((msgspec.json.decode(body, type=Body), event))
        return len(self.records)

    def commit(self) -> list[tuple[int, bytes]]:
        if self.full:
            raise SpoolError("no room")
        return []

    def take(self) -> list[tuple[list[str], bool]]:
        taken = [([f"{r.d} {r.s}" for r in body.r], event) for body, event in self.records]
        self.records.clear()
        return taken


def light(index: int, look_s: float = 5.0) -> WarningLight:
    pin: dict[str, Any] = {"pin": f"GPIO{index + 2}", "isolation": "opto", "supply": "mains", "look_s": look_s}
    return WarningLight(id=f"light-{index}", kind="warning_light", driver="warning_light", **pin)


class Bench:
    """One node with lamps on a clock that the test turns."""

    def __init__(self, count: int, start: Callable[[Lamp], Driver] = lambda lamp: lamp) -> None:
        self.time, self.memory = Time(), Memory()
        self.lamps = [Lamp(self.time) for _ in range(count)]
        self.watches = [self._watch(index, start) for index in range(count)]
        clock = Clock(lambda: self.time.now, lambda: 1_795_000_000_000, lambda: "ntp")
        self.node = Node("n-01", 60.0, self.watches, self.memory, clock, BOOT)

    def _watch(self, index: int, start: Callable[[Lamp], Driver]) -> Watch:
        return Watch(light(index), lambda _: start(self.lamps[index]), lambda: self.time.now)

    def run(self, seconds: float) -> list[tuple[list[str], bool]]:
        """Step whenever the node says it is due."""
        end = self.time.now + seconds
        while self.node.due_at <= end:
            self.time.now = max(self.time.now, self.node.due_at)
            self.node.step(self.time.now)
        self.time.now = end
        return self.memory.take()


@pytest.fixture
def bench() -> Bench:
    started = Bench(2)
    started.run(0)
    return started


def test_the_first_record_carries_all_devices() -> None:
    assert Bench(2).run(0) == [(["light-0 up", "light-1 up"], True)]


def test_every_interval_one_record_carries_all_devices(bench: Bench) -> None:
    assert bench.run(180) == [(["light-0 up", "light-1 up"], False)] * 3
    assert bench.lamps[0].looks == 1 + 36


def test_a_change_goes_at_once_in_a_record_of_its_own(bench: Bench) -> None:
    bench.run(12)
    bench.lamps[1].lit = False
    # Seen at second 15, confirmed by the second look at 20.
    assert bench.run(9) == [(["light-1 down"], True), (["light-1 down"], True)]


def test_an_interval_record_says_since_when_as_of_its_own_time(bench: Bench) -> None:
    bench.watches[0].device = light(0, look_s=7.0)
    bench.run(59)
    bench.node.step(1060.0)
    (body, _), *_ = bench.memory.records
    assert body.mono == 1_060_000
    assert [reading.since_s for reading in body.r] == [60.0, 60.0]


def test_a_woken_device_is_looked_at_now_but_not_all_the_time(bench: Bench) -> None:
    bench.run(1)
    bench.lamps[0].lit = False
    bench.watches[0].wake()
    assert bench.run(0) == [(["light-0 down"], True)]
    bench.watches[0].wake()
    assert bench.node.due_at == pytest.approx(bench.time.now + SOONEST_S)


def test_being_woken_puts_off_no_planned_look(bench: Bench) -> None:
    for _ in range(40):
        bench.watches[0].wake()
        bench.run(0.1)
    bench.lamps[0].lit = False
    assert bench.run(1.5) == [(["light-0 down"], True)]


def test_a_device_that_wakes_us_all_the_time_confirms_nothing_by_it(bench: Bench) -> None:
    bench.lamps[0].lit = False
    for _ in range(20):
        bench.watches[0].wake()
        bench.run(0.1)
    assert bench.watches[0].readings["light-0"].f[0].looks == 1
    bench.run(4)
    assert bench.watches[0].readings["light-0"].f[0].looks == 2


def test_a_driver_that_raises_is_a_finding_and_nobody_elses_trouble(bench: Bench) -> None:
    bench.lamps[0].error = OSError("the bus is stuck \ud800")
    records = bench.run(60)
    assert records[0] == (["light-0 unknown"], True)
    assert records[-1] == (["light-0 unknown", "light-1 up"], False)
    assert bench.watches[0].errors > 0
    assert bench.lamps[1].looks == 1 + 12


def test_a_driver_that_keeps_failing_is_opened_again_and_works(bench: Bench) -> None:
    bench.lamps[0].error = ValueError("odd answer")
    bench.run(16)
    assert bench.lamps[0].closed
    bench.lamps[0].error = None
    assert bench.run(20)[0] == (["light-0 up"], True)


def test_a_driver_that_does_not_open_is_tried_again_more_and_more_rarely() -> None:
    attempts: list[float] = []

    def refuse(lamp: Lamp) -> Driver:
        attempts.append(lamp.time.now)
        raise ImportError("libgpiod is missing")

    bench = Bench(1, refuse)
    bench.run(100_000)
    waits = [later - earlier for earlier, later in pairwise(attempts)]
    assert waits == sorted(waits)
    assert waits[-1] >= REOPEN_S[1]
    reading = bench.watches[0].readings["light-0"]
    assert (reading.s, reading.f[0].code, reading.f[0].raw) == (
        "unknown",
        "driver_error",
        "ImportError: libgpiod is missing",
    )


def test_a_judge_that_fails_is_a_finding(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("edge.detect").detect.JUDGES, "warning_light", lambda *_: 1 / 0)
    assert bench.run(5) == [(["light-0 unknown", "light-1 unknown"], True)]


def test_a_slow_driver_is_counted_and_others_keep_their_turn(bench: Bench) -> None:
    bench.lamps[0].takes_s = 1.0
    bench.run(60)
    assert bench.watches[0].slow == bench.lamps[0].looks - 1
    assert bench.lamps[1].looks >= 12


def test_missed_looks_are_not_made_up_for(bench: Bench) -> None:
    bench.time.now += 1000
    bench.run(4)
    assert bench.lamps[0].looks == 2


def test_a_birth_is_followed_by_a_record_of_all_devices(bench: Bench) -> None:
    bench.run(7)
    bench.node.report_all()
    assert bench.run(0) == [(["light-0 up", "light-1 up"], False)]


def test_a_card_that_takes_nothing_is_survived_and_made_good(bench: Bench) -> None:
    bench.memory.full = True
    bench.lamps[0].lit = False
    assert bench.run(5) == []
    assert bench.node.unstored == 1
    bench.memory.full = False
    assert (["light-0 down", "light-1 up"], True) in bench.run(RETRY_S)


def test_all_drivers_are_let_go_of_even_if_one_refuses(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OSError("busy")

    monkeypatch.setattr(bench.lamps[0], "close", refuse)
    bench.node.close()
    assert bench.lamps[1].closed


def test_a_watch_with_a_slower_beat_of_its_own_goes_with_fewer_reports(bench: Bench) -> None:
    bench.watches[1].report_s = 300.0
    bench.node.report_all()
    told = ["light-1 up" in readings for readings, _ in bench.run(600)]
    assert [minute for minute, is_told in enumerate(told) if is_told] == [0, 5, 10]
    bench.node.report_all()
    assert bench.run(0) == [(["light-0 up", "light-1 up"], False)], "after a birth all is told"


def test_its_change_goes_at_once_all_the_same(bench: Bench) -> None:
    bench.watches[1].report_s = 300.0
    bench.run(12)
    bench.lamps[1].lit = False
    assert bench.run(5) == [(["light-1 down"], True)]
