"""One file of the spool: records with rising numbers, then zeros up to its pre-allocated size."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from edge import frames
from edge.frames import Frame

SUFFIX = ".seg"
_NO_BOUND = 2**63
_BLOCK = 64 * 1024


def sync_folder(folder: Path) -> None:
    """Make created, renamed and deleted names of ``folder`` survive a power cut."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def preallocate(fd: int, size: int) -> None:
    """Give the file its blocks, so that writing in it needs no more room; raises :class:`OSError` on a full card."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(fd, 0, size)
    else:  # macOS
        os.ftruncate(fd, size)


# macOS has no fdatasync; its fsync does at least as much.
sync_data: Callable[[int], None] = getattr(os, "fdatasync", os.fsync)


def write_all(fd: int, data: bytes, at: int) -> None:
    """Write ``data`` at offset ``at``, however many short writes that takes; raises :class:`OSError`."""
    view = memoryview(data)
    while view:
        written = os.pwrite(fd, view, at)
        view, at = view[written:], at + written


class Segment:
    """One file. Its name is the lowest number it may hold; ``size`` is what it takes on the card, in bytes.

    ``load`` reads it; until then nothing but name and size is known. Numbers from ``bound`` on belong to the next
    segment: what a failed write left here of them was never durable.
    """

    def __init__(self, path: Path, crc_seed: int) -> None:
        self.path = path
        self.first = int(path.stem)
        self.size = path.stat().st_size
        self.held: list[Frame] = []
        self.end = 0
        self.last: Frame | None = None
        self.telemetry = True
        self.scanned = False
        self._seed = crc_seed
        self._fd: int | None = None

    @classmethod
    def create(cls, folder: Path, first: int, size: int, crc_seed: int) -> "Segment":
        """A new, empty, pre-allocated file; raises :class:`OSError` and leaves nothing behind when there is no room."""
        path = folder / f"{first:020d}{SUFFIX}"
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            preallocate(fd, size)
            os.fsync(fd)
            sync_folder(folder)
        except OSError:
            os.close(fd)
            path.unlink(missing_ok=True)
            raise
        segment = cls(path, crc_seed)
        segment._fd, segment.scanned = fd, True
        return segment

    @property
    def loaded(self) -> bool:
        """Whether its records can be read now."""
        return self._fd is not None

    @property
    def room(self) -> int:
        """Bytes that may still be appended."""
        return self.size - self.end

    def load(self, bound: int | None = None) -> list[Frame]:
        """Read the file and keep it open; the records it holds, rising."""
        if self._fd is None:
            self._fd = os.open(self.path, os.O_RDWR | os.O_CLOEXEC)
            data = _read(self._fd, self.size)
            self._hold(
                [frame for frame in frames.unpack(data, self._seed) if self.first <= frame.n < (bound or _NO_BOUND)]
            )
        return self.held

    def _hold(self, held: list[Frame]) -> None:
        self.held, self.scanned = held, True
        self.last = held[-1] if held else None
        self.end = self.last.end if self.last else 0
        self.telemetry = any(not frame.event for frame in held)

    def unload(self) -> None:
        """Close the file and forget where its records lie; what was learnt of them as a whole is kept."""
        if self._fd is not None:
            fd, self._fd, self.held = self._fd, None, []
            with suppress(OSError):  # it is closed all the same, and what must be durable was synced before
                os.close(fd)

    def body(self, frame: Frame) -> bytes:
        """The body of a record of this (loaded) segment."""
        assert self._fd is not None  # noqa: S101  # only the spool calls, after load
        return os.pread(self._fd, frame.end - frame.start, frame.start)

    def append(self, data: bytes, added: list[Frame]) -> None:
        """Make ``data`` durable behind the last record; after an :class:`OSError` append here no more."""
        assert self._fd is not None  # noqa: S101  # as above
        write_all(self._fd, data, self.end)
        sync_data(self._fd)
        self.held += added
        self.last, self.end = added[-1], added[-1].end
        self.telemetry = self.telemetry or any(not frame.event for frame in added)

    def cut_tail(self) -> None:
        """After a restart: take away what a torn write left behind the last record, and make the rest durable."""
        assert self._fd is not None  # noqa: S101  # as above
        if os.pread(self._fd, self.size - self.end, self.end).strip(b"\0"):
            os.ftruncate(self._fd, self.end)
            try:
                preallocate(self._fd, self.size)
            except OSError:  # no room to lengthen it again: it is full as it is
                self.size = self.end
        os.fsync(self._fd)

    def thin(self, keep: Callable[[Frame], bool], spare: Path) -> int:
        """Take out every record but those to ``keep``, through the file ``spare``; returns the bytes gained.

        A power cut leaves the old file or the new one, never half of one.
        """
        self.load()
        bodies = [(frame, self.body(frame)) for frame in self.held if keep(frame)]
        if not bodies:
            return self.delete()
        data = b"".join(frames.pack(self._seed, old.n, old.boot, body, event=old.event) for old, body in bodies)
        _write_file(spare, data)
        spare.replace(self.path)
        sync_folder(self.path.parent)
        gained, self.size = self.size - len(data), len(data)
        self.unload()
        self._hold(list(frames.unpack(data, self._seed)))
        self.held = []
        return gained

    def delete(self) -> int:
        """Delete the file; returns the bytes gained."""
        self.unload()
        self.path.unlink(missing_ok=True)
        sync_folder(self.path.parent)
        self.last, self.scanned = None, True
        gained, self.size = self.size, 0
        return gained


def _read(fd: int, size: int) -> bytes:
    """The file's bytes; a block that the card cannot read any more counts as zeros, and the rest is still read."""
    data = bytearray(size)
    for at in range(0, size, _BLOCK):
        try:
            block = os.pread(fd, _BLOCK, at)
        except OSError:
            continue
        data[at : at + len(block)] = block
    return bytes(data)


def _write_file(path: Path, data: bytes) -> None:
    """Into the blocks ``path`` already has, so that it works on a full card too."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        write_all(fd, data, 0)
        os.ftruncate(fd, len(data))
        os.fsync(fd)
    finally:
        os.close(fd)
