"""Goes up the ladder with faults that nobody takes, or that nobody gets on with."""

from collections.abc import Callable

import structlog
from msgspec.structs import replace

from gateway.dispatch import Setup, Subject, climb, next_ms
from gateway.dispatch.ladder import TOP
from gateway.faults.times import DispatchTimes
from gateway.store import Conflict, FaultRow, LadderRow, Store

log = structlog.get_logger(__name__)
# What the gateway itself writes into a fault's history is no progress of those who are to mend it.
_ENGINE = frozenset({"opened", "relapsed", "cleared", "closed", "reopened", "rooted", "merged"})


class Climber:
    """``setup``: how the village stands now."""

    def __init__(self, store: Store, setup: Callable[[], Setup], times: DispatchTimes) -> None:
        self._store, self._setup, self._times = store, setup, times

    def once(self, now_ms: int) -> int:
        """One round; how many went up."""
        went = 0
        for ladder in self._store.letters.due_ladders(now_ms):
            try:
                went += self._one(ladder, now_ms)
            except Conflict:
                continue  # somebody moved it in this moment; it is looked at again
        return went

    def _one(self, ladder: LadderRow, now_ms: int) -> bool:
        fault = self._store.fault(ladder.fault)
        if fault is None or fault.closed_ms is not None or fault.root is not None or fault.order_state == "closed":
            self._store.letters.leave(ladder.fault)
            return False
        due_ms = self._next(ladder, ladder.step, fault)
        if due_ms is None or due_ms > now_ms:
            self._store.letters.climb(ladder, ladder.step, due_ms, (), now_ms)
            return False
        step = ladder.step + 1
        told = {(row.recipient, row.channel) for row in self._store.letters.of_fault(fault.id)}
        what = Subject(fault.asset, fault.code, fault.severity, fault.department)
        to = climb(self._setup(), what, min(step, TOP), now_ms, told)
        # Nobody moved it but this step: what is to come is counted from here.
        again_ms = self._next(ladder, step, fault, now_ms)
        self._store.letters.climb(ladder, step, again_ms, [replace(one, step=step) for one in to], now_ms)
        log.info("a fault goes up", fault=fault.id, step=step, state=fault.order_state)
        return True

    def _next(self, ladder: LadderRow, step: int, fault: FaultRow, moved_ms: int | None = None) -> int | None:
        if moved_ms is None:
            moves = self._store.fault_moves(fault.id)
            moved_ms = max((move.at_ms for move in moves if move.move not in _ENGINE), default=None)
        return next_ms(self._times, fault.severity, ladder.told_ms, min(step, TOP), moved_ms, fault.order_state)
