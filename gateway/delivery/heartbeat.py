"""The outward heartbeat: a dead man's switch. Somebody outside, who hears nothing any more, rings.

It is sent only while the loop commits and the senders live, so that a gateway that hangs is missed as one that is off.
"""

import threading
from collections.abc import Callable

import structlog
import urllib3

from gateway.delivery.channels import speech

log = structlog.get_logger(__name__)
TIMEOUT_S = 10.0
LOOK_S = 1.0


class Heartbeat:
    """GET ``url`` every ``each_s`` while ``alive`` says so. The address is a secret: it stands in no log."""

    def __init__(self, url: str, each_s: float, alive: Callable[[], bool]) -> None:
        self._url, self._each_ms, self._alive = url, round(each_s * 1000), alive
        speech.quiet("urllib3.connectionpool")
        self._pool = urllib3.PoolManager(timeout=TIMEOUT_S, retries=False)
        self._last_ms: int | None = None
        self._failing = False

    def run(self, stop: threading.Event, now_ms: Callable[[], int]) -> None:
        """Until ``stop``, in a thread of its own: a slow answer holds up nothing else."""
        while not stop.is_set():
            self.once(now_ms())
            stop.wait(LOOK_S)

    def once(self, now_ms: int) -> bool:
        """Send one if it is due; whether it was taken."""
        if (self._last_ms is not None and now_ms - self._last_ms < self._each_ms) or not self._alive():
            return False
        self._last_ms = now_ms
        try:
            status = self._pool.request("GET", self._url, redirect=False).status
        except (urllib3.exceptions.HTTPError, OSError) as error:
            return self._say(False, type(error).__name__)
        return self._say(200 <= status < 300, f"HTTP {status}")

    def _say(self, taken: bool, reason: str) -> bool:
        if not taken and not self._failing:
            log.warning("the outward heartbeat is not taken", reason=reason)
        self._failing = not taken
        return taken
