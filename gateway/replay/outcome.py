"""What a replay comes to. Times are Unix milliseconds (UTC)."""

from msgspec import Struct

from contracts.states import State
from gateway.faults import Cause, Message
from gateway.uptime import Window


class OutFault(Struct, frozen=True):
    """One fault; ``closed_ms`` None = not closed by the end."""

    asset: str
    code: str
    root: str | None
    severity: int
    opened_ms: int
    closed_ms: int | None
    reopened: int = 0


class Stay(Struct, frozen=True):
    """A device was ``state`` in the half-open ``[from_ms, to_ms)``; ``to_ms`` None = still is."""

    from_ms: int
    to_ms: int | None
    state: State
    code: str | None = None
    cause: Cause | None = None


class Outcome(Struct, frozen=True):
    """Faults, messages, and what uptime is made of: each device's stays in order, without overlap, and windows."""

    faults: list[OutFault]
    messages: list[Message]
    intervals: dict[str, list[Stay]]
    windows: list[Window]
