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
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(usage.ru_utime + usage.ru_stime for usage in used) / max(0.001, time.monotonic() - self._begun)
