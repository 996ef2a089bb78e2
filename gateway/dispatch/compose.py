"""From a message of the engine to everything that its transaction writes for it."""

from msgspec import Struct

from gateway.dispatch.ladder import first_ms
from gateway.dispatch.quiet import due_ms
from gateway.dispatch.routing import address
from gateway.dispatch.setup import Setup
from gateway.dispatch.storm import DIGEST
from gateway.dispatch.words import Address
from gateway.faults.kinds import MessageKind


class Composed(Struct, frozen=True):
    """See :class:`gateway.store.MessageWrite`."""

    to: tuple[Address, ...]
    due_ms: int
    bundle: str
    escalate_ms: int | None
    calls: tuple[str, ...]


def compose(setup: Setup, kind: MessageKind, asset: str, code: str, severity: int, at_ms: int) -> Composed:
    """Who is told, when, with what else in one text, and when it goes up the ladder."""
    begins = kind in {"problem", "flapping", "update"}
    due = due_ms(setup.times, severity, at_ms)
    bundle = f"{DIGEST}{due}" if due > at_ms else f"{kind}:{asset}:{at_ms}"
    up_ms = first_ms(setup.times, severity, due) if kind in {"problem", "update"} else None
    calls = tuple(name for name, way in setup.channels.items() if way == "voice")
    to = address(setup, asset, code, severity, at_ms) if begins else ()
    return Composed(to, due, bundle, up_ms, calls)
