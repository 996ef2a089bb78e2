"""What a card does to a spool: power cuts in the middle of a write, flipped bits, a full disk, failing writes."""

import errno
import os
import random
import shutil
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from edge import frames, segments
from edge.spool import Record, Spool, SpoolError

Opener = Callable[..., Spool]
Writer = Callable[..., list[int]]
Held = Callable[[Spool], list[Record]]
BOOT = "b0" * 8


def only_segment(folder: Path) -> Path:
    (found,) = folder.rglob("*.seg")
    return found


def test_a_torn_tail_is_cut_wherever_it_was_torn(open_spool: Opener, write: Writer, tmp_path: Path) -> None:
    spool = open_spool(tmp_path / "whole")
    write(spool, b"first", b"second")
    start = spool._segments[0].end
    write(spool, b"the last one")
    end = spool._segments[0].end
    spool.close()
    whole = only_segment(tmp_path / "whole").read_bytes()
    for cut in range(start, end):
        folder = tmp_path / f"cut-{cut}"
        shutil.copytree(tmp_path / "whole", folder)
        only_segment(folder).write_bytes(whole[:cut].ljust(len(whole), b"\0"))
        torn = open_spool(folder)
        assert torn.newest == 2
        assert not only_segment(folder).read_bytes()[start:].strip(b"\0")
        assert write(torn, b"new content") == [3]
        torn.close()
        assert [record.body for record in open_spool(folder).after(0, 9)] == [b"first", b"second", b"new content"]


def bodies(count: int) -> list[bytes]:
    return [b'{"n":%d,"text":"%b"}' % (n, b"abcdef" * (n % 7)) for n in range(1, count + 1)]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("written") / "n-01"
    spool = Spool.open(folder, cap_bytes=24 * 1024, draw=lambda size: "5e" * size)
    for body in bodies(40):
        spool.append(body, boot=BOOT, event=False)
        spool.commit()
    spool.close()
    return folder


@given(flips=st.lists(st.integers(0, 8 * 3000), min_size=1, max_size=6))
@hypothesis_settings(max_examples=150)
def test_no_wrong_record_passes_and_those_after_a_bad_one_are_read(
    flips: list[int], written: Path, open_spool: Opener, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("flipped") / "n-01"
    shutil.copytree(written, folder)
    file = only_segment(folder)
    data = bytearray(file.read_bytes())
    for bit in flips:
        data[bit // 8] ^= 1 << bit % 8
    lying = list(frames.unpack(file.read_bytes(), frames.seed("5e" * 8)))
    file.write_bytes(bytes(data))
    hit = {f.n for f in lying for bit in flips if f.start - frames.OVERHEAD <= bit // 8 < f.end}
    spool = open_spool(folder)
    read = {record.n: record for record in spool.after(0, 99)}
    spool.close()
    assert all(record.body == bodies(40)[n - 1] and record.boot == BOOT for n, record in read.items())
    # Two flips of one bit are none, hence "at least".
    assert read.keys() >= set(range(1, 41)) - hit


class PowerCut(BaseException):
    """The machine is gone."""


@pytest.fixture
def power(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """``power(n)``: the n-th operation on the card from now on is the last; a write gets half way."""
    left = [10**9]

    def guard(name: str, half: bool) -> None:
        real = getattr(os, name)

        def guarded(*args: object, **kwargs: object) -> object:
            left[0] -= 1
            if left[0] < 0:
                raise PowerCut
            if left[0] == 0:
                if half:
                    fd, data, at = args
                    real(fd, data[: len(data) // 2], at)  # type: ignore[index, arg-type]  # bytes here
                raise PowerCut
            return real(*args, **kwargs)

        monkeypatch.setattr(os, name, guarded)

    for name in ("pwrite", "fdatasync", "fsync", "ftruncate", "posix_fallocate", "replace", "unlink"):
        guard(name, half=name == "pwrite")

    def cut_after(operations: int) -> None:
        left[0] = operations

    return cut_after


def work(spool: Spool, accepted: dict[int, tuple[bytes, bool]]) -> None:
    """A day of a spool that reaches its cap; what became durable is in ``accepted``, with whether it is an event."""
    for n in range(1, 90):
        event = n % 10 == 0
        spool.append(b"%d " % n + b"x" * 400, boot=BOOT, event=event)
        accepted.update({number: (body, event) for number, body in spool.commit()})
        if n == 40:
            spool.ack(15)
    raise PowerCut


@pytest.mark.parametrize("seed", range(4))
def test_after_a_power_cut_at_any_operation_what_was_accepted_is_there(
    seed: int, power: Callable[[int], None], open_spool: Opener, tmp_path: Path
) -> None:
    for operations in range(1 + 2 * seed, 300, 8):
        folder = tmp_path / f"cut-{operations}"
        spool = open_spool(folder, cap_bytes=12 * 1024)
        accepted: dict[int, tuple[bytes, bool]] = {}
        power(operations)
        with pytest.raises(PowerCut):
            work(spool, accepted)
        power(10**9)
        spool.close()
        again = open_spool(folder, cap_bytes=12 * 1024)
        read = {record.n: record.body for record in again.after(0, 999)}
        newest = max(accepted, default=0)
        assert again.newest in {newest, newest + 1}
        assert all(read[n] == body for n, (body, _) in accepted.items() if n in read)
        assert {n for n, (_, event) in accepted.items() if event and n > 15} <= read.keys()
        assert again.newest == 0 or again.newest in read
        again.close()


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[int]:
    """A disk of so many bytes, for what `preallocate` asks for; set the first element."""
    limit = [10**9]
    real = segments.preallocate

    def limited(fd: int, size: int) -> None:
        used = sum(file.stat().st_size for file in tmp_path.rglob("*") if file.is_file())
        if used - os.fstat(fd).st_size + size > limit[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(fd, size)

    monkeypatch.setattr(segments, "preallocate", limited)
    monkeypatch.setattr("edge.spoolmeta.preallocate", limited)
    return limit


def test_on_a_full_disk_the_oldest_telemetry_makes_room(
    disk: list[int], open_spool: Opener, write: Writer, held: Held
) -> None:
    spool = open_spool(cap_bytes=1 << 20)
    write(spool, b"e" * 30_000, event=True)
    disk[0] = 1 << 19
    numbers = [write(spool, b"t" * 30_000)[0] for _ in range(60)]
    kept = [record.n for record in held(spool)]
    assert numbers[-1] == spool.newest == 61
    assert kept[0] == 1
    assert len(kept) < 20


def test_a_disk_without_any_room_refuses_and_recovers(
    disk: list[int], open_spool: Opener, write: Writer, held: Held
) -> None:
    spool = open_spool()
    disk[0] = 0
    with pytest.raises(SpoolError, match="No space left"):
        write(spool, b"lost")
    disk[0] = 10**9
    assert write(spool, b"kept") == [1]
    assert [record.body for record in held(spool)] == [b"kept"]


def test_blocks_that_go_bad_cost_their_records_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, open_spool: Opener, write: Writer, held: Held
) -> None:
    spool, real = open_spool(cap_bytes=1 << 20), os.pread
    write(spool, *[b"x" * 2000] * 64)

    def read(fd: int, size: int, at: int) -> bytes:
        if at < 70_000 < at + size:
            raise OSError(errno.EIO, "Input/output error")
        return real(fd, size, at)

    monkeypatch.setattr(os, "pread", read)
    gone = 1 + 70_000 // (2000 + frames.OVERHEAD)
    assert [record.n for record in held(spool)] == [n for n in range(1, 65) if n != gone]
    assert held(spool)[gone - 1][-2:] == (gone - 1, BOOT)
    assert write(spool, b"next") == [65]
    spool.close()
    again = open_spool(cap_bytes=1 << 20)
    assert len(held(again)) >= 62  # of a whole bad block what begins or ends in it
    assert write(again, b"after a restart") == [66]


def test_a_card_that_fails_at_closing_is_survived(
    monkeypatch: pytest.MonkeyPatch, open_spool: Opener, write: Writer
) -> None:
    spool, real = open_spool(), os.close

    def close(fd: int) -> None:
        real(fd)
        raise OSError(errno.EIO, "Input/output error")

    write(spool, b"1")
    segment = spool._active
    assert segment is not None
    with monkeypatch.context() as dying:
        dying.setattr(os, "close", close)
        segment.unload()
    assert not segment.loaded


def test_short_writes_are_finished(monkeypatch: pytest.MonkeyPatch, open_spool: Opener, write: Writer) -> None:
    real = os.pwrite
    monkeypatch.setattr(os, "pwrite", lambda fd, data, at: real(fd, data[:7], at))
    spool = open_spool()
    write(spool, b"a body of more than seven bytes")
    spool.close()
    assert open_spool().after(0, 9)[0].body == b"a body of more than seven bytes"


def test_a_failed_sync_uses_no_number_twice_for_what_was_sent(
    monkeypatch: pytest.MonkeyPatch, open_spool: Opener, write: Writer, held: Held
) -> None:
    spool = open_spool()
    write(spool, b"1", b"2")
    failing = [True, True]

    def sync(fd: int) -> None:
        if failing and failing.pop():
            raise OSError(errno.EIO, "Input/output error")
        os.fsync(fd)

    monkeypatch.setattr(segments, "sync_data", sync)
    with pytest.raises(SpoolError, match="Input/output"):
        write(spool, b"never acknowledged to anybody")
    assert [record.n for record in held(spool)] == [1, 2]
    assert write(spool, b"three") == [3]
    spool.close()
    assert [record.body for record in open_spool().after(0, 9)] == [b"1", b"2", b"three"]


@pytest.mark.parametrize("seed", range(2))
def test_a_spool_keeps_its_promises_whatever_happens(seed: int, open_spool: Opener, write: Writer, held: Held) -> None:
    dice = random.Random(seed)
    spool, written, sent_events = open_spool(), dict[int, bytes](), 0
    for step in range(400):
        action = dice.random()
        if action < 0.04:
            spool.close()
            spool = open_spool()
        elif action < 0.1:
            spool.ack(dice.randint(0, spool.newest))
        else:
            body = b"%d " % step + b"x" * dice.randint(1, 600)
            (n,) = write(spool, body, event=action > 0.9)
            assert n == len(written) + 1
            written[n] = body
            sent_events += action > 0.9
        records = held(spool)
        assert [record.n for record in records][-1:] == list(written)[-1:]
        assert all(written[record.n] == record.body for record in records)
        assert all(now.prev_n == before.n for before, now in pairwise(records))
        assert spool.size_bytes <= spool.cap_bytes
    assert sent_events


def test_what_commit_returns_has_been_synced(
    monkeypatch: pytest.MonkeyPatch, open_spool: Opener, write: Writer, tmp_path: Path
) -> None:
    real, card = segments.sync_data, tmp_path / "card"

    def sync(fd: int) -> None:
        real(fd)
        on_card = card / Path(f"/proc/self/fd/{fd}").readlink().relative_to(tmp_path)
        on_card.parent.mkdir(parents=True, exist_ok=True)
        on_card.write_bytes(os.pread(fd, 1 << 20, 0))

    monkeypatch.setattr(segments, "sync_data", sync)
    spool = open_spool()
    for n in range(1, 30):
        write(spool, b"x" * 300)
        shutil.copy(spool.folder / "meta.json", card / "n-01")
        shutil.copytree(card / "n-01", tmp_path / str(n))
        assert open_spool(tmp_path / str(n)).newest == n
