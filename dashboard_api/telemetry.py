"""Asking the time-series store: few questions at once, none for long, and whoever is away is named with what to do."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import structlog

from dashboard_api.problems import Problem
from gateway.telemetry.base import Reading, TelemetryError

# A question of its own, and with those before it.
WITHIN_S, WAIT_S = 5.0, 8.0
AT_ONCE = 4
NOWHERE = "this process was given no time-series store"
HOW = (
    "telemetry (an InfluxDB) or embedded_telemetry in the dashboard's settings must be what the gateway's settings say"
)
T = TypeVar("T")
log = structlog.get_logger()


def nowhere() -> Reading:
    """What opens nothing."""
    raise TelemetryError(NOWHERE)


class Door:
    """The store, opened by ``opens`` when it is first asked, and again after it failed."""

    def __init__(self, opens: Callable[[], Reading]) -> None:
        self._opens = opens
        self._reading: Reading | None = None
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(AT_ONCE, "telemetry")
        self._away = False

    async def ask(self, question: Callable[[Reading], T]) -> T:
        """The answer; raises :class:`Problem` 503 with what to do."""
        try:
            answer = await asyncio.wait_for(asyncio.wrap_future(self._pool.submit(self._asked, question)), WAIT_S)
        except TelemetryError as error:
            raise self._problem(str(error)) from error
        except TimeoutError as error:
            raise self._problem(f"no answer within {WAIT_S:g} s; ask for less time, or try again later") from error
        if self._away:
            log.info("telemetry can be read again")
        self._away = False
        return answer

    def _asked(self, question: Callable[[Reading], T]) -> T:
        with self._lock:
            reading = self._reading = self._reading or self._opens()
        try:
            return question(reading)
        except TelemetryError:
            with self._lock:
                if self._reading is reading:
                    self._reading = None
            reading.close()
            raise

    def _problem(self, reason: str) -> Problem:
        if not self._away:
            log.warning("telemetry cannot be read", reason=reason)
        self._away = True
        return Problem(
            503, f"telemetry cannot be read: {reason} ({HOW})", reason="telemetry", headers={"Retry-After": "10"}
        )

    def close(self) -> None:
        """Take no more questions."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        with self._lock:
            if self._reading is not None:
                self._reading.close()
