from pathlib import Path

from demo import ledger, tally
from demo.ledger import Entry, Key, Ledger, Tail
from demo.tally import HeardOf


def key(n: int) -> Key:
    return Key("n-01", "a", n)


def test_an_entry_comes_back_as_it_was_written(tmp_path: Path) -> None:
    entries = [Entry(key(1), 5.0, ("cam-01", "wl-01"), event=True), Entry(key(2), 6.0)]
    Ledger(tmp_path, ledger.PRODUCED, durable=True).enter(entries)
    assert list(ledger.read(tmp_path, ledger.PRODUCED)) == entries


def test_a_line_torn_by_a_kill_is_no_entry(tmp_path: Path) -> None:
    book = Ledger(tmp_path, ledger.ACKED, durable=False)
    book.write([key(1)])
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes() + b'{"node":"n-0')
    assert [entry.key for entry in ledger.read(tmp_path, ledger.ACKED)] == [key(1)]


def test_a_tail_gives_each_whole_line_once_from_whichever_file(tmp_path: Path) -> None:
    first, tail = Ledger(tmp_path, ledger.COMMITTED, durable=False), Tail(tmp_path, ledger.COMMITTED)
    first.write([key(1), key(2)])
    assert [entry.key.n for entry in tail.news()] == [1, 2]
    second = Ledger(tmp_path, ledger.COMMITTED, durable=False)
    second.write([key(4)])
    first.write([key(3)])
    assert sorted(entry.key.n for entry in tail.news()) == [3, 4]
    assert list(tail.news()) == []


def test_a_tail_waits_for_the_end_of_a_line(tmp_path: Path) -> None:
    Ledger(tmp_path, ledger.COMMITTED, durable=False).write([key(1)])
    (file,) = tmp_path.iterdir()
    whole, tail = file.read_bytes(), Tail(tmp_path, ledger.COMMITTED)
    file.write_bytes(whole[:10])
    assert list(tail.news()) == []
    file.write_bytes(whole)
    assert [entry.key.n for entry in tail.news()] == [1]


def test_stored_readings_are_counted_whichever_ledger_is_first(tmp_path: Path) -> None:
    produced = Ledger(tmp_path, ledger.PRODUCED, durable=False)
    committed, stored = Ledger(tmp_path, ledger.COMMITTED, durable=False), tally.Stored(tmp_path)
    committed.write([key(1)])
    assert stored.count() == 0
    produced.enter([Entry(key(1), 1.0, ("cam-01", "wl-01")), Entry(key(2), 1.0, ("cam-01",))])
    assert stored.count() == 2
    committed.write([key(2)])
    assert stored.count() == 3


def test_all_or_all_until_a_moment_is_acknowledged(tmp_path: Path) -> None:
    Ledger(tmp_path, ledger.PRODUCED, durable=False).enter([Entry(key(1), 10.0), Entry(key(2), 20.0)])
    Ledger(tmp_path, ledger.ACKED, durable=False).write([key(1)])
    assert [tally.drained(tmp_path, until) for until in (None, 20.0, 15.0)] == [False, False, True]


def test_changes_and_faults_have_their_own_latencies(tmp_path: Path) -> None:
    produced = [Entry(key(1), 10.0, ("cam-01",), event=True), Entry(key(2), 11.0, ("cam-01",))]
    Ledger(tmp_path, ledger.PRODUCED, durable=False).enter(produced)
    confirmed = Ledger(tmp_path, ledger.CONFIRMED, durable=False)
    confirmed.note({"asset": "cam-01", "code": "frozen", "due_ms": due} for due in (9000, 5000))
    heard = [HeardOf(5400, "cam-01", "frozen"), HeardOf(1, "x", "dark")]
    found = tally.latencies(tmp_path, {key(1): 10.5, key(2): 11.25}, heard)
    assert found.sse == [500, 250]
    assert found.change_sse == [500]
    assert found.fault_sse == [400]


def test_what_comes_again_under_a_new_number_is_measured_from_its_own_moment() -> None:
    due = {("j-11", "site_dark"): [1000.0, 2000.0, 90_000.0]}  # the second was said again of the first number
    heard = [HeardOf(90_300, "j-11", "site_dark"), HeardOf(2100, "j-11", "site_dark")]
    assert list(tally.fault_ms(due, heard)) == [1100, 300]
