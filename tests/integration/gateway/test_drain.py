"""The thread from the queue to the time-series store: pauses, smaller pieces, a queue that is full."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from gateway.store import Batch, Store, StoreError, open_store
from gateway.telemetry import Drain, Embedded, Outcome
from gateway.telemetry.drain import FEWEST, LONGEST_S, LOOK_RETRIES

NOW = 1_790_000_000_000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path}/gateway.db")
    yield opened
    opened.close()


class Weak(Embedded):
    """A store that takes ``most`` lines at once, as a server does that has ten seconds for a request."""

    most = 10**9

    def write(self, lines: Sequence[str]) -> Outcome:
        if len(lines) > self.most:
            return Outcome("retry", reason="timed out")
        return super().write(lines)


@pytest.fixture
def weak(tmp_path: Path) -> Iterator[Weak]:
    opened = Weak(tmp_path / "telemetry.db")
    yield opened
    opened.close()


def drain(store: Store, telemetry: Weak, most: int = 10**6) -> Drain:
    return Drain(store, telemetry, (lambda: NOW, lambda: 1.0), StoreError, most)


def fill(store: Store, points: int, first: int = 0) -> None:
    for begin in range(first, first + points, 100):
        store.record(Batch(NOW, lines=[f"camera,device=c n={n}.0 {NOW + n}" for n in range(begin, begin + 100)]))


def test_it_backs_off_and_goes_on_at_once_when_the_store_is_back(store: Store, weak: Weak) -> None:
    fill(store, 6_000)
    weak.most = 0
    work = drain(store, weak)
    assert [work.once() for _ in range(8)] == [min(LONGEST_S, 2.0**turn) for turn in range(8)]
    weak.most = 10**9
    assert work.once() == 0  # a small piece first, since who was away may be weak
    while store.waiting_points():
        work.once()
    assert weak.count("camera") == 6_000


@pytest.mark.parametrize(("chance", "longest_s"), [(0.0, 2.0), (1.0, 4.0)])
def test_it_never_pauses_for_more_than_four_seconds(store: Store, weak: Weak, chance: float, longest_s: float) -> None:
    fill(store, 100)
    weak.most = 0
    work = Drain(store, weak, (lambda: NOW, lambda: chance), StoreError, 10**6)
    assert max(work.once() for _ in range(40)) == longest_s


def test_a_store_that_is_too_slow_for_large_pieces_gets_small_ones(store: Store, weak: Weak) -> None:
    fill(store, 4_000)
    weak.most = FEWEST + 100
    work = drain(store, weak)
    for _ in range(50):
        work.once()
    assert (store.waiting_points(), weak.count("camera")) == (0, 4_000)


def test_a_full_queue_keeps_the_newest_and_says_how_many_were_dropped(store: Store, weak: Weak) -> None:
    fill(store, 3_000)
    weak.most = 0
    work = drain(store, weak, most=1_000)
    work.once()
    fill(store, 500, 3_000)
    for _ in range(LOOK_RETRIES):
        work.once()
    assert (store.waiting_points(), [row.count for row in store.counters()]) == (1_000, [2_500])
    weak.most = 10**9
    while store.waiting_points():
        work.once()
    assert weak.count("camera") == 1_000
    assert weak.newest_before("camera", NOW + 2_500) is None


def test_a_queue_that_waits_is_seldom_added_up(store: Store, weak: Weak, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = 0

    def look(_most: int, _at_ms: int) -> int:
        nonlocal looks
        looks += 1
        return 0

    monkeypatch.setattr(store, "trim_lines", look)
    fill(store, 100)
    weak.most = 0
    work = drain(store, weak)
    for _ in range(3 * LOOK_RETRIES):
        work.once()
    assert looks == 3


def test_a_queue_that_grows_while_it_drains_is_kept_within_its_cap_too(store: Store, weak: Weak) -> None:
    work: Any = drain(store, weak, most=100)
    for first in range(0, 60_000, 1_000):
        fill(store, 1_000, first)
        work.once()
    assert [row.reason for row in store.counters()] in ([], ["telemetry_dropped"])
    assert store.waiting_points() <= 100


def test_a_database_that_refuses_ends_no_thread(store: Store, weak: Weak, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_points: int) -> None:
        raise StoreError("disk full")

    fill(store, 100)
    work = drain(store, weak)
    with monkeypatch.context() as broken:
        broken.setattr(store, "next_lines", refuse)
        assert work.once() == 1.0
    work.once()
    assert (store.waiting_points(), weak.count("camera")) == (0, 100)
