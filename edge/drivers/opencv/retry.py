"""How long to wait before the next attempt at a camera. Pure."""

from typing import Literal

Failure = Literal["unreachable", "silent", "busy"]

FIRST_S, LONGEST_S = 0.5, 8.0
BUSY_S = 300.0


class Retry:
    """Counts failures in a row; :meth:`succeeded` starts over."""

    def __init__(self) -> None:
        self._failures = 0

    def succeeded(self) -> None:
        """The camera has shown pictures for a while."""
        self._failures = 0

    def wait_s(self, failure: Failure) -> float:
        """Seconds until the next attempt after ``failure``."""
        if failure == "busy":
            return BUSY_S
        self._failures += 1
        return min(LONGEST_S, FIRST_S * 2.0 ** min(self._failures - 1, 10))
