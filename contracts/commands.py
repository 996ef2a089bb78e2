"""Commands to a node: what is asked, who it is for, how long it is good, and what the node answers.

A command is bound to one process start of one node (``boot``) and to the node's own monotonic clock, never to a wall
clock: a node may have none. It runs once, whatever the line does with it: said again, late, doubled, replayed.
"""

from typing import Annotated, Literal, TypeVar, get_args

import msgspec
from msgspec import Meta, Struct

from contracts.messages import BadMessage, Hex, Id, Millis

# What can be asked. A warning light is sensed, never switched; a relay that cuts power is not in the inventory yet; a
# program that hears commands does not hang, and one that hangs is restarted by its watchdog.
CommandName = Literal["accept_new_view", "look_now"]
NAMES: tuple[CommandName, ...] = get_args(CommandName)
# Of which kinds of device; None: of all, and of the node itself.
KINDS: dict[CommandName, frozenset[str] | None] = {"accept_new_view": frozenset({"camera"}), "look_now": None}
LONGEST_S = 3600
LARGEST = 4096
# Before what is signed, so that a signature of something else is never one of a command.
_PURPOSE = b"village-safety-monitor command 1\n"

PublicKey = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
Argument = Annotated[str, Meta(max_length=200)]
M = TypeVar("M", bound=Struct)


class Command(Struct, frozen=True):
    """One order. ``id`` is drawn anew for each; ``mono``: the node's monotonic milliseconds when it was given, and
    ``ttl_s`` the seconds to live from then on.
    """

    v: Literal[1]
    id: Hex
    village: Id
    node: Id
    boot: Hex
    mono: Millis
    ttl_s: Annotated[int, Meta(ge=1, le=LONGEST_S)]
    device: Id
    name: Annotated[str, Meta(min_length=1, max_length=40)]
    arguments: Annotated[dict[str, Argument], Meta(max_length=10)] = {}


class Signed(Struct, frozen=True):
    """What goes over the line: the command's JSON as it was signed, and its Ed25519 signature in hex."""

    command: Annotated[str, Meta(max_length=LARGEST)]
    signature: Annotated[str, Meta(pattern=r"^[0-9a-f]{128}$")]


# Why a node refuses. ``forged``: not signed with the key that its configuration holds; ``other_boot``: for a program
# start that is over; ``expired``: too late; ``other_node``: for somebody else; ``no_key``: its configuration has none.
Reason = Literal[
    "forged", "no_key", "malformed", "other_node", "other_boot", "expired", "no_such_device", "cannot", "failed"
]
_DECODER, _SIGNED = msgspec.json.Decoder(Command), msgspec.json.Decoder(Signed)


def signed_bytes(text: str) -> bytes:
    """What the signature of a command with this JSON covers."""
    return _PURPOSE + text.encode()


def envelope(payload: bytes) -> Signed:
    """What came over the line, its signature not yet checked. Raises :class:`BadMessage`."""
    if len(payload) > 2 * LARGEST:
        raise BadMessage(f"payload of {len(payload)} bytes is over the limit of {2 * LARGEST}")
    return _decoded(_SIGNED, payload)


def command(text: str) -> Command:
    """The command of an envelope whose signature is right. Raises :class:`BadMessage`."""
    return _decoded(_DECODER, text.encode())


def _decoded(decoder: msgspec.json.Decoder[M], payload: bytes) -> M:
    try:
        return decoder.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadMessage(str(error)[:300]) from error
