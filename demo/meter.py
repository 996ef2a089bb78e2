"""What the demo costs: memory as the peak of the summed PSS, and CPU of all its processes. Linux tells both, other
systems CPU only.
"""

import resource
import time
from collections.abc import Iterable
from pathlib import Path

SAMPLE_EACH_S = 2.0


def pss_kib(pid: int) -> int | None:
    """A process's share of memory in KiB, pages it shares counted in part; None if the process or the system does not
    tell.
    """
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return None
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")), None)


class Meter:
    """Call :meth:`sample` often; it looks each :data:`SAMPLE_EACH_S`."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._next = self._begun
        # The set-up that went before in the same process (a script that execs keeps its children's bill) is not the
        # demo's.
        self._before_s = _children_s()
        self.peak_kib: int | None = None
        self.now_kib: int | None = None

    def sample(self, pids: Iterable[int]) -> None:
        """Look at the memory of ``pids``, all at one moment."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + SAMPLE_EACH_S
        found = [kib for kib in map(pss_kib, pids) if kib is not None]
        if found:
            self.now_kib = sum(found)
            self.peak_kib = max(self.peak_kib or 0, self.now_kib)

    def memory_mib(self) -> float | None:
        """The highest sum seen, in MiB."""
        return None if self.peak_kib is None else self.peak_kib / 1024

    def core_share(self) -> float:
        """CPU seconds per second of wall time since the start, of this process and of all its children that have
        ended.
        """
        used = _children_s() - self._before_s + sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
        return used / max(0.001, time.monotonic() - self._begun)


def _children_s() -> float:
    return sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
