"""A receiver of signed webhooks: refuses what is unsigned or old, and shows one key once."""

import hashlib
import hmac
import time
from collections.abc import Mapping
from typing import Any

from demo.vendors.ledger import Ledger, Received

OLDEST_S = 300


def genuine(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether the signature is right, and not older (or newer) than OLDEST_S."""
    timestamp, given = headers.get("x-vsm-timestamp", ""), headers.get("x-vsm-signature", "")
    digest = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return (
        hmac.compare_digest(f"v1={digest}".encode(), given.encode())
        and timestamp.isdecimal()
        and abs(time.time() - int(timestamp)) <= OLDEST_S
    )


def receive(ledger: Ledger, key: str, body: dict[str, Any] | None) -> dict[str, Any]:
    """Take a letter, once a key."""
    if body is None or not key:
        return {"ok": False, "error": "no JSON object, or no Idempotency-Key"}
    # As Apprise writes it (json://), or as our own channel does.
    text = str(body.get("text") or body.get("message") or "")
    letter = Received("webhook", str(body.get("to", "")), text, key, time.time_ns() // 1_000_000)
    letter.picture = bool(body.get("picture"))
    ledger.take(letter, once=True)
    return {"ok": True, "id": f"hook-{key}"}
