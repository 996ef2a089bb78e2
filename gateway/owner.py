"""A village's own process watches whether the village is still its own."""

import threading
from collections.abc import Callable

import structlog

from gateway.store.ownership import Ownership

BEAT_S = 1.0
# How often it is looked whether the village is still surely ours.
LOOK_S = 0.25

log = structlog.get_logger(__name__)


class Owner:
    """``lost``: called once the village is not surely this process's any more, from a thread of its own; ``orphaned``:
    whether the worker that began this process has ended."""

    def __init__(self, owned: Ownership, lost: Callable[[], None], orphaned: Callable[[], bool]) -> None:
        self._owned, self._lost, self._orphaned = owned, lost, orphaned
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="owner", daemon=True)
        # Of its own: a beat may wait for a server that is gone for longer than the village is ours.
        self._watch = threading.Thread(target=self._look, name="owner watch", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()
        self._watch.start()

    def stop(self) -> None:
        """Give the village to whoever comes next."""
        self._stop.set()
        self._watch.join(2 * BEAT_S)
        self._thread.join(2 * BEAT_S)
        self._owned.release()

    def _beat(self) -> None:
        while not self._stop.wait(BEAT_S):
            if not self._owned.beat():
                return

    def _look(self) -> None:
        while not self._stop.wait(LOOK_S):
            if not self._owned.fresh():
                log.error("village lost", reason="its lock's connection is gone; another worker may have it")
                self._lost()
                return
            if self._orphaned():
                log.error("village let go", reason="the worker that began it has ended")
                self._lost()
                return
