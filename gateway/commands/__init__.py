"""Commands to nodes: kept as rows, signed, and said again until they are answered or too late."""

from gateway.commands.sender import Reach, Sender
from gateway.commands.signing import Key, key_of

__all__ = ["Key", "Reach", "Sender", "key_of"]
