"""The key that the gateway signs commands with: 32 bytes of an Ed25519 private key as hex."""

import secrets

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def draw() -> str:
    """A new private key."""
    return secrets.token_hex(32)


def public_of(private: str) -> str:
    """Its public half, 64 hex digits. Raises ValueError for what is no key."""
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(private)).public_key().public_bytes_raw().hex()
