"""How often somebody may try. In memory: a restart forgives, and helps nobody against argon2 or 256 bits.

Public reads have no limit: they are answered from a cache, and a whole village may sit behind one address.
"""

import time
from collections import OrderedDict, deque

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

FAILURES, WINDOW_MS, ADDRESSES = 10, 15 * 60_000, 10_000
# By name and address; by address alone, behind which a whole village may sit; writes by session.
LOGIN = RateLimitItemPerMinute(5, 15, "login")
LOGIN_ADDRESS = RateLimitItemPerMinute(200, 15, "address")
WRITES = RateLimitItemPerMinute(120, 1, "writes")


class Tries:
    """Attempts by whatever key, counted by the library ``limits``."""

    def __init__(self) -> None:
        self._counted = FixedWindowRateLimiter(MemoryStorage())

    def wait_s(self, item: RateLimitItem, *key: str) -> int:
        """Count one attempt: 0, or the seconds until there may be another."""
        if self._counted.hit(item, *key):
            return 0
        reset = self._counted.get_window_stats(item, *key).reset_time
        return max(1, round(reset - time.time() + 0.5))  # noqa: TID251  # the clock that the library counts by

    def forgive(self, item: RateLimitItem, *key: str) -> None:
        """Forget the attempts: the last one was right."""
        self._counted.clear(item, *key)


class FailureLimit:
    """Counts failed sign-in links by address; the oldest addresses are forgotten when there are too many."""

    def __init__(self, failures: int = FAILURES, window_ms: int = WINDOW_MS) -> None:
        self._failures, self._window_ms = failures, window_ms
        self._seen: OrderedDict[str, deque[int]] = OrderedDict()

    def wait_s(self, address: str, now_ms: int) -> int:
        """Seconds until ``address`` may try again; 0 = now."""
        recent = self._recent(address, now_ms)
        if len(recent) < self._failures:
            return 0
        return max(1, (recent[0] + self._window_ms - now_ms + 999) // 1000)

    def failed(self, address: str, now_ms: int) -> None:
        """Note a failure."""
        recent = self._recent(address, now_ms)
        recent.append(now_ms)
        self._seen[address] = recent
        self._seen.move_to_end(address)
        while len(self._seen) > ADDRESSES:
            self._seen.popitem(last=False)

    def _recent(self, address: str, now_ms: int) -> deque[int]:
        recent = self._seen.get(address, deque(maxlen=self._failures))
        while recent and not 0 <= now_ms - recent[0] < self._window_ms:
            recent.popleft()
        return recent
