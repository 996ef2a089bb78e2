"""A thread that takes short turns until it is told to stop."""

import threading
from abc import ABC, abstractmethod


class Turns(ABC):
    """``name``: the thread's."""

    def __init__(self, name: str) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        """End after the turn at hand; what is not done then is done by whoever starts next."""
        self._stop.set()
        self._thread.join(timeout_s)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._stop.wait(self.once())

    @abstractmethod
    def once(self) -> float:
        """One turn; how long to wait before the next, in s. Raises nothing: that would end the thread for good."""
