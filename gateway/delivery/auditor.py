"""Looks each minute for what has reached nobody, takes another way, and puts it on the wall."""

from collections.abc import Callable, Collection, Iterable

import structlog

from gateway.dispatch import Setup, other_ways
from gateway.dispatch.words import Address
from gateway.faults.times import DispatchTimes
from gateway.store import Letters, OutboxRow, Unheard

log = structlog.get_logger(__name__)


class Auditor:
    """``setup``: how the village stands now."""

    def __init__(self, letters: Letters, setup: Callable[[], Setup], times: DispatchTimes) -> None:
        self._letters, self._setup, self._times = letters, setup, times

    def once(self, now_ms: int) -> int:
        """One round; how many it found that were not on the wall yet."""
        channels = self._setup().channels
        self._letters.strand(channels, now_ms - round(self._times.retry_for_s * 1000))
        found = self._letters.unheard(now_ms - round(self._times.undelivered_s * 1000))
        held = self._held(found, now_ms)
        news = 0
        for one in found:
            if all(_its_turn_comes(row, held) and row.channel in channels for row in one.rows):
                continue
            to = self._ways(one, now_ms)
            fresh = any(row.told_ms is None for row in one.rows)
            if to or fresh:
                self._letters.another_way(one, to, now_ms)
            if fresh:
                news += 1
                log.warning("nobody has got a message", fault=one.fault.id, post=one.rows[0].post, ways=len(to))
        return news

    def _held(self, found: Iterable[Unheard], now_ms: int) -> set[str]:
        who = {row.recipient for one in found for row in one.rows}
        counted = self._letters.counted(who, now_ms - round(self._times.storm_window_s * 1000))
        return {name for name, count in counted.items() if count >= self._times.storm_messages}

    def _ways(self, one: Unheard, now_ms: int) -> tuple[Address, ...]:
        tried = {(row.recipient, row.channel) for row in self._letters.of_fault(one.fault.id)}
        failed = [Address(row.recipient, row.channel, row.post, row.role, row.due_ms, row.step) for row in one.rows]
        return other_ways(self._setup(), failed, tried, now_ms)


def _its_turn_comes(row: OutboxRow, held: Collection[str]) -> bool:
    """Whether nothing but the storm guard holds it."""
    return row.state == "waiting" and row.attempts == 0 and row.recipient in held
