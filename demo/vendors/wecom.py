"""A WeCom group robot, as its document says: the truth is in ``errcode``, the status is always 200."""

import base64
import hashlib
import time
from binascii import Error
from typing import Any

from demo.vendors.ledger import Ledger, Received

PER_MINUTE = 20
LONGEST_TEXT = 2_048
LARGEST_PICTURE = 2 * 1024 * 1024
WORDS = {
    -1: "system busy",
    40008: "invalid message type",
    40009: "invalid image size",
    45002: "content size out of limit",
    45009: "api freq out of limit",
    93000: "invalid webhook url",
    301019: "image md5 not match",
}
Answer = dict[str, Any]


def said(code: int, key: str = "") -> Answer:
    """An answer; the vendor's own words repeat the key now and then."""
    return {"errcode": code, "errmsg": f"{WORDS.get(code, 'error')}, hint: [{key}]" if code else "ok"}


def room(key: str, secret: str) -> str | None:
    """The group of a robot's key: the secret alone, or ``secret.group``; None: no such robot."""
    head, _, group = key.partition(".")
    return (group or "group") if head == secret else None


def receive(ledger: Ledger, secret: str, key: str, body: Answer | None) -> Answer:
    """Take a message, or say why not."""
    group = room(key, secret)
    if group is None:
        return said(93000, key)
    if ledger.too_many(f"wecom.{group}", PER_MINUTE):
        return said(45009, key)
    kind = body.get("msgtype") if body else None
    if body is None or kind not in {"text", "image"}:
        return said(40008, key)
    return said(_text(ledger, group, body["text"]) if kind == "text" else _image(ledger, group, body["image"]), key)


def _text(ledger: Ledger, group: str, text: Answer) -> int:
    content = text.get("content", "")
    if not content or len(content.encode()) > LONGEST_TEXT:
        return 45002
    mentioned = list(text.get("mentioned_mobile_list", []))
    ledger.take(Received("wecom", group, content, "", _now_ms(), mentioned=mentioned))
    return 0


def _image(ledger: Ledger, group: str, image: Answer) -> int:
    try:
        picture = base64.b64decode(image["base64"], validate=True)
    except (Error, KeyError):
        return 40009
    if len(picture) > LARGEST_PICTURE or not picture.startswith((b"\xff\xd8\xff", b"\x89PNG")):
        return 40009
    if hashlib.md5(picture, usedforsecurity=False).hexdigest() != image.get("md5"):
        return 301019
    ledger.take(Received("wecom", group, "", "", _now_ms(), picture=True))
    return 0


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
