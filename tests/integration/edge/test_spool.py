"""The spool's rules: numbering, the newest record, trimming, what goes first at the cap, a spool set aside."""

import errno
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from edge.spool import Record, Spool, SpoolError

Opener = Callable[..., Spool]
Writer = Callable[..., list[int]]
Held = Callable[[Spool], list[Record]]
BOOT = "b0" * 8


def size_of(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*.seg")) + sum(
        file.stat().st_size for file in folder.rglob("spare")
    )


def test_numbers_go_on_after_a_restart(open_spool: Opener, write: Writer) -> None:
    first = open_spool()
    assert write(first, b"{1}", b"{2}") == [1, 2]
    first.close()
    again = open_spool()
    assert (again.stream, again.newest) == (first.stream, 2)
    assert write(again, b"{3}", boot="c0" * 8) == [3]
    assert [(record.n, record.boot) for record in again.after(1, 9)] == [(2, BOOT), (3, "c0" * 8)]


def test_a_batch_is_durable_at_once_or_not_at_all(open_spool: Opener) -> None:
    spool = open_spool()
    assert [spool.append(body, boot=BOOT, event=False) for body in (b"a", b"b")] == [1, 2]
    assert spool.after(0, 9) == []
    assert spool.commit() == [(1, b"a"), (2, b"b")]
    assert spool.commit() == []
    spool.append(b"never committed", boot=BOOT, event=True)
    spool.close()
    assert open_spool().newest == 2


def test_a_record_names_its_predecessor(open_spool: Opener, write: Writer, held: Held) -> None:
    spool = open_spool()
    write(spool, *[b"x" * 100] * 200)
    records = held(spool)
    assert (records[0].prev_n, records[0].prev_boot) == (0, None)
    for before, record in pairwise(records):
        assert (record.prev_n, record.prev_boot) == (before.n, before.boot)
    assert held(spool)[5:9] == spool.after(records[4].n, 4)


def test_the_cap_holds_and_telemetry_goes_before_events(open_spool: Opener, write: Writer, held: Held) -> None:
    spool = open_spool()
    events = []
    for _ in range(24):
        write(spool, *[b"t" * 300] * 9)
        events += write(spool, b"e" * 300, event=True)
        assert max(spool.size_bytes, size_of(spool.folder)) <= spool.cap_bytes
    kept = [record.n for record in held(spool)]
    assert set(events) <= set(kept)
    assert kept[0] == events[0]
    assert kept[-1] == spool.newest == 240


def test_control_where_telemetry_is_not_told_apart_events_go_too(
    monkeypatch: pytest.MonkeyPatch, open_spool: Opener, write: Writer, held: Held
) -> None:
    monkeypatch.setattr(Spool, "_drop_telemetry", lambda _: False)
    with pytest.raises(AssertionError):
        test_the_cap_holds_and_telemetry_goes_before_events(open_spool, write, held)


def test_events_go_last_and_oldest_first(open_spool: Opener, write: Writer, held: Held) -> None:
    spool = open_spool()
    write(spool, *[b"e" * 300] * 300, event=True)
    kept = [record.n for record in held(spool)]
    assert kept == list(range(kept[0], 301))
    assert kept[0] > 1
    assert spool.size_bytes <= spool.cap_bytes


def test_what_is_confirmed_stays_until_space_is_needed_and_then_goes_first(
    open_spool: Opener, write: Writer, held: Held
) -> None:
    spool = open_spool()
    write(spool, *[b"a" * 300] * 30, event=True)
    spool.ack(30)
    assert len(held(spool)) == 30
    write(spool, *[b"t" * 300] * 40)
    assert [record.n for record in held(spool)][-40:] == list(range(31, 71))
    assert held(spool)[0].n > 1
    spool.ack(3)  # a gateway restored from a backup: what is left is sent again
    assert spool.after(spool.acked, 1)[0].prev_n == 0


def test_the_newest_durable_record_outlives_everything(open_spool: Opener, write: Writer) -> None:
    spool = open_spool()
    for n in range(1, 400):
        write(spool, b"t" * 500)
        spool.ack(n)
    spool.append(b"in RAM", boot=BOOT, event=False)
    spool.close()
    again = open_spool()
    assert again.newest == 399
    assert again.boot_of(399) == BOOT
    assert write(again, b"next") == [400]


def test_a_spool_set_aside_is_kept_and_counted(open_spool: Opener, write: Writer, held: Held) -> None:
    spool = open_spool()
    write(spool, b"1", b"2", b"3")
    old = spool.stream
    assert spool.set_aside() == 3
    assert (spool.stream != old, spool.aside, spool.newest) == (True, 3, 0)
    assert write(spool, b"new") == [1]
    spool.close()
    again = open_spool()
    assert (again.stream, again.aside, held(again)[0].body) == (spool.stream, 3, b"new")
    assert list((again.folder / old).glob("*.seg"))


def test_a_spool_that_cannot_be_set_aside_goes_on(
    open_spool: Opener, write: Writer, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = open_spool()
    write(spool, b"1")
    with monkeypatch.context() as full:
        full.setattr(Path, "replace", _full)
        with pytest.raises(OSError, match="No space"):
            spool.set_aside()
    assert write(spool, b"2") == [2]
    assert [record.body for record in held(spool)] == [b"1", b"2"]


def _full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_old_spools_set_aside_count_towards_the_cap(open_spool: Opener, write: Writer) -> None:
    spool = open_spool()
    for _ in range(4):
        write(spool, *[b"x" * 300] * 30)
        spool.set_aside()
    write(spool, *[b"x" * 300] * 60)
    assert size_of(spool.folder) <= spool.cap_bytes


def test_a_spool_that_lost_its_name_is_set_aside(open_spool: Opener, write: Writer) -> None:
    spool = open_spool()
    write(spool, b"1", b"2")
    spool.close()
    (spool.folder / "meta.json").write_bytes(b'{"stream":"00')
    again = open_spool()
    assert (again.aside, again.newest) == (2, 0)
    assert again.stream != spool.stream


def test_only_one_process_has_a_spool(open_spool: Opener) -> None:
    open_spool()
    with pytest.raises(SpoolError, match="in use by another process"):
        open_spool()


def test_a_place_that_cannot_be_used_is_named(open_spool: Opener, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(SpoolError, match="file/n-01"):
        open_spool(tmp_path / "file" / "n-01")


def test_a_batch_over_the_limit_is_refused_and_the_rest_goes_on(open_spool: Opener, write: Writer) -> None:
    spool = open_spool()
    with pytest.raises(SpoolError, match="over the limit"):
        spool.append(b"x" * 100_000, boot=BOOT, event=True)
    assert write(spool, b"small") == [1]
