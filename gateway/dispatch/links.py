"""Signed links with which a fault is taken on from the phone: an HMAC over what they allow, and nothing to look up.

A token says who may take which episode of which fault, and until when. It is base64url of: a version byte, when it was
issued and when it ends (seconds), the episode, the fault's number and the recipient, and 16 bytes of HMAC-SHA256. Only
the spelling that :func:`sign` gives is read, so that one link is one token, which can be used up.
"""

import base64
import binascii
import hashlib
import hmac
import struct

from msgspec import Struct

# Any id of the inventory or the roster fits, with `group:` before it: a letter must not fail for its link. Ids of up to
# 40 characters give tokens below 120.
LONGEST_FAULT, LONGEST_RECIPIENT = 15, 69
LONGEST_TOKEN = 150
SHORTEST_KEY = 32
_VERSION = 1
_HEAD = struct.Struct(">BIIHB")
_MAC = 16
# What is signed with this key for another purpose is no link.
_PURPOSE = b"vsm take a fault on\0"


class Claim(Struct, frozen=True):
    """What a link allows: ``recipient`` (a person's id or ``group:<id>``) may take on the ``episode``-th reopening of
    ``fault`` until ``expires_ms``. ``id``: the same for the same link, and tells nothing of it.
    """

    fault: str
    recipient: str
    episode: int
    issued_ms: int
    expires_ms: int
    id: str


class Expired(Struct, frozen=True):
    """It was a good link, until ``expires_ms``."""

    fault: str
    expires_ms: int


class Forged(Struct, frozen=True):
    """Nothing that was signed with this key."""


def check_key(key: bytes) -> None:
    """Raises ValueError for a key that is too short to be one."""
    if len(key) < SHORTEST_KEY:
        raise ValueError(f"the key of the links has {len(key)} bytes, it needs at least {SHORTEST_KEY}")


def sign(key: bytes, fault: str, recipient: str, episode: int, issued_ms: int, expires_ms: int) -> str:
    """A link's token: URL-safe, below 120 characters for ids of up to 40, at most 150; times are cut to whole seconds.

    Raises ValueError for a key under 32 bytes, and for what does not fit.
    """
    check_key(key)
    number, who = fault.encode(), recipient.encode()
    if not 0 < len(number) <= LONGEST_FAULT or not 0 < len(who) <= LONGEST_RECIPIENT:
        raise ValueError(
            f"a link holds a fault's number of at most {LONGEST_FAULT} bytes and a recipient of at most "
            f"{LONGEST_RECIPIENT}, not {fault!r} and {recipient!r}"
        )
    head = _HEAD.pack(_VERSION, issued_ms // 1000, expires_ms // 1000, min(episode, 0xFFFF), len(number))
    body = head + number + who
    return base64.urlsafe_b64encode(body + _mac(key, body)).rstrip(b"=").decode()


def read(key: bytes, token: str, now_ms: int) -> Claim | Expired | Forged:
    """What ``token`` allows at ``now_ms``. Takes as long for a token that is almost right as for any other."""
    raw = _bytes(token)
    if raw is None or len(raw) <= _HEAD.size + _MAC:
        return Forged()
    body, mac = raw[:-_MAC], raw[-_MAC:]
    if not hmac.compare_digest(mac, _mac(key, body)) or body[0] != _VERSION:
        return Forged()
    _, issued_s, expires_s, episode, length = _HEAD.unpack_from(body)
    names = body[_HEAD.size :]
    fault, recipient = names[:length].decode(), names[length:].decode()
    if now_ms >= expires_s * 1000:
        return Expired(fault, expires_s * 1000)
    return Claim(fault, recipient, episode, issued_s * 1000, expires_s * 1000, hashlib.sha256(raw).hexdigest())


def said(token: str) -> tuple[str, str, int] | None:
    """The fault, the recipient and the end (Unix ms) that ``token`` speaks of, for who has no key: proves nothing.
    None for what is no token at all.
    """
    raw = _bytes(token)
    if raw is None or len(raw) <= _HEAD.size + _MAC or raw[0] != _VERSION:
        return None
    _, _, expires_s, _, length = _HEAD.unpack_from(raw)
    names = raw[_HEAD.size : -_MAC]
    try:
        return names[:length].decode(), names[length:].decode(), expires_s * 1000
    except UnicodeDecodeError:
        return None


def _mac(key: bytes, body: bytes) -> bytes:
    return hmac.digest(key, _PURPOSE + body, "sha256")[:_MAC]


def _bytes(token: str) -> bytes | None:
    """Its bytes; None unless it is spelt as :func:`sign` spells them (base64 has several spellings of the same)."""
    if not token.isascii() or len(token) > LONGEST_TOKEN:
        return None
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        return None
    return raw if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() == token else None
