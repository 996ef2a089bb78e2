"""What the store takes and gives of commands to nodes."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

# In the order in which one may take the place of another, whatever order they are heard in: an answer that comes after
# the command was given up still counts, and what was done stays done.
CommandState = Literal["waiting", "sent", "expired", "refused", "done"]


class NewCommand(Struct, frozen=True):
    """What somebody asks of a node. ``id``: 16 hex digits, drawn anew; ``expires_ms``: the node does not begin it after
    that."""

    id: str
    node: str
    device: str
    name: str
    arguments: Mapping[str, str]
    by: str
    role: str
    added_ms: int
    expires_ms: int


class CommandRow(Struct, frozen=True):
    """One command. ``reason``: a word why it was refused, and behind a colon what the node says of it.

    ``boot``, ``mono_ms``, ``ttl_s``: the process start it was sent to, that one's monotonic time when it was first
    sent, and the seconds to live from then on; ``sent_ms``: when that was; ``ended_ms``: of its answer, or of giving
    it up.
    """

    number: int
    id: str
    node: str
    device: str
    name: str
    arguments: Mapping[str, str]
    by: str
    role: str
    added_ms: int
    expires_ms: int
    state: CommandState
    reason: str | None = None
    boot: str | None = None
    mono_ms: int | None = None
    ttl_s: int | None = None
    sent_ms: int | None = None
    ended_ms: int | None = None


class CommandBind(Struct, frozen=True):
    """A waiting command goes to this process start of its node, for the first time."""

    number: int
    boot: str
    mono_ms: int
    ttl_s: int
    at_ms: int


class CommandEnd(Struct, frozen=True):
    """A command of ``node`` ends: by the node's answer, or as nobody waits for one any more."""

    node: str
    id: str
    state: Literal["expired", "refused", "done"]
    reason: str | None
    at_ms: int
