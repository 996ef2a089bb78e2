"""The node's memory of what the gateway has not confirmed: a bounded, power-cut-safe log on the card.

Records are numbered 1, 2, 3 … per `stream`, the log's random name. A number is given to a record for good once `commit`
returns it; what was never durable was never sent, so its number is used again after a power cut. The newest durable
record is never deleted: it is the counter. At the cap go first what the gateway has confirmed, then what was set aside,
then the oldest telemetry, and events last.
"""

import errno
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import NamedTuple, Self

from edge import frames, segments, spoolmeta
from edge.frames import Frame
from edge.segments import Segment

SEGMENT_BYTES = 1 << 20
MIN_SEGMENTS = 6
BLOCK_BYTES = 4096
_SMALL_FILES_BYTES = 4 * BLOCK_BYTES
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
_SPARE = "spare"


class SpoolError(Exception):
    """Records could not be made durable, or the spool cannot be opened; the text says why."""


class Record(NamedTuple):
    """One record, and its predecessor in the spool: all numbers between the two no longer exist."""

    n: int
    boot: str
    body: bytes
    prev_n: int
    prev_boot: str | None


class _Pending(NamedTuple):
    boot: str
    body: bytes
    event: bool


class Spool:
    """One node's log. Not thread-safe: one thread, one process (a lock on the folder sees to it).

    ``stream``: 16 hex digits. ``aside``: records set aside so far because the card gave numbers out twice.
    """

    def __init__(self, folder: Path, lock: int, cap_bytes: int, draw: Callable[[int], str]) -> None:
        self.folder = folder
        self.cap_bytes = cap_bytes
        self.acked = 0
        self._lock: int | None = lock
        self._draw = draw
        self._own_bytes = min(_SMALL_FILES_BYTES, cap_bytes // 24)
        whole = min(SEGMENT_BYTES, (cap_bytes - self._own_bytes) // MIN_SEGMENTS)
        # A file takes whole blocks of the card; finer ones are for a spool that has hardly room for any.
        self._block = min(BLOCK_BYTES, whole // 16)
        self._segment_bytes = whole // self._block * self._block
        self._pending: list[_Pending] = []
        # A log whose name cannot be read any more is set aside like one whose numbers were used twice.
        meta = spoolmeta.read(folder) or self._new_meta(spoolmeta.records_in(spoolmeta.old_logs(folder, "")))
        spoolmeta.make_place(folder, meta.stream)
        self._start(meta)

    @classmethod
    def open(cls, directory: Path, *, cap_bytes: int, draw: Callable[[int], str]) -> Self:
        """The spool in ``directory``, created if need be. ``draw(8)`` gives 16 random hex digits (`secrets.token_hex`).

        Raises :class:`SpoolError`: no such place, or another process has it.
        """
        try:
            spoolmeta.make_folder(directory)
            with ExitStack() as undo:
                lock = spoolmeta.lock(directory)
                undo.callback(spoolmeta.unlock, lock)
                spool = cls(directory, lock, cap_bytes, draw)
                undo.pop_all()
        except OSError as error:
            raise SpoolError(f"{directory}: {error.strerror or error}") from error
        return spool

    @property
    def newest(self) -> int:
        """Number of the newest durable record (it counts also when it cannot be read any more); 0 if there is none."""
        return self._newest

    def append(self, body: bytes, *, boot: str, event: bool) -> int:
        """Take ``body`` into the next batch; the number it gets if `commit` succeeds. Events are kept longest.

        Raises :class:`SpoolError` when body or batch are over their limits.
        """
        size = sum(len(held.body) + frames.OVERHEAD for held in self._pending) + len(body) + frames.OVERHEAD
        if len(body) > frames.MAX_BODY or size > self._segment_bytes:
            raise SpoolError(f"a batch of {size} bytes is over the limit of {self._segment_bytes}")
        self._pending.append(_Pending(boot, body, event))
        return self.newest + len(self._pending)

    def commit(self) -> list[tuple[int, bytes]]:
        """Make the batch durable: (number, body) of each record, which from now on outlives a power cut.

        Raises :class:`SpoolError` when the card takes no more; the batch is then lost and its numbers are free again.
        """
        batch, self._pending = self._pending, []
        if not batch:
            return []
        try:
            return self._store(batch)
        except OSError:
            # The file's state is unknown now (after a failed fsync too): leave it behind, try once on fresh blocks.
            self._abandon()
        try:
            return self._store(batch)
        except OSError as error:
            self._abandon()
            raise SpoolError(f"{len(batch)} records not stored: {error.strerror or error}") from error

    def after(self, n: int, limit: int) -> list[Record]:
        """The oldest ``limit`` durable records with a number above ``n``, in order."""
        found: list[Record] = []
        index = max(0, bisect_right(self._segments, n + 1, key=lambda segment: segment.first) - 1)
        while index < len(self._segments) and len(found) < limit:
            found += self._records(index, n, limit - len(found))
            index += 1
        return found

    def _records(self, index: int, n: int, limit: int) -> list[Record]:
        """The oldest ``limit`` records above ``n`` of one segment."""
        before, segment = self._last_before(index), self._segments[index]
        held = self._load(index)
        while True:
            start = bisect_right(held, n, key=lambda frame: frame.n)
            read = [(frame, segment.body(frame)) for frame in held[start : start + limit]]
            bad = {frame.n for frame, body in read if body is None}
            if not bad:
                break
            segment.forget(bad)  # they went bad since the segment was read: nobody's predecessor any more
            held = segment.held
        prevs = [before, *held][start:]
        return [
            _record(frame, body, prev) for (frame, body), prev in zip(read, prevs, strict=False) if body is not None
        ]

    def ack(self, n: int) -> None:
        """The gateway has committed everything up to and with ``n``; its last word counts, also a lower one."""
        self.acked = n

    def boot_of(self, n: int) -> str | None:
        """The boot that wrote record ``n``; None if it is not held (any more)."""
        index = bisect_right(self._segments, n, key=lambda segment: segment.first) - 1
        if index < 0:
            return None
        held = self._load(index)
        position = bisect_left(held, n, key=lambda frame: frame.n)
        return held[position].boot if position < len(held) and held[position].n == n else None

    def set_aside(self) -> int:
        """Numbers were used twice (a lying or cloned card): keep this log apart, start a new one; its count."""
        count = sum(len(self._load(index)) for index in range(len(self._segments)))
        try:
            meta = self._new_meta(self.aside + count)
        except OSError:
            if not self._drop_spare():
                raise  # the old log goes on
            meta = self._new_meta(self.aside + count)
        self._unload_all()
        self._pending.clear()
        self._start(meta)
        return count

    def close(self) -> None:
        """Let go of the files; an uncommitted batch is lost. A second time does nothing."""
        self._unload_all()
        lock, self._lock = self._lock, None
        if lock is not None:
            spoolmeta.unlock(lock)

    # --- opening ---

    def _new_meta(self, aside: int) -> spoolmeta.Meta:
        meta = spoolmeta.Meta(self._draw(8), aside)
        spoolmeta.make_place(self.folder, meta.stream)
        spoolmeta.write(self.folder, meta)
        return meta

    def _start(self, meta: spoolmeta.Meta) -> None:
        """Begin with the log that ``meta`` names; whatever fails here leaves the log before it in use."""
        seed, place = frames.seed(meta.stream), self.folder / meta.stream
        found = segments.in_folder(place, seed)
        self._old = spoolmeta.old_logs(self.folder, meta.stream, self._block)
        self.stream, self.aside = meta
        self.acked = 0
        self._seed, self._place, self._segments = seed, place, found
        self._newest = 0
        self._active: Segment | None = None
        self._drained: Segment | None = None
        if self._segments:
            self._resume(self._segments[-1])
            self._make_spare()

    def _resume(self, last: Segment) -> None:
        """Find the newest number. The numbers below a file's name were given out, whatever became of them since."""
        last.load()
        self._newest = last.last.n if last.last else last.first - 1
        if not last.last:
            return  # nothing in it was ever durable: the next record begins it anew
        try:
            last.cut_tail()
            self._active = last
        except OSError:  # blocks that cannot be read or written: the next record begins a new file
            last.unload()

    # --- reading ---

    def _load(self, index: int) -> list[Frame]:
        """The records of one segment. Besides the one being written only one stays open."""
        segment = self._segments[index]
        if not segment.loaded:
            if self._drained:
                self._drained.unload()
            self._drained = segment
        bound = self._segments[index + 1].first if index + 1 < len(self._segments) else self.newest + 1
        return segment.load(bound)

    def _last_before(self, index: int) -> Frame | None:
        for earlier in range(index - 1, -1, -1):
            if not self._segments[earlier].scanned:
                self._load(earlier)
            if last := self._segments[earlier].last:
                return last
        return None

    def _unload_all(self) -> None:
        for segment in self._segments:
            segment.unload()

    # --- writing ---

    def _store(self, batch: list[_Pending]) -> list[tuple[int, bytes]]:
        first = self.newest + 1
        size = sum(len(held.body) + frames.OVERHEAD for held in batch)
        segment = self._segment_with(size)
        at, data, added = segment.end, bytearray(), list[Frame]()
        for n, held in enumerate(batch, first):
            data += frames.pack(self._seed, n, held.boot, held.body, event=held.event)
            added.append(Frame(n, held.boot, held.event, at + len(data) - len(held.body), at + len(data)))
        segment.append(bytes(data), added)
        self._newest = added[-1].n
        return [(n, held.body) for n, held in enumerate(batch, first)]

    def _abandon(self) -> None:
        """Write no more to the present segment."""
        if self._active:
            self._active.unload()
        self._active = None

    def _segment_with(self, size: int) -> Segment:
        """The segment to write to; a new one when the present one has less room than ``size``."""
        if self._active and self._active.room >= size:
            return self._active
        first = self.newest + 1
        if self._segments and self._segments[-1].first == first:
            self._segments.pop().delete()  # a failed write left it behind, with nothing durable in it
        self._keep_below(self.cap_bytes - self._own_bytes - 2 * self._segment_bytes)
        self._abandon()
        segment = self._active = self._create(first)
        self._segments.append(segment)
        self._make_spare()
        return segment

    def _create(self, first: int) -> Segment:
        while True:
            try:
                return Segment.create(self._place, first, self._segment_bytes, self._seed)
            except OSError as error:
                if error.errno not in _NO_ROOM or not self._give_up_something():
                    raise

    def _make_spare(self) -> None:
        """A file kept for `Segment.thin`, so that room can be made on a full card."""
        spare = self._place / _SPARE
        try:
            spoolmeta.allocate(spare, self._segment_bytes)
        except OSError:  # the next segment tries again; until then whole segments go
            with suppress(OSError):
                spare.unlink(missing_ok=True)

    # --- making room ---

    @property
    def size_bytes(self) -> int:
        """What the spool takes on the card now."""
        return self._own_bytes + self._taken(segments.size_of(self._place / _SPARE)) + self._logs_bytes()

    def _logs_bytes(self) -> int:
        return sum(size for _, size in self._old) + sum(self._taken(segment.size) for segment in self._segments)

    def _taken(self, size: int) -> int:
        return segments.in_blocks(size, self._block)

    def _keep_below(self, limit: int) -> None:
        while self._logs_bytes() > limit:
            if not self._give_up_something():
                return

    def _give_up_something(self) -> bool:
        """Delete the least valuable thing; False when only the newest segment is left."""
        return (
            self._drop_acked()
            or self._drop_old_log()
            or self._drop_telemetry()
            # Without the spare telemetry cannot be told from events later: it goes for the last of them only.
            or self._drop_oldest(but=1)
            or self._drop_spare()
            or self._drop_oldest(but=0)
        )

    def _older(self) -> range:
        """The segments that do not hold the newest record."""
        holding = len(self._segments) - 1
        while holding > 0 and self._segments[holding].first > self.newest:
            holding -= 1
        return range(holding)

    def _drop_acked(self) -> bool:
        older = self._older()
        if not older:
            return False
        if self._segments[1].first - 1 <= self.acked:
            self._segments.pop(0).delete()
            return True
        if self._segments[0].first > self.acked or not any(frame.n <= self.acked for frame in self._load(0)):
            return False
        return self._thin(0, lambda frame: frame.n > self.acked)

    def _drop_old_log(self) -> bool:
        if not self._old:
            return False
        folder, _ = self._old.pop(0)
        spoolmeta.delete_log(folder)
        return True

    def _drop_telemetry(self) -> bool:
        # By themselves, not by their places: one that could not be deleted whole is in the list no more.
        for segment in [self._segments[index] for index in self._older()]:
            if segment.telemetry:
                index = self._segments.index(segment)
                self._load(index)
                if self._segments[index].telemetry and self._thin(index, lambda frame: frame.event):
                    return True
        return False

    def _thin(self, index: int, keep: Callable[[Frame], bool]) -> bool:
        """False when the card does not take the survivors: it is that full, or it fails."""
        try:
            if any(keep(frame) for frame in self._load(index)):
                self._segments[index].thin(keep, self._place / _SPARE)
            else:
                self._take_out(index)
        except OSError:
            return False
        return True

    def _take_out(self, index: int) -> None:
        """Delete a segment. With it goes the bound of the one before, so what is beyond that goes first."""
        if index:
            self._load(index - 1)
            if self._segments[index - 1].ghosts:
                self._segments[index - 1].thin(lambda _: True, self._place / _SPARE)
        self._segments.pop(index).delete()

    def _drop_oldest(self, but: int) -> bool:
        if len(self._older()) <= but:
            return False
        self._segments.pop(0).delete()
        return True

    def _drop_spare(self) -> bool:
        spare = self._place / _SPARE
        if not segments.size_of(spare):
            return False
        spare.unlink()
        return True


def _record(frame: Frame, body: bytes, prev: Frame | None) -> Record:
    return Record(frame.n, frame.boot, body, prev.n if prev else 0, prev.boot if prev else None)
