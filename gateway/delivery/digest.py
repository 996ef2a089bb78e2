"""The daily digest: lines for what was over before anybody could be told. What waited for it goes by itself."""

from collections.abc import Callable

import structlog

from gateway.dispatch import Setup, address, digest_before
from gateway.dispatch.storm import DIGEST
from gateway.dispatch.words import Address
from gateway.faults.times import DispatchTimes
from gateway.store import Conflict, FaultRow, Letters

log = structlog.get_logger(__name__)
# A line of the past is no urgent matter, whatever its fault's severity was.
CALM = 3


class Digest:
    """``setup``: how the village stands now."""

    def __init__(self, letters: Letters, setup: Callable[[], Setup], times: DispatchTimes) -> None:
        self._letters, self._setup, self._times = letters, setup, times
        self._done_ms = 0

    def once(self, now_ms: int) -> None:
        """Make the digest that was due last, once."""
        due_ms = digest_before(self._times, now_ms)
        if due_ms <= self._done_ms:
            return
        try:
            lines = self._letters.digest(due_ms, f"{DIGEST}{due_ms}", lambda fault: self._to(fault, due_ms))
        except Conflict:
            return  # another worker is at it
        self._done_ms = due_ms
        if lines:
            log.info("digest", lines=lines)

    def _to(self, fault: FaultRow, due_ms: int) -> tuple[Address, ...]:
        return address(self._setup(), fault.asset, fault.code, CALM, due_ms)
