"""Windows, intervals of many devices, and a journal that forgets what is old."""

from gateway.store import Batch, Happening, HappeningRow, IntervalRow, JournalRow, Store, WindowCut, WindowSet
from gateway.uptime import Window

HOUR = 3_600_000
DAY = 24 * HOUR


def planned(target: str, begin: int, end: int | None, known: int = 0) -> WindowSet:
    return WindowSet("planned", target, begin * HOUR, end and end * HOUR, known * HOUR, "li")


def hours(store: Store) -> list[tuple[str, str, float, float | None]]:
    """Every window: kind, target, from, to."""
    found = store.windows(None, 0, 10**15)
    return [(row.kind, row.target, row.from_ms / HOUR, row.to_ms and row.to_ms / HOUR) for row in found]


def test_a_window_comes_back_as_it_was_set(store: Store) -> None:
    store.record(Batch(0, windows=[planned("j-01", 5, 7, 1), WindowSet("weather", "cam-01", 6, None, 7)]))
    assert store.windows({"j-01"}, 0, DAY) == [Window("planned", "j-01", 5 * HOUR, 7 * HOUR, HOUR, "li")]
    assert store.windows({"cam-01"}, 0, DAY) == [Window("weather", "cam-01", 6, None, 7)]
    assert store.windows({"j-01"}, 7 * HOUR, DAY) == store.windows({"n-01"}, 0, DAY) == []


def test_the_same_window_again_takes_its_place(store: Store) -> None:
    store.record(Batch(0, windows=[WindowSet("weather", "cam-01", 6 * HOUR, None, 7)]))
    store.record(Batch(0, windows=[WindowSet("weather", "cam-01", 6 * HOUR, 9 * HOUR, 7), planned("cam-01", 6, 8)]))
    assert sorted(hours(store)) == [("planned", "cam-01", 6, 8), ("weather", "cam-01", 6, 9)]


def test_a_cancel_voids_the_rest_of_that_window(store: Store) -> None:
    store.record(Batch(0, windows=[planned("j-01", 5, 9), planned("j-01", 20, 22), planned("n-01", 5, 9)]))
    store.record(Batch(0, windows=[WindowCut("j-01", 5 * HOUR, 6 * HOUR), WindowCut("j-01", 20 * HOUR, 6 * HOUR)]))
    assert hours(store) == [("planned", "j-01", 5, 6), ("planned", "n-01", 5, 9)]


def test_in_service_again_ends_what_was_out_of_service(store: Store) -> None:
    store.record(Batch(0, windows=[WindowSet("out_of_service", "cam-01", HOUR, None, 0), planned("cam-01", 1, 9)]))
    store.record(Batch(0, windows=[WindowCut("cam-01", None, 4 * HOUR, "out_of_service")]))
    assert sorted(hours(store)) == [("out_of_service", "cam-01", 1, 4), ("planned", "cam-01", 1, 9)]


def test_the_intervals_of_many_devices_are_those_of_each(store: Store) -> None:
    rows = [IntervalRow(f"cam-{i}", at * HOUR, None, "up" if at % 2 else "down") for i in range(3) for at in range(9)]
    store.record(Batch(0, intervals=[*rows]))
    for period in ((0, 99 * HOUR), (3 * HOUR + 5, 5 * HOUR), (4 * HOUR, 4 * HOUR + 1), (20 * HOUR, 21 * HOUR)):
        found = store.intervals_of(["cam-2", "cam-0", "cam-9"], *period)
        assert found == {name: store.intervals(name, *period) for name in ("cam-2", "cam-0", "cam-9")}
        assert found["cam-0"] != found["cam-9"] == []


def test_what_happened_lies_beside_the_records(store: Store) -> None:
    lines = [Happening(at, b'{"node":"n-01","link":"up"}') for at in range(2500)]
    store.record(Batch(0, happenings=lines))
    assert list(store.happenings()) == [HappeningRow(line.at_ms, line.line) for line in lines]


def test_old_rows_go_and_new_ones_stay(store: Store) -> None:
    now = 500 * DAY
    times = [*range(2300), now - 400 * DAY, now]
    journal = [JournalRow("n-01", "1" * 16, n, at, at, False, b"{}") for n, at in enumerate(times)]
    store.record(Batch(0, journal=journal, happenings=[Happening(at, b"{}") for at in times]))
    assert store.sweep(now, 400) == 4600
    assert [row.received_ms for row in store.journal()] == times[-2:]
    assert [row.at_ms for row in store.happenings()] == times[-2:]
    assert store.sweep(now, 400) == 0


def test_a_row_from_a_clock_ahead_does_not_keep_the_older_ones(store: Store) -> None:
    times = [900 * DAY, *range(1500), 500 * DAY]
    store.record(Batch(0, happenings=[Happening(at, b"{}") for at in times]))
    store.sweep(500 * DAY, 400)
    assert [row.at_ms for row in store.happenings()] == [900 * DAY, 500 * DAY]
