"""How a request of ours proves that it is ours: an HMAC over its time and its body."""

import hashlib
import hmac


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """``v1=`` and the HMAC-SHA256, in hex, of ``timestamp.body``."""
    return "v1=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def signed(secret: str, now_ms: int, key: str, body: bytes) -> dict[str, str]:
    """Headers of a signed JSON request; ``key`` is the same for every attempt."""
    timestamp = str(now_ms // 1000)
    return {
        "Content-Type": "application/json",
        "Idempotency-Key": key,
        "X-VSM-Timestamp": timestamp,
        "X-VSM-Signature": signature(secret, timestamp, body),
    }
