"""A card whose power may be cut at any system call: what was not synced by then is lost, torn, or there.

It stands between the spool and a real folder. Contents become durable by the file's sync, names by their folder's; a
sync that failed makes nothing durable, also when a later one succeeds.
"""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pytest

from edge import segments

FOLDER = -1


class PowerCut(BaseException):
    """The machine is gone."""


@dataclass
class Content:
    """One file. A change is (offset, data) or (size, None); ``doubtful`` are those whose sync failed."""

    durable: bytes = b""
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)
    doubtful: list[tuple[int, bytes | None]] = field(default_factory=list)

    def sync(self) -> None:
        self.doubtful = [old for old in self.doubtful if not any(over(new, old) for new in self.pending)]
        self.durable, self.pending = apply(self.durable, self.pending), []

    def after_cut(self, dice: Random) -> bytes:
        kept: list[tuple[int, bytes | None]] = []
        for at, data in self.doubtful + self.pending:
            fate = dice.random()
            if fate < 0.4:
                kept.append((at, data))
            elif fate < 0.7 and data is not None:
                kept.append((at, data[: dice.randint(0, len(data))]))
        return apply(self.durable, kept)


def over(new: tuple[int, bytes | None], old: tuple[int, bytes | None]) -> bool:
    """Whether a later change takes the place of an earlier one, or of a part of it."""
    ends = [at + len(data) if data is not None else at for at, data in (new, old)]
    return new[0] < ends[1] and (new[1] is None or ends[0] > old[0])


def apply(content: bytes, changes: list[tuple[int, bytes | None]]) -> bytes:
    data = bytearray(content)
    for at, new in changes:
        if new is None:
            data = data[:at].ljust(at, b"\0")
        else:
            data = data.ljust(at, b"\0")
            data[at : at + len(new)] = new
    return bytes(data)


class Card:
    """``cut_in``: so many operations are left. ``trouble``: (first, last, errno) of the operations that fail.
    Reading never does. ``short``: writes end early. ``failed``: something has.
    """

    def __init__(self, root: Path, patch: pytest.MonkeyPatch) -> None:
        self.root, self._real = root, {name: getattr(os, name) for name in OPERATIONS}
        self.cut_in: int | None = None
        self.trouble: tuple[int, int, int] | None = None
        self.troubled = self.failed = self.short = False
        self._dice, self._count = Random(0), 0
        self._fds: dict[int, int | Path] = {}
        self._reset()
        for name in OPERATIONS:
            patch.setattr(os, name, getattr(self, name))
        patch.setattr(segments, "sync_data", self.fdatasync)
        patch.setattr(shutil, "rmtree", self.rmtree)

    def _reset(self) -> None:
        """What is there now is durable."""
        self._contents: list[Content] = []
        self._ids: dict[int, int] = {}
        self._names: dict[Path, int] = {}
        self._changes: dict[Path, list[dict[Path, int | None]]] = {}
        for path in self.root.rglob("*"):
            self._names[path] = FOLDER if path.is_dir() else self._id(path.stat().st_ino, path.read_bytes())

    def _id(self, inode: int, content: bytes = b"", new: bool = False) -> int:
        if new or inode not in self._ids:
            self._ids[inode] = len(self._contents)
            self._contents.append(Content(content))
        return self._ids[inode]

    def cut(self, seed: int) -> None:
        """The power goes and comes back; the folder is then what the card kept."""
        dice, names = Random(seed), dict(self._names)
        for changes in self._changes.values():
            for change in changes[: dice.randint(0, len(changes))]:
                names.update({path: found for path, found in change.items() if found is not None})
                for gone in [path for path, found in change.items() if found is None]:
                    names.pop(gone, None)
        kept = {file: self._contents[file].after_cut(dice) for file in sorted(set(names.values()) - {FOLDER})}
        for fd in list(self._fds):
            self.close(fd)
        self._empty(self.root)
        self._build(names, kept)
        self.cut_in, self.trouble = None, None
        self._reset()

    def _build(self, names: dict[Path, int], kept: dict[int, bytes]) -> None:
        built: dict[int, Path] = {}
        for path, file in sorted(names.items()):
            if not path.parent.is_dir():
                continue
            if file == FOLDER:
                self._real["mkdir"](path)
            elif file in built:
                self._real["link"](built[file], path)
            else:
                path.write_bytes(kept[file])
                built[file] = path

    def _empty(self, folder: Path) -> None:
        for path in folder.iterdir():
            if path.is_dir():
                self._empty(path)
                self._real["rmdir"](path)
            else:
                self._real["unlink"](path)

    def flip(self, file: Path, bit: int) -> None:
        """A bit of a file turns over, on the card and in memory."""
        data = bytearray(file.read_bytes())
        data[bit // 8 % len(data)] ^= 1 << bit % 8
        file.write_bytes(data)
        self._contents[self._id(file.stat().st_ino)].durable = bytes(data)

    # --- what the spool calls ---

    def _step(self, reads: bool = False) -> None:
        self._count += 1
        if self.cut_in is not None:
            self.cut_in -= 1
            if self.cut_in <= 0:
                raise PowerCut
        if self.trouble and not reads and self.trouble[0] <= self._count <= self.trouble[1]:
            self.troubled = self.failed = True
            raise OSError(self.trouble[2], os.strerror(self.trouble[2]))

    def fail(self, first: int, count: int, number: int) -> None:
        """So many operations fail, after ``first`` more."""
        self.trouble = (self._count + first, self._count + first + count - 1, number)

    @contextmanager
    def at_peace(self) -> Iterator[None]:
        """A test looks: that is nothing that fails or takes time."""
        trouble, cut, self.trouble, self.cut_in = self.trouble, self.cut_in, None, None
        yield
        self.trouble, self.cut_in = trouble, cut

    def _ours(self, path: object) -> bool:
        return isinstance(path, str | os.PathLike) and Path(path).is_relative_to(self.root)

    def _change(self, folder: Path, **_: object) -> list[dict[Path, int | None]]:
        return self._changes.setdefault(folder, [])

    def open(self, path: Any, flags: int, *rest: Any, **fields: Any) -> int:
        if not self._ours(path):
            return int(self._real["open"](path, flags, *rest, **fields))
        place, there = Path(path), Path(path).exists()
        self._step(reads=there)
        fd = int(self._real["open"](path, flags, *rest, **fields))
        if flags & os.O_DIRECTORY:
            self._fds[fd] = place
            return fd
        file = self._fds[fd] = self._id(os.fstat(fd).st_ino, new=not there)
        if not there:
            self._change(place.parent).append({place: file})
        elif flags & os.O_TRUNC:
            self._contents[file].pending.append((0, None))
        return fd

    def close(self, fd: int) -> None:
        self._fds.pop(fd, None)
        self._real["close"](fd)

    def pwrite(self, fd: int, data: bytes, at: int) -> int:
        if not isinstance(file := self._fds.get(fd), int):
            return int(self._real["pwrite"](fd, data, at))
        part = bytes(data[: self._dice.randint(1, len(data))] if self.short else data)
        try:
            self._step()
        except PowerCut:
            self._contents[file].pending.append((at, part))
            raise
        self._contents[file].pending.append((at, part))
        return int(self._real["pwrite"](fd, part, at))

    def fsync(self, fd: int) -> None:
        file = self._fds.get(fd)
        if file is None:
            self._real["fsync"](fd)
            return
        try:
            self._step()
        except OSError:
            if isinstance(file, int):
                content = self._contents[file]
                content.doubtful, content.pending = content.doubtful + content.pending, []
            raise
        if isinstance(file, int):
            self._contents[file].sync()
            return
        for change in self._changes.pop(file, []):
            for path, found in change.items():
                if found is None:
                    self._names.pop(path, None)
                else:
                    self._names[path] = found

    def fdatasync(self, fd: int) -> None:
        self.fsync(fd)

    def ftruncate(self, fd: int, size: int) -> None:
        if isinstance(file := self._fds.get(fd), int):
            self._step()
            self._contents[file].pending.append((size, None))
        self._real["ftruncate"](fd, size)

    def posix_fallocate(self, fd: int, at: int, size: int) -> None:
        if isinstance(file := self._fds.get(fd), int):
            self._step()
            if os.fstat(fd).st_size < size:
                self._contents[file].pending.append((size, None))
        self._real["posix_fallocate"](fd, at, size)

    def replace(self, old: Any, new: Any) -> None:
        file = self._named("replace", old, old, new)
        if file is not None:
            self._change(Path(new).parent).append({Path(new): file, Path(old): None})

    def link(self, old: Any, new: Any, **fields: Any) -> None:
        file = self._named("link", old, old, new, **fields)
        if file is not None:
            self._change(Path(new).parent).append({Path(new): file})

    def unlink(self, path: Any, **fields: Any) -> None:
        if self._named("unlink", path, path, **fields) is not None:
            self._change(Path(path).parent).append({Path(path): None})

    def mkdir(self, path: Any, *rest: Any, **fields: Any) -> None:
        if self._named("mkdir", path, path, *rest, **fields) is not None:
            self._change(Path(path).parent).append({Path(path): FOLDER})

    def rmdir(self, path: Any, **fields: Any) -> None:
        if self._named("rmdir", path, path, **fields) is not None:
            self._change(Path(path).parent).append({Path(path): None})

    def _named(self, operation: str, path: Any, *rest: Any, **fields: Any) -> int | None:
        """Do it; which file it was about. None for one that is not on the card."""
        if not self._ours(path):
            self._real[operation](*rest, **fields)
            return None
        self._step()
        found = Path(path)
        file = self._id(found.stat().st_ino) if found.is_file() else FOLDER
        self._real[operation](*rest, **fields)
        return file

    def rmtree(self, folder: Path, *, ignore_errors: bool) -> None:
        try:
            for path in folder.iterdir():
                os.unlink(path)  # noqa: PTH108  # the patched one
            os.rmdir(folder)  # noqa: PTH106  # as above
        except OSError:
            if not ignore_errors:
                raise


OPERATIONS = (
    "open",
    "close",
    "pwrite",
    "fsync",
    "fdatasync",
    "ftruncate",
    "posix_fallocate",
    "replace",
    "link",
    "unlink",
    "mkdir",
    "rmdir",
)
TROUBLES = (errno.ENOSPC, errno.EDQUOT, errno.EIO)
