"""A memory card in RAM: what a process has written to the files below a folder reaches them by fsync alone.

So a SIGKILL is a power cut to them. A card writes when it likes: now and then a part of what is not yet synced gets
there early, in sectors, which tears a record. Put in with :meth:`Card.insert` before the spool's modules are loaded;
the product has no such switch.
"""

import os
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

SECTOR = 512
EARLY = 0.3
SLOWEST_S = 0.012

_File = tuple[int, int]


class Card:
    """The card of ``folder``. ``syncs`` False: it says yes and forgets, so that a power cut takes all of it."""

    def __init__(self, folder: Path, chance: random.Random, syncs: bool = True) -> None:
        self._folder, self._chance, self._syncs = f"{folder.absolute()}{os.sep}", chance, syncs
        self._waiting: dict[_File, list[tuple[int, bytes]]] = {}
        self._open, self._close = os.open, os.close
        self._pread, self._pwrite, self._truncate = os.pread, os.pwrite, os.ftruncate
        self._mine: dict[int, _File] = {}

    def insert(self) -> None:
        """From now on the process's files below the folder lie on this card."""
        sync = os.fsync
        data: Callable[[int], None] = getattr(os, "fdatasync", os.fsync)
        replaced: dict[str, Any] = {
            "open": self._opened,
            "close": self._closed,
            "pread": self._read,
            "pwrite": self._write,
            "ftruncate": self._cut,
            "fsync": lambda fd: self._sync(fd, sync),
            "fdatasync": lambda fd: self._sync(fd, data),
        }
        for name, function in replaced.items():
            setattr(os, name, function)

    def _opened(self, path: Any, flags: int, mode: int = 0o777, **rest: Any) -> int:
        fd = self._open(path, flags, mode, **rest)
        if os.fspath(path).startswith(self._folder) and not flags & os.O_DIRECTORY:
            state = os.fstat(fd)
            self._mine[fd] = (state.st_dev, state.st_ino)
            if not state.st_size:  # a new file, maybe with the number of a deleted one
                self._waiting.pop(self._mine[fd], None)
        return fd

    def _closed(self, fd: int) -> None:
        self._mine.pop(fd, None)
        self._close(fd)

    def _read(self, fd: int, size: int, at: int) -> bytes:
        data = bytearray(self._pread(fd, size, at))
        for start, piece in self._waiting.get(self._mine.get(fd, (0, 0)), ()):
            low, high = max(start, at), min(start + len(piece), at + len(data))
            if low < high:
                data[low - at : high - at] = piece[low - start : high - start]
        return bytes(data)

    def _write(self, fd: int, data: Any, at: int) -> int:
        if fd not in self._mine:
            return self._pwrite(fd, data, at)
        piece = bytes(data)
        self._waiting.setdefault(self._mine[fd], []).append((at, piece))
        if self._syncs and self._chance.random() < EARLY:
            self._put(fd, at, piece, early=True)
        return len(piece)

    def _put(self, fd: int, at: int, piece: bytes, early: bool = False) -> None:
        for start in range(0, len(piece), SECTOR):
            if not early or self._chance.random() < 0.5:
                self._pwrite(fd, piece[start : start + SECTOR], at + start)

    def _cut(self, fd: int, size: int) -> None:
        if fd in self._mine:
            kept = [(at, piece[: max(0, size - at)]) for at, piece in self._waiting.get(self._mine[fd], ())]
            self._waiting[self._mine[fd]] = [(at, piece) for at, piece in kept if piece]
        self._truncate(fd, size)

    def _sync(self, fd: int, sync: Callable[[int], None]) -> None:
        if fd in self._mine:
            if not self._syncs:
                return
            time.sleep(self._chance.uniform(0, SLOWEST_S))
            for at, piece in self._waiting.pop(self._mine[fd], ()):
                self._put(fd, at, piece)
        sync(fd)
