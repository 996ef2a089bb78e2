"""The store on a real SQLite file: one transaction for everything, conditional on what was read, and nothing twice."""

import threading
from pathlib import Path

import pytest

from gateway.store import (
    Bad,
    Batch,
    Conflict,
    FaultAcknowledge,
    FaultEnd,
    FaultOpen,
    FaultRow,
    InputDone,
    IntervalFill,
    IntervalRow,
    JournalRow,
    LiveRow,
    LostRange,
    NewInvite,
    NewSession,
    NodeRow,
    Store,
    StoreError,
    StreamRow,
    WatchRow,
    open_store,
)

HOUR = 3_600_000
NOW = 1_790_000_000_000
CARD = "1" * 16


def opened(at_ms: int = NOW, **fields: object) -> FaultOpen:
    return FaultOpen("light-01", "warning_light", "j-01", "dark", None, 2, at_ms, **fields)  # type: ignore[arg-type]  # a test names few


def ended(at_ms: int, closed_ms: int | None = None) -> FaultEnd:
    return FaultEnd("light-01", "dark", None, at_ms, closed_ms)


SEEN = ((1, NOW), (2, NOW + 2), (3, None), (4, NOW + 1))


def only_fault(store: Store) -> FaultRow:
    rows, more = store.faults("all", 10)
    assert (len(rows), more) == (1, None)
    return rows[0]


def test_a_batch_is_all_there_after_a_restart(store: Store, url: str) -> None:
    batch = Batch(NOW, version=5)
    batch.nodes, batch.streams = [NodeRow("n-01", CARD)], [StreamRow("n-01", CARD, 7, "b" * 16, 9)]
    batch.journal = [JournalRow("n-01", CARD, 7, NOW, NOW - 5, False, b"{}")]
    batch.watches, batch.lost = [WatchRow("n-01", b"w", b"m")], [LostRange("n-01", CARD, 2, 6, NOW)]
    batch.live = [LiveRow("light-01", "warning_light", "j-01", "n-01", "down", codes=("dark",), metrics={"lit": 0.0})]
    store.record(batch)
    again = open_store(url, create=False)
    assert again.order() == ([NodeRow("n-01", CARD, 5)], batch.streams)
    assert list(again.journal()) == batch.journal
    assert (again.watches(), again.lost()) == (batch.watches, batch.lost)
    assert again.devices() == batch.live == [again.device("light-01")]
    again.close()


def test_the_newest_reading_of_all_says_when_it_was(store: Store) -> None:
    assert store.newest_ms() is None
    rows = [LiveRow(f"light-0{n}", "warning_light", "j-01", "n-01", "up", seen_ms=seen) for n, seen in SEEN]
    store.record(Batch(NOW, live=rows))
    assert store.newest_ms() == NOW + 2


def test_the_second_of_two_workers_is_refused_and_changes_nothing(store: Store) -> None:
    store.record(Batch(NOW, version=1, nodes=[NodeRow("n-01", CARD)]))
    for version in (0, 2):
        late = Batch(NOW, nodes=[NodeRow("n-01", CARD, version)], faults=[opened()], lines=["x"])
        with pytest.raises(Conflict):
            store.record(late)
    assert (store.faults("all", 10), store.waiting_points()) == (([], None), 0)
    store.record(Batch(NOW, nodes=[NodeRow("n-01", CARD, 1)]))


def test_a_fault_opened_twice_is_one_and_takes_the_earlier_start(store: Store) -> None:
    store.record(Batch(NOW, faults=[opened(), opened(NOW + 5), opened(NOW - 5)]))
    fault = only_fault(store)
    assert (fault.id, fault.opened_ms, fault.root) == ("F-2026-0001", NOW - 5, None)
    assert [move.move for move in store.fault_moves(fault.id)] == ["opened"]


def test_the_same_fault_within_a_day_reopens_its_number(store: Store) -> None:
    store.record(Batch(NOW, faults=[opened(), ended(NOW + 1, NOW + 1)]))
    store.record(Batch(NOW, faults=[opened(NOW + 23 * HOUR)]))
    fault = only_fault(store)
    assert (fault.opened_ms, fault.closed_ms, fault.reopened) == (NOW, None, 1)
    store.record(Batch(NOW, faults=[ended(NOW + 24 * HOUR, NOW + 24 * HOUR), opened(NOW + 49 * HOUR)]))
    assert [row.id for row in store.faults("open", 10)[0]] == ["F-2026-0002"]


def test_late_news_of_an_earlier_episode_moves_the_start_and_not_the_end(store: Store) -> None:
    store.record(Batch(NOW, faults=[opened(), ended(NOW + HOUR, NOW + HOUR)]))
    store.record(Batch(NOW, faults=[opened(NOW - 3 * HOUR), ended(NOW - 2 * HOUR, NOW - 2 * HOUR)]))
    fault = only_fault(store)
    assert (fault.opened_ms, fault.cleared_ms, fault.closed_ms) == (NOW - 3 * HOUR, NOW + HOUR, NOW + HOUR)
    assert [move.move for move in store.fault_moves(fault.id)].count("released") == 0


def test_late_news_of_days_before_is_a_fault_of_its_own(store: Store) -> None:
    store.record(Batch(NOW, faults=[opened(), ended(NOW + HOUR, NOW + HOUR)]))
    store.record(Batch(NOW, faults=[opened(NOW - 72 * HOUR), ended(NOW - 71 * HOUR, NOW - 71 * HOUR)]))
    rows = store.faults("closed", 10)[0]
    assert [(row.opened_ms, row.closed_ms) for row in rows] == [
        (NOW, NOW + HOUR),
        (NOW - 72 * HOUR, NOW - 71 * HOUR),
    ]


def test_a_latched_fault_stays_open_until_its_release(store: Store) -> None:
    store.record(Batch(NOW, faults=[opened(latched=True), ended(NOW + 10)]))
    fault = only_fault(store)
    assert (fault.cleared_ms, fault.closed_ms, fault.latched) == (NOW + 10, None, True)
    taken = FaultAcknowledge(fault.id, "li", NOW + 20, "checked", measured_dead=True)
    store.record(Batch(NOW, faults=[taken, ended(NOW + 10, NOW + 20)]))
    fault = only_fault(store)
    assert (fault.cleared_ms, fault.closed_ms, fault.acknowledged_by) == (NOW + 10, NOW + 20, "li")
    moves = [(move.move, move.by) for move in store.fault_moves(fault.id)]
    assert moves == [("opened", None), ("cleared", None), ("acknowledged", "li"), ("released", None)]


def test_faults_come_in_pages_newest_first(store: Store) -> None:
    writes = [FaultOpen(f"cam-{i}", "camera", "j-01", "black", None, 2, NOW + i % 3) for i in range(7)]
    store.record(Batch(NOW, faults=writes))  # type: ignore[arg-type]  # mixed kinds
    seen: list[FaultRow] = []
    cursor: str | None = None
    for _ in range(3):
        rows, cursor = store.faults("open", 3, cursor)
        seen += rows
    assert cursor is None
    assert len({row.id for row in seen}) == 7
    assert [row.opened_ms for row in seen] == sorted((row.opened_ms for row in seen), reverse=True)
    with pytest.raises(ValueError, match="cursor"):
        store.faults("open", 3, "elsewhere")


def test_a_fault_s_line_gets_its_number(store: Store) -> None:
    store.record(Batch(NOW, faults=[opened(line='event,kind=x fault="{fault}",n=1.0 5')]))
    assert store.next_lines(10)[1] == ['event,kind=x fault="F-2026-0001",n=1.0 5']


def test_a_back_dated_state_replaces_what_stood_from_there_on(store: Store) -> None:
    store.record(Batch(NOW, intervals=[IntervalRow("cam", at, None, "up") for at in (0, 50, 90)]))
    store.record(
        Batch(NOW, intervals=[IntervalRow("cam", 40, None, "down", "black"), IntervalRow("cam", 99, None, "up")])
    )
    rows = [(row.from_ms, row.to_ms, row.state) for row in store.intervals("cam", 0, 1000)]
    assert rows == [(0, 40, "up"), (40, 99, "down"), (99, None, "up")]


def test_late_data_fills_what_was_unknown_and_nothing_else(store: Store) -> None:
    states = [
        IntervalRow("cam", 0, None, "up"),
        IntervalRow("cam", 10, None, "unknown"),
        IntervalRow("cam", 90, None, "up"),
    ]
    store.record(Batch(NOW, intervals=[*states, IntervalFill("cam", 5, 60, "down", "black")]))
    rows = [(row.from_ms, row.to_ms, row.state) for row in store.intervals("cam", 0, 1000)]
    assert rows == [(0, 10, "up"), (10, 60, "down"), (60, 90, "unknown"), (90, None, "up")]


def test_changes_are_numbered_and_name_the_record(store: Store) -> None:
    live = LiveRow("cam", "camera", "j-01", "n-01", stream=CARD, n=4)
    store.record(Batch(NOW, live=[live], faults=[opened()]))
    changes = store.changes_after(0, 10)
    assert [(c.type, c.id, c.n) for c in changes] == [("device", "cam", 4), ("fault", "F-2026-0001", None)]
    assert store.changes_after(1, 10) == changes[1:]
    assert store.newest_change() == 2


def test_an_input_is_applied_once(store: Store) -> None:
    number = store.add_input("acknowledge", b"{}", "li", 1, NOW)
    assert [row.id for row in store.waiting_inputs()] == [number]
    store.record(Batch(NOW, inputs=[InputDone(number, "refused", "no such fault")]))
    row = store.input(number)
    assert row is not None
    assert (row.status, row.reason, store.waiting_inputs()) == ("refused", "no such fault", [])
    with pytest.raises(Conflict):
        store.record(Batch(NOW, inputs=[InputDone(number, "applied")]))


def test_bad_input_is_counted_with_its_newest_sample(store: Store) -> None:
    for count, sample in ((2, "first"), (3, "x" * 5000)):
        store.record(Batch(NOW, bad=[Bad("malformed", "n-01", count, sample)]))
    counter = store.counters()[0]
    assert (counter.reason, counter.node, counter.count, len(counter.sample)) == ("malformed", "n-01", 5, 500)


def test_a_link_signs_one_person_in_once(store: Store) -> None:
    store.create_invite(NewInvite("hash", "maintenance", NOW + HOUR))
    assert store.invite("hash", NOW) is not None
    account = store.redeem_invite("hash", NOW)
    assert account is not None
    assert (store.redeem_invite("hash", NOW), store.invite("hash", NOW)) == (None, None)
    store.create_session(NewSession("token", account.id, "cookie", NOW, NOW + HOUR))
    session = store.session("token", NOW)
    assert session is not None
    assert (session.account, session.kind) == (account, "cookie")
    assert store.session("token", NOW + HOUR) is None
    store.end_session("token")
    assert store.session("token", NOW) is None


def test_an_invite_too_old_is_nothing(store: Store) -> None:
    store.create_invite(NewInvite("hash", "maintenance", NOW))
    assert store.redeem_invite("hash", NOW) is None


def test_several_writers_wait_for_each_other(store: Store, url: str) -> None:
    other = open_store(url)
    threads = [
        threading.Thread(target=lambda s=s: [s.add_input("k", b"{}", "li", None, NOW) for _ in range(50)])
        for s in (store, other)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.waiting_inputs(1000)) == 100
    other.close()


def test_a_database_that_cannot_be_opened_says_so(tmp_path: Path) -> None:
    for url in ("nonsense", f"sqlite:///{tmp_path}/missing/x.db", "mysql://"):
        with pytest.raises(StoreError, match="database"):
            open_store(url)
    (tmp_path / "text.db").write_text("not a database at all, but long enough to be read as one" * 20)
    with pytest.raises(StoreError, match="not a database"):
        open_store(f"sqlite:///{tmp_path}/text.db")


def test_a_reader_waits_for_the_gateway_to_make_the_tables(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="start the gateway first"):
        open_store(f"sqlite:///{tmp_path}/new.db", create=False)
