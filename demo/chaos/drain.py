"""When everything has arrived: acknowledged to the nodes, and counted in InfluxDB."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from demo.chaos.books import ACKED, QUIET, Marks
from demo.chaos.influx import Influx

POLL_S = 0.05
INFLUX_EACH_S = 0.2


class Acks:
    """Whether every node has been told that all it ever accepted is committed."""

    def __init__(self, ledger: Path, nodes: Collection[str]) -> None:
        self._nodes = set(nodes)
        self._acked, self._quiet = Marks(ledger, ACKED), Marks(ledger, QUIET)

    def whole(self) -> bool:
        """Once true it stays: nothing new comes from a quiet node."""
        quiet, acked = self._quiet.now(), self._acked.now()
        heard = {node for node, _ in quiet}
        return heard == self._nodes and all(acked.get(card, 0) >= n for card, n in quiet.items())

    def wait(self, until: float, tick: Callable[[], None]) -> float | None:
        """The monotonic moment at which it was so; None when it is not ``until`` then. ``tick``: called meanwhile."""
        while not self.whole():
            if time.monotonic() > until:
                return None
            tick()
            time.sleep(POLL_S)
        return time.monotonic()


class Points:
    """Counts InfluxDB's points again and again, in a thread, and remembers when which count was first seen."""

    def __init__(self, influx: Influx, measurements: Collection[str]) -> None:
        self._influx, self._measurements = influx, sorted(measurements)
        self._first: list[tuple[float, Counter[str]]] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="points", daemon=True)
        self._thread.start()

    def wait(self, wanted: Mapping[str, int], until: float) -> float | None:
        """The monotonic moment at which they were ``wanted``; None when they are not ``until`` then."""
        goal = Counter(wanted)
        while True:
            found = [at for at, counts in list(self._first) if counts == goal]
            if found or time.monotonic() > until:
                return found[0] if found else None
            time.sleep(POLL_S)

    def stop(self) -> None:
        """Count no more."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(INFLUX_EACH_S):
            counts = self._influx.counts(self._measurements)
            if counts is not None and (not self._first or self._first[-1][1] != Counter(counts)):
                self._first.append((time.monotonic(), Counter(counts)))
