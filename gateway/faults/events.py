"""What the engine of a node is told: its events.

All values are frozen and go to JSON and back through msgspec. Times are milliseconds since the Unix epoch (UTC) in
event time, names end in ``_ms``. ``now`` means: by the gateway's own steady clock.
"""

from typing import Literal, TypeAlias

from msgspec import Struct

from contracts.messages import Reading
from contracts.states import State
from gateway.faults.kinds import LinkState, Stretch


class Record(Struct, frozen=True, tag=True):
    """One record of the node. ``at_ms`` is its event time: that of arrival is ``received_ms`` (now), never earlier,
    and only says that the node is there (0: the same). ``boot`` wrote it ('': not known).

    ``live``: it came ahead of its turn and will come again in order, as history: only the live view and live faults
    move. ``history``: it is late, the live view is past it: intervals that are UNKNOWN are filled, faults that began
    and ended meanwhile are listed. Neither: the usual case, both effects in one step.
    """

    at_ms: int
    readings: tuple[Reading, ...]
    live: bool = False
    history: bool = False
    boot: str = ""
    received_ms: int = 0


class Link(Struct, frozen=True, tag=True):
    """The node's connection: ``up`` at its birth, ``lost`` from its will, ``disconnected`` at a planned stop.
    ``at_ms``: now. ``kept``: so the broker remembers it; the node itself has not been heard by that.
    """

    state: LinkState
    boot: str
    at_ms: int
    kept: bool = False


class Tick(Struct, frozen=True, tag=True):
    """Nothing but time: due deadlines fire. ``at_ms``: now, by a clock that never steps (wall time at start +
    monotonic).
    """

    at_ms: int


class Acknowledge(Struct, frozen=True, tag=True):
    """A person took the fault ``code`` of ``asset``. ``measured_dead``: recorded on site. ``at_ms``: now."""

    asset: str
    code: str
    by: str
    at_ms: int
    measured_dead: bool = False
    fault: str = ""


class Noted(Struct, frozen=True, tag=True):
    """The gateway itself found something about the node that is over as soon as seen (``node_storage_replaced``)."""

    code: str
    at_ms: int


class Mains(Struct, frozen=True, tag=True):
    """The node's last gasp, or word of its return: its supply was ``lost`` or is ``back``. ``at_ms``: event time."""

    state: Literal["lost", "back"]
    at_ms: int


class Planned(Struct, frozen=True, tag=True):
    """Maintenance of a device, node or site in ``[from_ms, to_ms)``, known since ``at_ms`` (now)."""

    target: str
    from_ms: int
    to_ms: int
    at_ms: int


class Cancelled(Struct, frozen=True, tag=True):
    """What is left of the maintenance of ``target`` that began, or was to begin, at ``from_ms`` is void. ``at_ms``:
    now.
    """

    target: str
    from_ms: int
    at_ms: int


class Late(Struct, frozen=True, tag=True):
    """What was seen of a device in ``[from_ms, to_ms)``, learnt at ``at_ms`` (now), long after. ``known``: what is
    stored of it from a day before until now, in order.
    """

    device: str
    from_ms: int
    to_ms: int
    state: State
    code: str | None
    at_ms: int
    known: tuple[Stretch, ...] = ()


Event: TypeAlias = Record | Link | Tick | Acknowledge | Noted | Mains | Planned | Cancelled | Late
