"""What the engines say: of what a node saw, and of what the village makes of it.

All values are frozen and go to JSON and back through msgspec. Times are milliseconds since the Unix epoch (UTC) in
event time, names end in ``_ms``. ``now`` means: by the gateway's own steady clock.
"""

from typing import TypeAlias

from msgspec import Struct

from contracts.states import State
from gateway.faults.kinds import AssetKind, Cause, MessageKind

# ---- what a node saw --------------------------------------------------------------------------------------------


class StateChanged(Struct, frozen=True, tag=True):
    """The live view of a device (a node is one too): overwrite it. Not for uptime, which is told by :class:`Interval`.

    ``state`` is what is seen now, suspicion included; ``word`` what residents read (``out_of_order`` while latched);
    ``since_ms`` None = never seen; ``cause`` says why nothing is known, else None.
    """

    device: str
    state: State
    word: str | None
    since_ms: int | None
    at_ms: int
    codes: tuple[str, ...] = ()
    cause: Cause | None = None


class Interval(Struct, frozen=True, tag=True):
    """For uptime: from ``from_ms`` on, until another one says otherwise, the device was ``state`` because of ``code``.

    Half-open. ``from_ms`` may lie in the past: everything stored of the device from there on is void, an interval that
    runs into it ends there. Apply in the order given.
    """

    device: str
    from_ms: int
    state: State
    code: str | None = None
    cause: Cause | None = None


class Filled(Struct, frozen=True, tag=True):
    """For uptime, from late data: where ``[from_ms, to_ms)`` is stored as ``unknown`` it becomes this; nothing else
    moves. ``over``: nor does what was known stay, since the late data decide what it was part of.
    """

    device: str
    from_ms: int
    to_ms: int
    state: State
    code: str | None = None
    cause: Cause | None = None
    over: bool = False


class Suspected(Struct, frozen=True, tag=True):
    """A first bad look at ``since_ms``; nothing is wrong yet."""

    asset: str
    asset_kind: AssetKind
    code: str
    since_ms: int
    at_ms: int


class Dismissed(Struct, frozen=True, tag=True):
    """A suspicion ended without having been confirmed."""

    asset: str
    code: str
    at_ms: int


class Confirmed(Struct, frozen=True, tag=True):
    """A code was bad for long and often enough at ``at_ms``; ``since_ms`` its first bad look.

    Said again of one that is confirmed already: a latched one is bad again, or late data moved its start back.
    ``late``: it is history, and its end follows at once; ``was``: it is longer than was known, and stands for those
    that were said before, confirmed at these moments.
    """

    asset: str
    asset_kind: AssetKind
    code: str
    since_ms: int
    at_ms: int
    latched: bool = False
    late: bool = False
    was: tuple[int, ...] = ()


class Recovering(Struct, frozen=True, tag=True):
    """A confirmed code has its first good look, at ``good_ms``."""

    asset: str
    code: str
    good_ms: int
    at_ms: int


class Relapsed(Struct, frozen=True, tag=True):
    """It was bad again before it had recovered: the same episode goes on."""

    asset: str
    code: str
    at_ms: int


class Cleared(Struct, frozen=True, tag=True):
    """The condition ended at ``ended_ms`` (first good look); a latch holds it until :class:`Ended`."""

    asset: str
    code: str
    ended_ms: int
    at_ms: int
    late: bool = False


class Ended(Struct, frozen=True, tag=True):
    """It is over. ``closed_ms`` = ``ended_ms``, the first good look, or for a latched one the moment of its release."""

    asset: str
    code: str
    ended_ms: int
    closed_ms: int
    at_ms: int
    late: bool = False


class Presence(Struct, frozen=True, tag=True):
    """A node, a camera, or a device that something is wrong with, became fresh (``here``), or stopped being so; or it
    speaks for the first time since the gateway was away.
    """

    asset: str
    asset_kind: AssetKind
    here: bool
    at_ms: int


class Flapping(Struct, frozen=True, tag=True):
    """A device, or a node's link, began to change its mind too often, or stopped doing so."""

    asset: str
    asset_kind: AssetKind
    on: bool
    at_ms: int


class Running(Struct, frozen=True, tag=True):
    """Late data show the node at work in ``[from_ms, to_ms]``: if it was silent then, only its line was away."""

    node: str
    from_ms: int
    to_ms: int
    at_ms: int


class StrangerSeen(Struct, frozen=True, tag=True):
    """A reading named a device that the inventory does not have at this node. Said once a device and start."""

    node: str
    device: str
    at_ms: int


# ---- what the village's judgement says of it ----------------------------------------------------------------


class Fact(Struct, frozen=True, array_like=True):
    """One reason, or one cause that was ruled out: a key of ``reasons.FACTS`` and the figures its sentence takes."""

    key: str
    values: dict[str, str | int | float] = {}


class FaultOpened(Struct, frozen=True, tag=True):
    """A fault is open: since ``opened_ms``, its first bad look; known at ``at_ms``; ``root``: the cause's asset.

    Said of a fault that is open already: a latched one is bad again, or late data moved its start back (take the
    earlier ``opened_ms``). ``joins``: so many of its episodes turned out to be this one. Whether it gets the number of
    a fault closed within 24 h is the store's to decide.
    """

    asset: str
    asset_kind: AssetKind
    code: str
    severity: int
    opened_ms: int
    at_ms: int
    root: str | None = None
    latched: bool = False
    joins: int = 0


class FaultRooted(Struct, frozen=True, tag=True):
    """The fault (asset, code, ``was``), open or else the newest, turned out to be a part of ``root``."""

    asset: str
    code: str
    was: str | None
    root: str
    at_ms: int


class FaultExplained(Struct, frozen=True, tag=True):
    """Why the open fault is one, and what was ruled out; takes the place of what was said before."""

    asset: str
    code: str
    root: str | None
    facts: tuple[Fact, ...]
    at_ms: int


class FaultCleared(Struct, frozen=True, tag=True):
    """The condition ended at ``cleared_ms`` (first good look); the fault is latched and stays open until
    :class:`FaultClosed`.
    """

    asset: str
    code: str
    cleared_ms: int
    at_ms: int
    root: str | None = None


class FaultClosed(Struct, frozen=True, tag=True):
    """The fault is over. ``closed_ms`` = ``cleared_ms``, the first good look, or for a latched one the moment of its
    release.
    """

    asset: str
    code: str
    cleared_ms: int
    closed_ms: int
    at_ms: int
    root: str | None = None


class Message(Struct, frozen=True, tag=True):
    """To be told to people; ``at_ms``: the moment it is handed to dispatch. ``update``: of a fault that was told of
    before, and is now known to be a part of (asset, code).
    """

    kind: MessageKind
    asset: str
    code: str
    at_ms: int


class Veiled(Struct, frozen=True, tag=True):
    """Weather hid a camera's picture in ``[from_ms, to_ms)``, ``to_ms`` None = still does: no down time of it."""

    device: str
    from_ms: int
    to_ms: int | None


Turn: TypeAlias = (
    Suspected | Dismissed | Confirmed | Recovering | Relapsed | Cleared | Ended | Presence | Flapping | Running
)
NodeChange: TypeAlias = StateChanged | Interval | Filled | StrangerSeen | Turn
VillageChange: TypeAlias = FaultOpened | FaultRooted | FaultExplained | FaultCleared | FaultClosed | Message | Veiled
Change: TypeAlias = NodeChange | VillageChange
