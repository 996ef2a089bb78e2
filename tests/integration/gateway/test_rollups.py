"""Rollups on every time-series store: what they come to, late points, crashes, and what is deleted when."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from math import isclose
from pathlib import Path
from typing import Any

import pytest

from gateway.store import Batch, Store, StoreError, open_store
from gateway.telemetry import Keeper, Outcome, Telemetry, TelemetryError, drain_once, line
from gateway.telemetry.base import Step
from gateway.telemetry.retention import fed, feed, retain
from gateway.telemetry.rolling import roll
from gateway.telemetry.rollup import DAY, DAY_MS, FIVE, LEVELS, Level
from gateway.telemetry.settings import KeepSettings

S, MINUTE, HOUR = 1_000, 60_000, 3_600_000
# Midnight in China.
DAY_0 = DAY.begin(1_800_000_000_000)
LATER = DAY_0 + 3 * DAY_MS
TAGS = {"village": "v-01", "grid": "g-01", "junction": "j-01", "node": "n-01"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """The gateway's own; of one kind of database, since what is asked here is of the other store."""
    opened = open_store(f"sqlite:///{tmp_path}/gateway.db")
    yield opened
    opened.close()


def points(
    times: Iterable[int], device: str = "cam-01", value: Callable[[int], float] = lambda t: float(t % 977) / 7
) -> list[str]:
    head = line.series("camera", TAGS | {"device": device})
    return [line.reading(head, {"fps": value(t)}, "up", 1, t) for t in times]


def every(seconds: int, from_ms: int, to_ms: int) -> range:
    return range(from_ms, to_ms, seconds * S)


def hand_over(store: Store, telemetry: Telemetry, lines: Sequence[str], at_ms: int = DAY_0) -> None:
    """By way of the queue, as in life."""
    for begin in range(0, len(lines), 5_000):
        store.record(Batch(at_ms, lines=list(lines[begin : begin + 5_000])))
    while (outcome := drain_once(store, telemetry, at_ms)) is not None:
        assert (outcome.status, outcome.parked) == ("ok", ())


def roll_all(store: Store, telemetry: Telemetry, now_ms: int = LATER) -> None:
    for level in LEVELS:
        while roll(store, telemetry, level, now_ms):
            pass
        now_ms += HOUR  # a day settles after its minutes are there


def rolled(telemetry: Telemetry, how: str, level: Level = FIVE, device: str = "cam-01") -> dict[int, float]:
    """A figure of ``fps`` by the begin of its window."""
    found = telemetry.series(level.of("camera"), device, f"{how}_fps", DAY_0, DAY_0 + 9 * DAY_MS, MINUTE)
    return {sample.t: sample.value for sample in found}


def by_window(times: Iterable[int], level: Level) -> dict[int, list[float]]:
    found: dict[int, list[float]] = {}
    for t in times:
        found.setdefault(level.begin(t), []).append(float(t % 977) / 7)
    return found


def check(telemetry: Telemetry, times: Iterable[int], level: Level, device: str = "cam-01") -> None:
    """Every figure is that of the points."""
    wanted = by_window(times, level)
    figures: dict[str, Callable[[list[float]], float]] = {
        "sum": sum,
        "min": min,
        "max": max,
        "count": len,
        "mean": lambda values: sum(values) / len(values),
    }
    for how, of in figures.items():
        found = rolled(telemetry, how, level, device)
        assert found.keys() == wanted.keys(), how
        assert all(isclose(found[t], of(values), rel_tol=1e-12) for t, values in wanted.items()), how


def test_five_minutes_come_to_what_their_points_do(telemetry: Telemetry, store: Store) -> None:
    times = [*every(7, DAY_0 + 11 * MINUTE, DAY_0 + 41 * MINUTE), DAY_0 + HOUR - 1, DAY_0 + HOUR]
    hand_over(store, telemetry, points(times) + points(times[:9], "cam-02"))
    roll_all(store, telemetry)
    check(telemetry, times, FIVE)
    check(telemetry, times[:9], FIVE, "cam-02")
    assert store.windows_pending() == 0


def test_a_day_is_one_of_china_and_weighs_by_count(telemetry: Telemetry, store: Store) -> None:
    # Many points in the first window, one in each of two others: a mean of means would be another.
    times = [*every(2, DAY_0, DAY_0 + 4 * MINUTE), DAY_0 + HOUR, DAY_0 + DAY_MS - 1, DAY_0 + DAY_MS]
    hand_over(store, telemetry, points(times))
    roll_all(store, telemetry)
    check(telemetry, times, DAY)
    means = rolled(telemetry, "mean")
    assert not isclose(rolled(telemetry, "mean", DAY)[DAY_0], sum(list(means.values())[:3]) / 3, rel_tol=0.01)


def test_every_kind_is_rolled_up_with_its_state_but_no_event(telemetry: Telemetry, store: Store) -> None:
    for kind in dict.fromkeys(line.MEASUREMENTS.values()):
        head = line.series(kind, TAGS | {"device": "d-01"})
        hand_over(store, telemetry, [line.reading(head, {"m": 1.5}, "down", 7, DAY_0 + S)])
    head = line.series("event", TAGS | {"device": "d-01", "kind": "state"})
    hand_over(store, telemetry, [line.event(head, {"code": "dark"}, {"n": 7}, DAY_0 + S)])
    roll_all(store, telemetry)
    for kind in dict.fromkeys(line.MEASUREMENTS.values()):
        assert [telemetry.count(f"{kind}_{level.name}", "max_state") for level in LEVELS] == [1, 1]
        assert telemetry.count(f"{kind}_5m", "mean_n") == 0
    assert telemetry.count("event_5m", "count_n") == telemetry.count("event_5m", "sum_n") == 0


def test_late_points_correct_the_windows_they_fall_into_and_their_day(telemetry: Telemetry, store: Store) -> None:
    early, late = every(10, DAY_0, DAY_0 + HOUR), every(10, DAY_0 + 30 * MINUTE + 5 * S, DAY_0 + 2 * HOUR)
    hand_over(store, telemetry, points(early))
    roll_all(store, telemetry)
    hand_over(store, telemetry, points(late), LATER)
    check(telemetry, early, FIVE)  # not yet
    roll_all(store, telemetry, LATER + HOUR)
    check(telemetry, [*early, *late], FIVE)
    check(telemetry, [*early, *late], DAY)


def test_a_window_is_left_alone_until_it_has_settled(telemetry: Telemetry, store: Store) -> None:
    hand_over(store, telemetry, points(every(10, DAY_0, DAY_0 + MINUTE)), DAY_0 + MINUTE)
    roll_all(store, telemetry, DAY_0 + 5 * MINUTE + 59 * S)
    assert rolled(telemetry, "count") == {}
    roll_all(store, telemetry, DAY_0 + 6 * MINUTE)
    assert rolled(telemetry, "count") == {DAY_0: 6.0}
    assert rolled(telemetry, "count", DAY) == {}
    hand_over(store, telemetry, points([DAY_0 + 2 * MINUTE]), DAY_0 + 9 * MINUTE)
    roll_all(store, telemetry, DAY_0 + 9 * MINUTE + 59 * S)
    assert rolled(telemetry, "count") == {DAY_0: 6.0}
    roll_all(store, telemetry, DAY_0 + 10 * MINUTE)
    assert rolled(telemetry, "count") == {DAY_0: 7.0}


class Torn:
    """A store whose process dies before it can say that a window is computed."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def windows_done(self, computed: Sequence[object], *_: object) -> None:
        if computed:
            raise StoreError("killed")


def test_a_crash_after_the_figures_are_stored_repeats_them(telemetry: Telemetry, store: Store) -> None:
    times = every(10, DAY_0, DAY_0 + 20 * MINUTE)
    hand_over(store, telemetry, points(times))
    torn: Any = Torn(store)
    for _ in range(3):
        with pytest.raises(StoreError, match="killed"):
            roll(torn, telemetry, FIVE, LATER)
    assert store.windows_pending() == 4
    roll_all(store, telemetry)
    check(telemetry, times, FIVE)
    check(telemetry, times, DAY)


def test_what_comes_while_a_window_is_computed_is_not_forgotten(telemetry: Telemetry, store: Store) -> None:
    hand_over(store, telemetry, points([DAY_0]))
    write = telemetry.write

    def meanwhile(lines: Sequence[str]) -> Outcome:
        if lines[0].startswith("camera_5m") and store.windows_pending() == 1:
            telemetry.write = write  # type: ignore[method-assign]  # once
            hand_over(store, telemetry, points([DAY_0 + S]))
        return write(lines)

    telemetry.write = meanwhile  # type: ignore[method-assign]  # the one moment that matters
    roll(store, telemetry, FIVE, LATER)
    assert rolled(telemetry, "count") == {DAY_0: 1.0}
    roll_all(store, telemetry)
    assert rolled(telemetry, "count") == {DAY_0: 2.0}


class Away:
    """A time-series store that answers nothing."""

    def totals(self, *_: object) -> object:
        raise TelemetryError("away")


def test_what_cannot_be_computed_waits_and_lets_others_go_first(telemetry: Telemetry, store: Store) -> None:
    hand_over(store, telemetry, points([DAY_0, DAY_0 + 2 * HOUR]))
    away: Any = Away()
    with pytest.raises(TelemetryError, match="away"):
        roll(store, away, FIVE, LATER)
    roll(store, telemetry, FIVE, LATER)
    assert rolled(telemetry, "count") == {DAY_0: 1.0}
    roll_all(store, telemetry, LATER + HOUR)
    assert rolled(telemetry, "count") == {DAY_0: 1.0, DAY_0 + 2 * HOUR: 1.0}


def test_what_is_remembered_is_as_much_for_hundreds_of_devices_as_for_one(store: Store, telemetry: Telemetry) -> None:
    lines = [text for n in range(300) for text in points([DAY_0, DAY_0 + 5 * MINUTE], f"cam-{n:03}")]
    hand_over(store, telemetry, lines)
    assert store.windows_pending() == 2
    roll_all(store, telemetry)
    assert telemetry.count("camera_5m", "mean_fps") == 600
    assert telemetry.count("camera_1d", "mean_fps") == 300


@pytest.mark.parametrize("step_minutes", [5, 60, 180])
def test_a_series_is_the_same_from_points_and_from_rollups(
    telemetry: Telemetry, store: Store, step_minutes: int
) -> None:
    times = [*every(13, DAY_0, DAY_0 + 5 * HOUR), *every(61, DAY_0 + 7 * HOUR, DAY_0 + 9 * HOUR)]
    asked = DAY_0 + 17 * MINUTE + 3, DAY_0 + 8 * HOUR + 31 * MINUTE + 7, step_minutes * MINUTE
    hand_over(store, telemetry, points(times))
    before = telemetry.series("camera", "cam-01", "fps", *asked)
    roll_all(store, telemetry)
    same(telemetry.series("camera", "cam-01", "fps", *asked), before)
    telemetry.delete("camera", DAY_0 + 3 * HOUR)
    # The begin of the first step is asked for by the millisecond, and only points know it.
    whole = asked[0] + asked[2]
    after = telemetry.series("camera", "cam-01", "fps", *asked)
    same([sample for sample in after if sample.t >= whole], [sample for sample in before if sample.t >= whole])


def same(found: Sequence[Step], wanted: Sequence[Step]) -> None:
    assert [sample.t for sample in found] == [sample.t for sample in wanted]
    assert all(isclose(a.value, b.value, rel_tol=1e-12) for a, b in zip(found, wanted, strict=True))
    assert [(step.min, step.max) for step in found] == [(step.min, step.max) for step in wanted]


def test_what_is_too_old_for_its_step_comes_in_the_steps_that_are_left(telemetry: Telemetry, store: Store) -> None:
    times = every(60, DAY_0, DAY_0 + 2 * DAY_MS)
    hand_over(store, telemetry, points(times))
    roll_all(store, telemetry)
    telemetry.delete("camera", DAY_0 + DAY_MS + HOUR)
    telemetry.delete("camera_5m", DAY_0 + DAY_MS)
    found = telemetry.series("camera", "cam-01", "fps", DAY_0, LATER, MINUTE)
    steps = [sample.t - DAY_0 - DAY_MS for sample in found]
    assert steps == [-DAY_MS, *range(0, HOUR, 5 * MINUTE), *range(HOUR, DAY_MS, MINUTE)]
    whole = by_window(times, DAY)[DAY_0]
    assert isclose(found[0].value, sum(whole) / len(whole), rel_tol=1e-12)


KEEP = KeepSettings(raw_days=2, five_minute_days=4, day_days=6, event_days=5)


def stock(store: Store, telemetry: Telemetry, days: int) -> None:
    """A point, an event and their rollups of each of so many days."""
    times = [DAY_0 + day * DAY_MS for day in range(days)]
    head = line.series("event", TAGS | {"kind": "state"})
    events = [line.event(head, {"code": "dark"}, {"n": 1}, t) for t in times]
    hand_over(store, telemetry, [*points(times), *events])
    roll_all(store, telemetry, DAY_0 + days * DAY_MS + HOUR)


def left(telemetry: Telemetry) -> tuple[int, ...]:
    counted = ("camera", "n"), ("camera_5m", "mean_fps"), ("event", "n"), ("camera_1d", "mean_fps")
    return tuple(telemetry.count(*one) for one in counted)


def retain_all(store: Store, telemetry: Telemetry, keep: KeepSettings, now_ms: int) -> None:
    """What some hours come to."""
    for _ in range(10):
        retain(store, telemetry, keep, now_ms)


def test_each_is_kept_as_long_as_the_settings_say(telemetry: Telemetry, store: Store) -> None:
    stock(store, telemetry, 10)
    assert left(telemetry) == (10, 10, 10, 10)
    retain_all(store, telemetry, KEEP, DAY_0 + 9 * DAY_MS + HOUR)
    assert left(telemetry) == (3, 5, 6, 7)


def test_without_a_limit_days_are_kept_for_ever(telemetry: Telemetry, store: Store) -> None:
    stock(store, telemetry, 10)
    retain_all(store, telemetry, KEEP.model_copy(update={"day_days": None}), DAY_0 + 9 * DAY_MS + HOUR)
    assert left(telemetry) == (3, 5, 6, 10)


def test_no_point_is_deleted_before_its_rollups_are_there(telemetry: Telemetry, store: Store) -> None:
    hand_over(store, telemetry, points([DAY_0]))
    retain(store, telemetry, KEEP, DAY_0 + 9 * DAY_MS)
    assert left(telemetry)[0] == 1
    roll_all(store, telemetry, DAY_0 + 9 * DAY_MS)
    retain_all(store, telemetry, KEEP, DAY_0 + 9 * DAY_MS)
    assert left(telemetry) == (0, 0, 0, 0)


def test_a_point_that_is_later_than_what_is_deleted_changes_no_figures(telemetry: Telemetry, store: Store) -> None:
    hand_over(store, telemetry, points(every(60, DAY_0 + 7 * DAY_MS - HOUR, DAY_0 + 9 * DAY_MS)))
    roll_all(store, telemetry, DAY_0 + 9 * DAY_MS + HOUR)
    before = telemetry.series("camera_5m", "cam-01", "count_fps", DAY_0, DAY_0 + 9 * DAY_MS, MINUTE)
    retain_all(store, telemetry, KEEP, DAY_0 + 9 * DAY_MS + HOUR)
    hand_over(store, telemetry, points([DAY_0 + 7 * DAY_MS - 1]))
    roll_all(store, telemetry, DAY_0 + 9 * DAY_MS + HOUR)
    assert telemetry.series("camera_5m", "cam-01", "count_fps", DAY_0, DAY_0 + 9 * DAY_MS, MINUTE) == before
    assert store.windows_pending() == 0


def test_a_clock_that_is_a_year_ahead_deletes_a_day_an_hour_at_most(telemetry: Telemetry, store: Store) -> None:
    stock(store, telemetry, 10)
    retain_all(store, telemetry, KEEP, DAY_0 + 9 * DAY_MS)
    retain(store, telemetry, KEEP, DAY_0 + 400 * DAY_MS)
    assert left(telemetry) == (2, 4, 5, 6)


def test_the_first_time_it_deletes_a_day_an_hour_at_most_too(telemetry: Telemetry, store: Store) -> None:
    stock(store, telemetry, 10)
    retain(store, telemetry, KEEP, DAY_0 + 400 * DAY_MS)
    assert left(telemetry) == (9, 10, 10, 10)


def test_before_there_are_points_a_clock_that_is_ahead_marks_nothing_as_old(telemetry: Telemetry, store: Store) -> None:
    retain(store, telemetry, KEEP, DAY_0 + 400 * DAY_MS)
    stock(store, telemetry, 3)
    retain(store, telemetry, KEEP, DAY_0 + 2 * DAY_MS)
    assert left(telemetry) == (3, 3, 3, 3)


def test_points_from_before_there_were_rollups_are_given_to_them_before_any_is_deleted(
    telemetry: Telemetry, store: Store
) -> None:
    now = DAY_0 + 9 * DAY_MS + HOUR
    old = [*every(600, DAY_0, DAY_0 + 14 * HOUR), DAY_0 + 8 * DAY_MS - 1]
    telemetry.write(points(old))
    keeper = Keeper(store, telemetry, lambda: now, KEEP)
    while keeper.once() == 1.0 or store.windows_pending():
        assert len(old) == telemetry.count("camera")
        now += 2 * MINUTE
    assert fed(store)
    for level in LEVELS:
        check(telemetry, old, level)
    now += 2 * HOUR
    keeper.once()
    assert telemetry.count("camera") == 1


def test_a_new_village_has_nothing_to_feed(telemetry: Telemetry, store: Store) -> None:
    assert not fed(store)
    assert not feed(store, telemetry, DAY_0)
    assert fed(store)
