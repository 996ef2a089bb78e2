"""The store's side of telemetry, on both databases: the queue's cap, parked lines, and windows that wait."""

import shutil
from pathlib import Path

import pytest

from gateway.settings import GatewaySettings
from gateway.store import Batch, ParkedLine, Store
from gateway.vitals import FEWEST_POINTS, POINT_BYTES, room_for_points

NOW, DAY = 1_790_000_000_000, 86_400_000
WINDOW = ("camera", "5m", NOW)


def queued(store: Store, *rows: str) -> None:
    for lines in rows:
        store.record(Batch(NOW, lines=lines.split()))


def waiting(store: Store) -> list[str]:
    return store.next_lines(1_000)[1]


def dropped(store: Store) -> int:
    return sum(row.count for row in store.counters() if row.reason == "telemetry_dropped")


def test_a_queue_within_its_cap_keeps_all(store: Store) -> None:
    queued(store, "camera,1 camera,2", "camera,3")
    assert store.trim_lines(3, NOW) == 0
    assert (waiting(store), dropped(store)) == (["camera,1", "camera,2", "camera,3"], 0)


def test_a_full_queue_drops_the_oldest_readings_and_counts_them_but_no_event(store: Store) -> None:
    queued(store, "camera,1 event,2", "event,3", "camera,4 camera,5", "camera,6")
    assert store.trim_lines(4, NOW) == 3
    assert waiting(store) == ["event,2", "event,3", "camera,6"]
    assert (store.waiting_points(), dropped(store)) == (3, 3)


def test_events_go_only_where_there_is_nothing_else_to_drop(store: Store) -> None:
    queued(store, "event,1 camera,2", "event,3", "event,4")
    assert store.trim_lines(2, NOW) == 2
    assert waiting(store) == ["event,3", "event,4"]
    assert store.trim_lines(0, NOW) == 2
    assert (waiting(store), dropped(store)) == ([], 4)


def test_a_queue_of_many_rows_is_trimmed_to_its_cap(store: Store) -> None:
    for first in range(0, 1_300, 130):
        store.record(Batch(NOW, lines=[f"event,{first}", *(f"camera,{n}" for n in range(first, first + 129))]))
    assert store.trim_lines(5, NOW) == 1_295
    assert [text[:5] for text in waiting(store)] == ["event"] * 5


def test_the_cap_is_what_is_set_or_fits_into_a_tenth_of_the_disk(tmp_path: Path) -> None:
    values = {"inventory": tmp_path, "database": f"sqlite:///{tmp_path}/gateway.db"}
    room = room_for_points(GatewaySettings.model_validate(values))
    assert room == max(FEWEST_POINTS, shutil.disk_usage(tmp_path).total // 10 // POINT_BYTES)
    given = GatewaySettings.model_validate(values | {"telemetry_keep": {"waiting_points": 5_000}})
    assert room_for_points(given) == 5_000


def parked(store: Store, *lines: str, at_ms: int = NOW) -> list[ParkedLine]:
    store.lines_written((), [(line, "why") for line in lines], at_ms)
    return list(reversed(store.parked()))


def test_what_is_replayed_leaves_the_list_and_what_is_refused_again_stays_with_the_new_reason(store: Store) -> None:
    one, two, three = parked(store, "a", "b", "c")
    store.replayed([one, three], [(two, "still")], [WINDOW], NOW)
    assert store.parked() == [ParkedLine(two.id, "b", "still", NOW)]
    assert [mark.from_ms for mark in store.due_windows("5m", NOW, NOW, 10)] == [NOW]


def test_a_number_never_comes_to_mean_another_line(store: Store) -> None:
    [one] = parked(store, "a")
    assert store.forget_parked([one.id]) == 1
    [other] = parked(store, "b")
    assert other.id != one.id
    assert (store.forget_parked([one.id]), store.parked_count()) == (0, 1)


def test_old_parked_lines_are_forgotten_and_the_oldest_of_too_many(store: Store) -> None:
    parked(store, "a", at_ms=NOW - 3 * DAY)
    parked(store, "b", "c", "d")
    assert store.sweep_parked(NOW, 2, 100) == 1
    assert store.sweep_parked(NOW, 2, 2) == 1
    assert [row.line for row in store.parked()] == ["d", "c"]
    assert store.sweep_parked(NOW, 2, 2) == 0


@pytest.mark.parametrize("meanwhile", [False, True])
def test_a_window_is_done_unless_something_came_meanwhile(store: Store, meanwhile: bool) -> None:
    store.lines_written((), (), NOW, [WINDOW])
    found = store.due_windows("5m", NOW, NOW, 10)
    if meanwhile:
        store.lines_written((), (), NOW + 1, [WINDOW])
    store.windows_done(found, (), [("camera", "1d", NOW)], NOW)
    assert store.windows_wait("5m", NOW, NOW + 1) is meanwhile
    assert store.windows_wait("1d", NOW, NOW + 1, "camera")
    assert not store.windows_wait("1d", NOW, NOW + 1, "contact")


def test_windows_come_newest_first_and_those_put_off_later(store: Store) -> None:
    store.touch_windows([("camera", "5m", NOW - n) for n in range(3)], NOW, ("name", 7))
    assert store.telemetry_mark("name") == 7
    first, *rest = store.due_windows("5m", NOW, NOW, 10)
    assert [first.from_ms, *(mark.from_ms for mark in rest)] == [NOW, NOW - 1, NOW - 2]
    store.put_off_windows([first], NOW + 1)
    assert store.due_windows("5m", NOW, NOW, 10) == rest
    assert store.due_windows("5m", NOW - 2, NOW, 10) == rest[1:]


def test_what_has_nothing_left_to_be_computed_from_is_forgotten(store: Store) -> None:
    store.touch_windows([("camera", "5m", NOW), ("camera", "5m", NOW + 1), ("camera", "1d", NOW)], NOW)
    store.nothing_before("5m", "begins", NOW + 1)
    assert (store.telemetry_mark("begins"), store.windows_pending()) == (NOW + 1, 2)
