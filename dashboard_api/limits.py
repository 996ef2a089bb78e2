"""At most so many failures an address in a while. In memory: a restart forgives, and helps nobody against 256 bits."""

from collections import OrderedDict, deque

FAILURES, WINDOW_MS, ADDRESSES = 10, 15 * 60_000, 10_000


class FailureLimit:
    """Counts failed sign-ins by address; the oldest addresses are forgotten when there are too many."""

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
