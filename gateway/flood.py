"""A flood of one node is contained to that node: a token bucket each.

What is refused is not acknowledged, so a node sends it again.
"""

from dataclasses import dataclass

BURST_S = 4.0
NODES_MAX = 10_000
# A message costs a token for each piece of so many bytes: a long one takes as long to judge as several short ones.
PIECE = 512
REPORT_MS = 1_000


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at_ms: int
    reported_ms: int = 0
    refused: int = 0


class Flood:
    """Buckets of ``rate`` pieces a second that hold :data:`BURST_S` seconds' worth."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._buckets: dict[str, _Bucket] = {}

    def allows(self, node: str, size: int, now_ms: int) -> bool:
        """Whether one more message of ``node``, of ``size`` bytes, may pass."""
        bucket = self._buckets.get(node) or self._new(node, now_ms)
        if now_ms > bucket.at_ms:
            passed_s = (now_ms - bucket.at_ms) / 1000
            bucket.tokens = min(self._rate * BURST_S, bucket.tokens + passed_s * self._rate)
        bucket.at_ms = now_ms
        cost = size / PIECE if size > PIECE else 1.0
        # The largest message that there may be passes a full bucket, however small that is.
        if bucket.tokens < cost and bucket.tokens < min(cost, self._rate * BURST_S):
            return False
        bucket.tokens -= cost
        return True

    def refuse(self, node: str, now_ms: int, count: int = 1) -> int:
        """Count refused messages; how many there were since the last answer, which is 0 but once a second."""
        (self._buckets.get(node) or self._new(node, now_ms)).refused += count
        return self.refused(node, now_ms)

    def refused(self, node: str, now_ms: int) -> int:
        """How many messages were refused since the last answer, which is 0 but once a second."""
        bucket = self._buckets.get(node)
        if bucket is None or not bucket.refused or now_ms - bucket.reported_ms < REPORT_MS:
            return 0
        refused, bucket.refused, bucket.reported_ms = bucket.refused, 0, now_ms
        return refused

    def _new(self, node: str, now_ms: int) -> _Bucket:
        if len(self._buckets) >= NODES_MAX:
            self._buckets.clear()  # names are free to invent; forgetting is cheaper than growing
        bucket = self._buckets[node] = _Bucket(self._rate * BURST_S, now_ms)
        return bucket
