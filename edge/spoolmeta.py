"""The small files around a spool's log: its name and the count set aside, the lock, logs that were set aside."""

import fcntl
import os
import re
import shutil
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import msgspec

from edge import cardfile, frames, segments
from edge.segments import in_blocks, preallocate, size_of, sync_folder

_META, _LOCK = "meta.json", "lock"
_STREAM = re.compile(r"[0-9a-f]{16}", re.ASCII)


class Meta(NamedTuple):
    """``stream``: the log's random name, 16 hex digits; ``aside``: records set aside before it began."""

    stream: str
    aside: int


class _File(msgspec.Struct):
    stream: str
    aside: int
    crc: int


def read(folder: Path) -> Meta | None:
    """What stands in ``folder``; None when nothing does, or nothing that can be trusted."""
    try:
        found = msgspec.json.decode((folder / _META).read_bytes(), type=_File)
    except (FileNotFoundError, msgspec.DecodeError, UnicodeDecodeError):
        return None
    except OSError as error:
        if error.errno in segments.DAMAGED:
            return None
        raise
    meta = Meta(found.stream, found.aside)
    return meta if found.crc == _crc(meta) else None


def write(folder: Path, meta: Meta) -> None:
    """Replace it, so that a power cut leaves the old one or the new one."""
    cardfile.replace(folder / _META, msgspec.json.encode(_File(*meta, _crc(meta))))


def _crc(meta: Meta) -> int:
    return zlib.crc32(f"{meta.stream} {meta.aside}".encode())


def lock(folder: Path) -> int:
    """Keep other processes out; raises :class:`OSError` when one is in already."""
    fd = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(fd)
        raise OSError(error.errno, "in use by another process") from error
    return fd


def unlock(fd: int) -> None:
    """Let others in again."""
    os.close(fd)


def old_logs(folder: Path, stream: str, block: int = 1) -> list[tuple[Path, int]]:
    """Logs set aside earlier, oldest first, with what they take in bytes. What is no log is somebody else's."""
    named = [path for path in folder.iterdir() if _STREAM.fullmatch(path.name) and path.name != stream]
    found = [path for path in named if path.is_dir() and not path.is_symlink()]
    found.sort(key=lambda path: path.stat().st_mtime_ns)
    return [(path, sum(in_blocks(size_of(file), block) for file in path.iterdir())) for path in found]


def records_in(logs: Iterable[tuple[Path, int]]) -> int:
    """How many records logs that were set aside hold."""
    count = 0
    for folder, _ in logs:
        for segment in segments.in_folder(folder, frames.seed(folder.name)):
            count += len(segment.load())
            segment.unload()
    return count


def delete_log(folder: Path) -> None:
    """Delete a log that was set aside, as far as the card lets one."""
    shutil.rmtree(folder, ignore_errors=True)
    sync_folder(folder.parent)


def make_folder(folder: Path) -> None:
    """Make a folder, with those around it, so that a power cut leaves it there."""
    missing = [each for each in folder.parents if not each.exists()]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for outer in [*missing, folder]:  # also one that is there: whoever made it may not have come so far
        sync_folder(outer.parent)


def make_place(folder: Path, stream: str) -> Path:
    """The folder of a log's segments, made if it is missing."""
    place = folder / stream
    make_folder(place)
    return place


def allocate(file: Path, size_bytes: int) -> None:
    """Give ``file`` its blocks now, and no more; raises :class:`OSError` when the card is full."""
    file.with_name(f"{file.name}{segments.REPLACED}").unlink(missing_ok=True)  # left by a power cut
    fd = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if os.fstat(fd).st_size > size_bytes:
            os.ftruncate(fd, size_bytes)
        preallocate(fd, size_bytes)
    finally:
        os.close(fd)
