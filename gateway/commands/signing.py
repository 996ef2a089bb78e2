"""A command as it goes over the line: the JSON of its row, signed. The same row is the same bytes each time."""

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import SecretStr

from contracts.commands import Command, Signed, signed_bytes
from gateway.store import CommandRow

Key = Ed25519PrivateKey
_encode = msgspec.json.Encoder(order="deterministic").encode


def key_of(secret: SecretStr | None) -> Key | None:
    """The key of the settings: the 32 bytes of an Ed25519 private key as hex."""
    return None if secret is None else Key.from_private_bytes(bytes.fromhex(secret.get_secret_value()))


def signed(key: Key, village: str, row: CommandRow) -> bytes:
    """The message of a command that is bound to a process start of its node."""
    assert row.boot is not None  # noqa: S101  # narrows for mypy: see above
    assert row.mono_ms is not None  # noqa: S101  # as above
    assert row.ttl_s is not None  # noqa: S101  # as above
    arguments = dict(sorted(row.arguments.items()))
    order = Command(1, row.id, village, row.node, row.boot, row.mono_ms, row.ttl_s, row.device, row.name, arguments)
    text = _encode(order).decode()
    return _encode(Signed(text, key.sign(signed_bytes(text)).hex()))
