"""What a month's uptime costs: 1000 cameras from a store of three months, CPU of the process."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Literal

from contracts.states import State
from demo.bench_rows import cpu_s
from gateway.store import Batch, IntervalRow, Store, WindowSet, open_store
from gateway.uptime import Window, uptime

CAMERAS, PER_MONTH, MONTHS = 1000, 60, 3
DAY_MS = 24 * 3600 * 1000
MONTH_MS = 30 * DAY_MS
START_MS = 1_790_000_000_000
_Why = tuple[State, str | None, Literal["lost", "mains", "not_confirmed"] | None]
# What a camera's time is made of between two stretches of being up.
WHY: tuple[_Why, ...] = (
    ("unknown", None, "lost"),
    ("down", "unreachable", None),
    ("degraded", "blur", None),
    ("up", "frozen", "not_confirmed"),
    ("down", None, "mains"),
    ("down", "over_exposed", None),
)


def _names(count: int) -> list[str]:
    return [f"cam-{number:04}" for number in range(count)]


def _history(camera: str, draw: random.Random) -> Iterator[IntervalRow]:
    """Three months of stretches: up, then something else, by turns."""
    cuts = sorted(draw.sample(range(MONTHS * MONTH_MS), PER_MONTH * MONTHS - 1))
    bounds = [0, *cuts, MONTHS * MONTH_MS]
    for index, (begin, end) in enumerate(pairwise(bounds)):
        state, code, cause = draw.choice(WHY) if index % 2 else ("up", None, None)
        yield IntervalRow(camera, START_MS + begin, START_MS + end, state, code, cause)


def _windows(cameras: list[str]) -> Iterator[WindowSet]:
    """One planned window a camera and month, and two hours of weather a week that all of them share."""
    for month in range(MONTHS):
        begin = START_MS + month * MONTH_MS
        for number, camera in enumerate(cameras):
            at = begin + (number % 28) * DAY_MS
            yield WindowSet("planned", camera, at, at + DAY_MS // 12, at - DAY_MS, "li")
            for week in range(4):
                storm = begin + week * 7 * DAY_MS
                yield WindowSet("weather", camera, storm, storm + DAY_MS // 12, storm)


@contextmanager
def _filled(folder: Path, count: int) -> Iterator[Store]:
    store, draw = open_store(f"sqlite:///{folder / 'gateway.db'}"), random.Random(1)
    try:
        for camera in _names(count):
            store.record(Batch(START_MS, intervals=[*_history(camera, draw)]))
        store.record(Batch(START_MS, windows=[*_windows(_names(count))]))
        yield store
    finally:
        store.close()


def _account(store: Store, cameras: list[str]) -> None:
    """The middle month of these cameras. Raises RuntimeError if a second is missing or nothing was stored."""
    begin, end = START_MS + MONTH_MS, START_MS + 2 * MONTH_MS
    windows: dict[str, list[Window]] = {camera: [] for camera in cameras}
    for window in store.windows(cameras, begin, end):
        windows[window.target].append(window)
    for camera, intervals in store.intervals_of(cameras, begin, end).items():
        found = uptime(intervals, begin, end, windows[camera])
        if found.service + found.planned != MONTH_MS // 1000 or not found.down or not found.planned:
            raise RuntimeError(f"{camera}: {found.service} s of service, {found.down} s down")


def _cost_s(work: Callable[[], None], times: int = 1) -> float:
    """CPU seconds of one piece of work, done ``times`` in a row; the least of three such rows, since what others do on
    the machine only ever adds.
    """
    found = []
    for _ in range(3):
        begun = cpu_s()
        for _ in range(times):
            work()
        found.append((cpu_s() - begun) / times)
    return min(found)


def month_1000_cameras_s(folder: Path, quick: bool) -> float:
    """CPU seconds of a month's account of 1000 cameras, read and counted."""
    count = CAMERAS // (10 if quick else 1)
    with _filled(folder, count) as store:
        cameras = _names(count)
        return _cost_s(lambda: _account(store, cameras)) * CAMERAS / count


def month_one_camera_ms(folder: Path, quick: bool) -> float:
    """CPU milliseconds of the same for one of them, asked for alone."""
    count = CAMERAS // (10 if quick else 1)
    with _filled(folder, count) as store:
        camera = [_names(count)[count // 2]]
        return _cost_s(lambda: _account(store, camera), 20) * 1000
