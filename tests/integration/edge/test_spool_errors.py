"""What a spool makes of a card that refuses, forgets or lies at any one place, and of what others put in its folder."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from edge import segments
from edge.spool import Record, Spool, SpoolError

Opener = Callable[..., Spool]
Writer = Callable[..., list[int]]
Held = Callable[[Spool], list[Record]]
BOOT = "b0" * 8
FOUR_FILES = [b"x" * 1000] * 13  # of the tests' segments, each of nearly 4 KiB


def failing(number: int) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


def files(spool: Spool) -> list[Path]:
    return sorted((spool.folder / spool.stream).glob("*.seg"))


def flip(file: Path, at: int) -> None:
    data = bytearray(file.read_bytes())
    data[at] ^= 1
    file.write_bytes(bytes(data))


def test_a_name_written_in_pieces_is_whole(
    monkeypatch: pytest.MonkeyPatch, open_spool: Opener, write: Writer, held: Held
) -> None:
    real = os.pwrite
    with monkeypatch.context() as slow:
        slow.setattr(os, "pwrite", lambda fd, data, at: real(fd, data[:5], at))
        slow.setattr(os, "write", lambda fd, data: real(fd, data[:5], 0))
        spool = open_spool()
        write(spool, b"1")
    spool.close()
    again = open_spool()
    assert (again.stream, again.aside, held(again)[0].body) == (spool.stream, 0, b"1")


def test_what_others_put_into_the_folder_is_left_alone(open_spool: Opener, write: Writer, held: Held) -> None:
    spool = open_spool()
    write(spool, b"1")
    inside = spool.folder / spool.stream
    strangers = [spool.folder / "lost+found", spool.folder / "0123", inside / "copy.seg", inside / "9.seg"]
    strangers += [spool.folder / "notes.txt", inside / f"{2**63:020d}.seg"]
    for stranger in strangers:
        stranger.mkdir()
        (stranger / "9.seg").write_bytes(b"")
    (spool.folder / "dangling").symlink_to("nowhere")
    spool.close()
    (spool.folder / "meta.json").unlink()
    again = open_spool()
    assert (again.aside, again.newest) == (1, 0)
    write(again, *FOUR_FILES * 4)
    assert len(held(again)) > 10
    assert all(stranger.is_dir() for stranger in strangers if stranger.parent == again.folder)


def test_a_name_that_cannot_be_read_counts_as_lost(
    monkeypatch: pytest.MonkeyPatch, open_spool: Opener, write: Writer
) -> None:
    spool = open_spool()
    write(spool, b"1", b"2")
    spool.close()
    with monkeypatch.context() as bad:
        bad.setattr(Path, "read_bytes", failing(errno.EIO))
        assert open_spool().aside == 2


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS])
def test_a_card_that_may_not_be_used_is_named_and_let_go(
    number: int, monkeypatch: pytest.MonkeyPatch, open_spool: Opener
) -> None:
    with monkeypatch.context() as bad:
        bad.setattr(Path, "read_bytes", failing(number))
        with pytest.raises(SpoolError, match=f"n-01: {os.strerror(number)}"):
            open_spool()
    assert open_spool().newest == 0  # nobody holds its lock


def test_a_file_that_cannot_be_opened_costs_its_records_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, open_spool: Opener, write: Writer, held: Held
) -> None:
    spool, real = open_spool(), os.open
    write(spool, *FOUR_FILES)
    spool.close()
    middle = files(spool)[1]

    def refuse(path: object, *arguments: int, **fields: int) -> int:
        if str(path) == str(middle):
            raise OSError(errno.EIO, "Input/output error")
        return real(path, *arguments, **fields)  # type: ignore[arg-type]  # a path

    monkeypatch.setattr(os, "open", refuse)
    again = open_spool()
    assert [record.n for record in held(again)] == [1, 2, 3, *range(7, 14)]
    assert held(again)[3][-2:] == (3, BOOT)
    assert again.boot_of(5) is None
    assert write(again, *FOUR_FILES * 3)[-1] == 52  # at the cap too


def test_a_tail_that_cannot_be_read_is_not_written_to(
    monkeypatch: pytest.MonkeyPatch, open_spool: Opener, write: Writer, held: Held
) -> None:
    spool, real = open_spool(cap_bytes=1 << 20), os.pread
    write(spool, b"1", b"2")
    spool.close()

    def read(fd: int, size: int, at: int) -> bytes:
        if at < 100_000 < at + size:
            raise OSError(errno.EIO, "Input/output error")
        return real(fd, size, at)

    monkeypatch.setattr(os, "pread", read)
    again = open_spool(cap_bytes=1 << 20)
    assert write(again, b"3") == [3]
    assert [record.body for record in held(again)] == [b"1", b"2", b"3"]
    assert [file.name for file in files(again)] == [f"{1:020d}.seg", f"{3:020d}.seg"]


def test_a_record_that_goes_bad_after_it_was_read_is_never_sent(open_spool: Opener, write: Writer, held: Held) -> None:
    spool = open_spool()
    write(spool, b"first", b"second", b"third")
    assert len(held(spool)) == 3
    flip(files(spool)[0], spool._segments[0].held[1].start + 2)
    assert [(record.n, record.body, record.prev_n) for record in held(spool)] == [(1, b"first", 0), (3, b"third", 1)]
    assert write(spool, b"fourth") == [4]
    spool.close()
    assert [record.n for record in held(open_spool())] == [1, 3, 4]


def test_a_number_that_a_file_name_tells_of_is_not_used_again(open_spool: Opener, write: Writer, held: Held) -> None:
    spool = open_spool()
    numbers = write(spool, *FOUR_FILES)
    spool.close()
    newest = files(spool)[-1]
    assert int(newest.stem) == numbers[-1]
    for file in files(spool)[-2:]:
        file.write_bytes(bytes(file.stat().st_size))
    again = open_spool()
    assert write(again, b"next", boot="c0" * 8) == [numbers[-1]]
    assert [record.n for record in held(again)] == [*range(1, 10), 13]


def test_the_file_before_an_emptied_one_shows_only_its_own(
    monkeypatch: pytest.MonkeyPatch, open_spool: Opener, write: Writer, held: Held
) -> None:
    spool = open_spool()
    write(spool, b"1", event=True)
    with monkeypatch.context() as bad:
        bad.setattr(segments, "sync_data", failing(errno.EIO))
        with pytest.raises(SpoolError):
            write(spool, b"never stored, but on the card", event=True)
    write(spool, *FOUR_FILES[:3])
    write(spool, b"e" * 1000, event=True)
    assert spool._drop_telemetry()  # nothing is left of the second file
    assert [record.n for record in held(spool)] == [1, 5]
    spool.close()
    assert [(record.n, len(record.body)) for record in held(open_spool())] == [(1, 1), (5, 1000)]


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC, errno.EDQUOT])
def test_survivors_that_cannot_be_written_stop_nothing(
    number: int, monkeypatch: pytest.MonkeyPatch, open_spool: Opener, write: Writer
) -> None:
    spool = open_spool()
    write(spool, *FOUR_FILES)
    monkeypatch.setattr(segments, "_write_file", failing(number))
    numbers = write(spool, *[b"e" * 1000] * 20, event=True)
    assert (len(numbers), spool.newest) == (20, 33)
    assert spool.size_bytes <= spool.cap_bytes


@pytest.mark.parametrize("operation", ["pwrite", "fsync", "fdatasync", "posix_fallocate", "open"])
@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.EROFS])
def test_a_card_that_refuses_for_a_while_is_used_again_after_it(
    operation: str, number: int, monkeypatch: pytest.MonkeyPatch, open_spool: Opener, write: Writer, held: Held
) -> None:
    spool = open_spool()
    write(spool, *FOUR_FILES[:4])
    kept = held(spool)
    with monkeypatch.context() as bad:
        bad.setattr(os, operation, failing(number))
        if operation == "fdatasync":
            bad.setattr(segments, "sync_data", failing(number))
        with pytest.raises(SpoolError, match="records not stored"):
            write(spool, *[b"y" * 1000] * 5)
    (again,) = write(spool, b"again")
    assert [record.n for record in held(spool)] == list(range(held(spool)[0].n, again + 1))
    # Where there is no room the oldest goes, so that the newest can be kept.
    assert held(spool)[:4] == kept or number in {errno.ENOSPC, errno.EDQUOT}


def test_on_a_full_card_a_spool_is_set_aside_by_means_of_its_spare(
    monkeypatch: pytest.MonkeyPatch, open_spool: Opener, write: Writer
) -> None:
    spool, real = open_spool(), os.fsync
    write(spool, b"1", b"2")
    spare = spool.folder / spool.stream / "spare"

    def sync(fd: int) -> None:
        if spare.exists():
            raise OSError(errno.ENOSPC, "No space left on device")
        real(fd)

    monkeypatch.setattr(os, "fsync", sync)
    assert (spool.set_aside(), spool.aside) == (2, 2)
    assert write(spool, b"new") == [1]


def test_a_new_log_that_cannot_be_made_leaves_the_old_one_in_use(
    monkeypatch: pytest.MonkeyPatch, open_spool: Opener, write: Writer, held: Held
) -> None:
    spool = open_spool()
    write(spool, b"1")
    stream = spool.stream
    with monkeypatch.context() as full:
        full.setattr(Path, "mkdir", failing(errno.ENOSPC))
        with pytest.raises(OSError, match="No space"):
            spool.set_aside()
    assert (spool.stream, write(spool, b"2")) == (stream, [2])
    spool.close()
    again = open_spool()
    assert (again.stream, [record.body for record in held(again)]) == (stream, [b"1", b"2"])


def test_telemetry_is_told_from_events_on_a_card_without_any_room(
    open_spool: Opener, write: Writer, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = open_spool()
    events = []
    for _ in range(4):
        events += [*write(spool, b"e" * 1000, event=True), *write(spool, b"e" * 1000, event=True)]
        write(spool, b"t" * 1000)
    monkeypatch.setattr(segments, "preallocate", failing(errno.ENOSPC))
    real, spare = os.pwrite, spool.folder / spool.stream / "spare"
    blocks = {spare.stat().st_ino, *(file.stat().st_ino for file in files(spool))}

    def no_new_blocks(fd: int, data: bytes, at: int) -> int:
        assert os.fstat(fd).st_ino in blocks, "room for it would have to be found"
        return real(fd, data, at)

    monkeypatch.setattr(os, "pwrite", no_new_blocks)
    while spool._drop_telemetry():
        pass
    assert set(events) <= {record.n for record in held(spool)}
    assert spare.stat().st_size == spool._segment_bytes


def test_a_card_of_which_nothing_can_be_read_any_more_ends_nobody(
    monkeypatch: pytest.MonkeyPatch, open_spool: Opener, write: Writer
) -> None:
    spool = open_spool(cap_bytes=1 << 20)
    write(spool, *[b"x"] * 1500)
    assert len(spool.after(0, 1)) == 1
    monkeypatch.setattr(os, "pread", failing(errno.EIO))
    assert spool.after(0, 1) == []


def test_a_file_that_cannot_be_deleted_for_good_costs_no_newer_record(
    monkeypatch: pytest.MonkeyPatch, open_spool: Opener, write: Writer, held: Held
) -> None:
    spool = open_spool()
    newest = write(spool, *FOUR_FILES)[-1]
    with monkeypatch.context() as bad:
        bad.setattr(segments, "sync_folder", failing(errno.EIO))
        assert not spool._drop_telemetry()
    assert held(spool)[-1].n == newest
