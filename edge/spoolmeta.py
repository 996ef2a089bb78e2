"""The small files around a spool's log: its name and the count set aside, the lock, logs that were set aside."""

import fcntl
import os
import shutil
import zlib
from pathlib import Path
from typing import NamedTuple

import msgspec

from edge.segments import preallocate, sync_folder

_META, _LOCK = "meta.json", "lock"


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
    meta = Meta(found.stream, found.aside)
    return meta if found.crc == _crc(meta) else None


def write(folder: Path, meta: Meta) -> None:
    """Replace it, so that a power cut leaves the old one or the new one."""
    new = folder / f"{_META}.new"
    fd = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        os.write(fd, msgspec.json.encode(_File(*meta, _crc(meta))))
        os.fsync(fd)
    finally:
        os.close(fd)
    new.replace(folder / _META)
    sync_folder(folder)


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


def old_logs(folder: Path, stream: str) -> list[tuple[Path, int]]:
    """Logs set aside earlier, oldest first, with their size in bytes."""
    found = [path for path in folder.iterdir() if path.is_dir() and path.name != stream]
    return [(path, _size_of_folder(path)) for path in sorted(found, key=lambda path: path.stat().st_mtime_ns)]


def _size_of_folder(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir())


def delete_log(folder: Path) -> None:
    """Delete a log that was set aside."""
    shutil.rmtree(folder)
    sync_folder(folder.parent)


def size(file: Path) -> int:
    """Bytes of ``file``; 0 when it does not exist."""
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


def allocate(file: Path, size_bytes: int) -> None:
    """Give ``file`` its blocks now; raises :class:`OSError` when the card is full."""
    fd = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        preallocate(fd, size_bytes)
    finally:
        os.close(fd)
