"""Moves on the work orders that no person has to move: suspended ones on their date, verified ones once their device
has been well for long enough."""

from collections.abc import Callable

import structlog

from gateway.faults import Rules
from gateway.store import Conflict, Store

log = structlog.get_logger(__name__)


class Orders:
    """``now_ms``: Unix milliseconds."""

    def __init__(self, store: Store, rules: Rules, now_ms: Callable[[], int]) -> None:
        self._store, self._rules, self._now_ms = store, rules, now_ms

    def once(self) -> int:
        """Move all that is due; how many that were. Raises StoreError: nothing is moved, try again."""
        now_ms = self._now_ms()
        due = self._store.due_orders(now_ms, self._rules.verified_s)
        if not due:
            return 0
        try:
            self._store.move_orders(due, now_ms)
        except Conflict as error:  # somebody moved one meanwhile: the next turn reads them anew
            log.info("put off", reason=str(error))
            return 0
        for item in due:
            log.info("work order moved", fault=item.fault, move=item.move)
        return len(due)
