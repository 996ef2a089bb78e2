"""What is dear to work out, kept as long as what it was made from stays the same."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

Made = TypeVar("Made")
ENTRIES = 16


@dataclass(slots=True)
class Keeping:
    """Values by key, each with the stamp of what it was made from. The ones that were asked for last stay."""

    _kept: dict[str, tuple[object, Any]] = field(default_factory=dict)
    _locks: dict[str, threading.Lock] = field(default_factory=dict)
    _door: threading.Lock = field(default_factory=threading.Lock)

    def get(self, key: str, stamp: object, make: Callable[[], Made]) -> Made:
        """The kept value of ``key`` if its stamp is ``stamp``, else a new one; of many who ask at once one makes it."""
        with self._door:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            kept = self._kept.get(key)
            value: Made = kept[1] if kept is not None and kept[0] == stamp else make()
        with self._door:
            self._kept.pop(key, None)
            self._kept[key] = (stamp, value)
            while len(self._kept) > ENTRIES:
                oldest = next(iter(self._kept))
                del self._kept[oldest], self._locks[oldest]
        return value

    def last(self, key: str) -> Any | None:
        """What is kept of ``key``, whatever it was made from."""
        with self._door:
            kept = self._kept.get(key)
        return None if kept is None else kept[1]
