"""Faults that were open before this program kept letters: nobody was told of them by it, so it does that once."""

from collections.abc import Callable

import structlog

from gateway.dispatch import Setup, address
from gateway.dispatch.words import Address
from gateway.store import FaultRow, Letters

log = structlog.get_logger(__name__)


class Inherited:
    """``setup``: how the village stands now."""

    def __init__(self, letters: Letters, setup: Callable[[], Setup]) -> None:
        self._letters, self._setup = letters, setup
        self._done = False

    def once(self, now_ms: int) -> None:
        """Tell of them, once a start. Raises StoreError: nothing is told, try again."""
        if self._done:
            return
        found = self._letters.take_over(lambda fault: self._to(fault, now_ms), now_ms)
        self._done = True
        if found:
            log.info("faults of an earlier program are told of", faults=found)

    def _to(self, fault: FaultRow, now_ms: int) -> tuple[Address, ...]:
        """What somebody has taken only goes up the ladder, if nothing moves."""
        if fault.order_state != "open":
            return ()
        return address(self._setup(), fault.asset, fault.code, fault.severity, now_ms, fault.department)
