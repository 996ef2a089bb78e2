"""Secrets handed to browsers and programs: 256 random bits, of which the store keeps the hash only."""

import hashlib
import hmac
import secrets

BYTES = 32


def new() -> str:
    """A token that fits into an address and a cookie."""
    return secrets.token_urlsafe(BYTES)


def digest(token: str) -> str:
    """What is stored. No salt and no slow hash: a random token cannot be guessed from it."""
    return hashlib.sha256(token.encode()).hexdigest()


def csrf_of(token: str) -> str:
    """The form token of a session: only who can read the page knows it, and nothing needs to be stored."""
    return hmac.new(token.encode(), b"vsm csrf", hashlib.sha256).hexdigest()


def same(given: str, wanted: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(given.encode(), wanted.encode())
