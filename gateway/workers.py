"""A worker: one process that runs the gateway of each village that is nobody's as a process of its own.

Processes and not threads: what ends one village, or freezes it, leaves the others alone, and two of them use two
cores. Each village's process takes the village for itself, and ends at once when it loses it; this one only looks
where a place is free. Who has more villages already waits longer for the next.
"""

import subprocess
from collections.abc import Callable, Mapping
from typing import Protocol

import structlog

from gateway.store import StoreError

LOOK_S = 1.0
# A village that ends at once is not begun anew at once.
PAUSE_S = 5.0
# Exit code of a village's process whose village is, or has become, another worker's (EX_TEMPFAIL).
TAKEN = 75

log = structlog.get_logger(__name__)


class Child(Protocol):
    """A village's process."""

    def poll(self) -> int | None:
        """Its exit code; None while it runs."""
        ...

    def terminate(self) -> None:
        """Ask it to end."""
        ...

    def kill(self) -> None:
        """End it."""
        ...

    def wait(self, timeout: float) -> int:
        """Wait for its end."""
        ...


class Worker:
    """``free``: whether a village, by its database's URL, is nobody's; ``start``: begin a village's process."""

    def __init__(
        self,
        databases: Mapping[str, str],
        free: Callable[[str], bool],
        start: Callable[[str], Child],
        mono_s: Callable[[], float],
    ) -> None:
        self._databases, self._free, self._start, self._mono_s = databases, free, start, mono_s
        self.children: dict[str, Child] = {}
        self._look_s = dict.fromkeys(databases, mono_s())
        self._told: frozenset[str] | None = None

    def once(self) -> None:
        """One turn: see who has ended, and begin at most one village."""
        for village, child in list(self.children.items()):
            if (code := child.poll()) is not None:
                del self.children[village]
                self._look_s[village] = self._mono_s() + (LOOK_S if code == TAKEN else PAUSE_S)
                log.warning("village let go", village=village, code=code)
        for village in self._waiting():
            self._look_s[village] = self._mono_s() + LOOK_S * (1 + len(self.children))
            if self._is_free(village):
                self.children[village] = self._start(village)
                break
        if (now := frozenset(self.children)) != self._told:
            self._told = now
            log.info("villages of this worker", villages=",".join(sorted(now)) or "none")

    def _waiting(self) -> list[str]:
        now_s = self._mono_s()
        due = [
            village for village in self._databases if village not in self.children and self._look_s[village] <= now_s
        ]
        return sorted(due, key=lambda village: self._look_s[village])

    def _is_free(self, village: str) -> bool:
        try:
            return self._free(self._databases[village])
        except StoreError as error:
            log.warning("cannot ask whose the village is", village=village, reason=str(error))
            return False

    def end(self, within_s: float) -> None:
        """End all villages' processes, and wait for it."""
        for child in self.children.values():
            child.terminate()
        for child in self.children.values():
            try:
                child.wait(within_s)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait(within_s)
