"""One file of the spool: records with rising numbers, then zeros up to its pre-allocated size."""

import errno
import os
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from edge import frames
from edge.frames import Frame

SUFFIX = ".seg"
REPLACED = ".old"
# Bad blocks; a checksum of the file system (EUCLEAN, EBADMSG) that does not fit.
DAMAGED = (errno.EIO, errno.EBADMSG, getattr(errno, "EUCLEAN", errno.EIO))
_NAME = re.compile(r"[0-9]{20}\.seg", re.ASCII)
# Numbers are JSON integers on the wire; no card lives to see this one.
_NO_BOUND = 2**53
_READ, _BLOCK = 64 * 1024, 4 * 1024


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


def in_folder(folder: Path, crc_seed: int) -> list["Segment"]:
    """The segments of one log, oldest first; what somebody else has put there is left alone."""
    names = sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name) and int(path.stem) < _NO_BOUND)
    return [Segment(path, crc_seed) for path in names]


class Segment:
    """One file. Its name is the lowest number it may hold; ``size`` is what it takes on the card, in bytes.

    ``load`` reads it; until then nothing but name and size is known. Numbers from ``bound`` on belong to the next
    segment: what a failed write left here of them (``ghosts``) was never durable.
    """

    def __init__(self, path: Path, crc_seed: int) -> None:
        self.path = path
        self.first = int(path.stem)
        self.size = size_of(path)
        self.held: list[Frame] = []
        self.end = 0
        self.last: Frame | None = None
        self.telemetry = True
        self.scanned = self.ghosts = False
        self._seed = crc_seed
        self._fd: int | None = None

    @classmethod
    def create(cls, folder: Path, first: int, size: int, crc_seed: int) -> "Segment":
        """A new, empty, pre-allocated file; raises :class:`OSError` and leaves nothing behind when there is no room."""
        path = folder / f"{first:020d}{SUFFIX}"
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            preallocate(fd, size)
            # Written once: else the file system's journal is written too at each commit, to say which blocks are.
            write_all(fd, bytes(size), 0)
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
        """Read the file and keep it open; the records it holds, rising. What cannot be read any more is not there."""
        if self._fd is None:
            try:
                self._fd = os.open(self.path, os.O_RDWR | os.O_CLOEXEC)
            except OSError as error:
                if error.errno not in DAMAGED:
                    raise
                self._hold([], ghosts=False)
                return self.held
            found = [frame for frame in frames.unpack(_read(self._fd, self.size), self._seed) if frame.n >= self.first]
            mine = [frame for frame in found if frame.n < (bound or _NO_BOUND)]
            self._hold(mine, ghosts=len(mine) < len(found))
        return self.held

    def _hold(self, held: list[Frame], *, ghosts: bool) -> None:
        self.held, self.scanned, self.ghosts = held, True, ghosts
        self.last = held[-1] if held else None
        self.end = self.last.end if self.last else 0
        self.telemetry = any(not frame.event for frame in held)

    def unload(self) -> None:
        """Close the file and forget where its records lie; what was learnt of them as a whole is kept."""
        if self._fd is not None:
            fd, self._fd, self.held = self._fd, None, []
            with suppress(OSError):  # it is closed all the same, and what must be durable was synced before
                os.close(fd)

    def body(self, frame: Frame) -> bytes | None:
        """The body of a record of this (loaded) segment; None when it went bad since it was loaded."""
        start = frame.start - frames.OVERHEAD
        try:
            data = os.pread(self._open_fd, frame.end - start, start)
        except OSError:
            return None
        return frames.body_of(data, frame, self._seed)

    def forget(self, bad: set[int]) -> None:
        """Records ``bad`` cannot be read any more; where they lie nothing is written again."""
        end = self.end
        self._hold([frame for frame in self.held if frame.n not in bad], ghosts=self.ghosts)
        self.end = end

    @property
    def _open_fd(self) -> int:
        assert self._fd is not None  # noqa: S101  # only the spool calls, after load
        return self._fd

    def append(self, data: bytes, added: list[Frame]) -> None:
        """Make ``data`` durable behind the last record; after an :class:`OSError` append here no more."""
        write_all(self._open_fd, data, self.end)
        sync_data(self._open_fd)
        self.held += added
        self.last, self.end = added[-1], added[-1].end
        self.telemetry = self.telemetry or any(not frame.event for frame in added)

    def cut_tail(self) -> None:
        """After a restart: take away what a torn write left behind the last record, and make the rest durable."""
        rest = self.size - self.end
        if os.pread(self._open_fd, rest, self.end).strip(b"\0"):
            write_all(self._open_fd, bytes(rest), self.end)
        os.fsync(self._open_fd)

    def thin(self, keep: Callable[[Frame], bool], spare: Path) -> None:
        """Take out every (loaded) record but those to ``keep``, through the file ``spare``, which stays.

        A power cut leaves the old file or the new one, never half of one.
        """
        kept = [(frame, body) for frame in self.held if keep(frame) and (body := self.body(frame)) is not None]
        data = b"".join(frames.pack(self._seed, old.n, old.boot, body, event=old.event) for old, body in kept)
        _write_file(spare, data)
        self.unload()
        _swap(spare, self.path)
        sync_folder(self.path.parent)
        self.size = len(data)
        self._hold(list(frames.unpack(data, self._seed)), ghosts=False)
        self.held = []

    def delete(self) -> None:
        """Delete the file."""
        self.unload()
        self.path.unlink(missing_ok=True)
        sync_folder(self.path.parent)
        self.last, self.scanned, self.size = None, True, 0


def size_of(path: Path) -> int:
    """Bytes of a file; 0 when there is none, or nothing can be learnt of it."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def in_blocks(size: int, block: int) -> int:
    """What a file of so many bytes takes, in whole blocks."""
    return -(-size // block) * block


def _read(fd: int, size: int) -> bytes:
    """The file's bytes; a block that the card cannot read any more counts as zeros, and the rest is still read."""
    data = bytearray(size)
    for at in range(0, size, _READ):
        if not _read_into(data, fd, at, _READ):
            for block in range(at, min(at + _READ, size), _BLOCK):
                _read_into(data, fd, block, _BLOCK)
    return bytes(data)


def _read_into(data: bytearray, fd: int, at: int, length: int) -> bool:
    try:
        found = os.pread(fd, min(length, len(data) - at), at)
    except OSError:
        return False
    data[at : at + len(found)] = found
    return True


def _swap(new: Path, old: Path) -> None:
    """Put ``new`` in the place of ``old``, whose blocks become the next ``new``: on a full card there are no others."""
    kept = new.with_name(f"{new.name}{REPLACED}")
    kept.unlink(missing_ok=True)
    with suppress(OSError):  # a file system without hard links gives the blocks back
        kept.hardlink_to(old)
    new.replace(old)
    with suppress(OSError):
        kept.replace(new)


def _write_file(path: Path, data: bytes) -> None:
    """Into the blocks ``path`` already has, so that it works on a full card too."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        write_all(fd, data, 0)
        os.ftruncate(fd, len(data))
        os.fsync(fd)
    finally:
        os.close(fd)
