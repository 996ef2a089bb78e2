"""Words that events, changes and watches of the fault engine share."""

from typing import Literal

from msgspec import Struct

from contracts.codes import Kind
from contracts.states import State

Phase = Literal["suspect", "confirmed", "recovering", "cleared"]
LinkState = Literal["up", "lost", "disconnected"]
AssetKind = (
    Kind | Literal["junction", "feeder", "uplink", "gateway", "road", "village", "mirror", "speed_bump", "channel"]
)
Cause = Literal["lost", "disconnected", "silence", "never_seen", "mains", "not_confirmed"]
MessageKind = Literal["problem", "recovery", "update", "flapping", "flapping_end"]


class Stretch(Struct, frozen=True, array_like=True):
    """A closed ``[from_ms, to_ms)`` in which a code was bad, or (state ``unknown``) nothing was known."""

    from_ms: int
    to_ms: int
    state: State
    code: str | None
    cause: Cause | None = None
