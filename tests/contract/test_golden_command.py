"""A command as it goes over the line, byte for byte: a node in the field must believe what a gateway of today signs."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import SecretStr

from contracts import commands
from gateway.commands.signing import key_of, signed
from gateway.store import CommandRow

GOLDEN = Path(__file__).parent / "golden_command.json"
ROW = CommandRow(
    number=7,
    id="00112233445566ff",
    node="n-01",
    device="cam-01",
    name="accept_new_view",
    arguments={"b": "2", "a": "路口"},
    by="maintenance-1",
    role="maintenance",
    added_ms=1_790_000_000_000,
    expires_ms=1_790_000_300_000,
    state="sent",
    boot="b0b0b0b0b0b0b0b0",
    mono_ms=123_456,
    ttl_s=299,
)
KEY = "00" * 32


def test_a_row_gives_the_golden_bytes() -> None:
    key = key_of(SecretStr(KEY))
    assert key is not None
    assert signed(key, "v-01", ROW) == GOLDEN.read_bytes().strip()


def test_the_golden_bytes_are_read_and_their_signature_is_right() -> None:
    envelope = commands.envelope(GOLDEN.read_bytes())
    public = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(KEY)).public_key()
    public.verify(bytes.fromhex(envelope.signature), commands.signed_bytes(envelope.command))
    order = commands.command(envelope.command)
    assert (order.id, order.boot, order.mono, order.ttl_s) == (ROW.id, ROW.boot, ROW.mono_ms, ROW.ttl_s)
    assert (order.device, order.name, order.arguments) == (ROW.device, ROW.name, ROW.arguments)
