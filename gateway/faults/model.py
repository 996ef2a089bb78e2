"""Values of the fault engine: what it is told (events), what it remembers (watches), what it says (changes).

All are frozen and go to JSON and back through msgspec. Times are milliseconds since the Unix epoch (UTC) in event time,
names end in ``_ms``. ``now`` below means: by the gateway's own steady clock.
"""

from typing import Literal, TypeAlias

from msgspec import Struct

from contracts.codes import Kind
from contracts.messages import Reading
from contracts.states import State

Phase = Literal["suspect", "confirmed", "recovering", "cleared"]
LinkState = Literal["up", "lost", "disconnected"]
AssetKind = (
    Kind | Literal["junction", "feeder", "uplink", "gateway", "road", "village", "mirror", "speed_bump", "channel"]
)
Cause = Literal["lost", "disconnected", "silence", "never_seen", "mains", "not_confirmed"]
MessageKind = Literal["problem", "recovery", "update", "flapping", "flapping_end"]

# ---- events: what `step` is told --------------------------------------------------------------------------------


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
    stored of it around there, in order.
    """

    device: str
    from_ms: int
    to_ms: int
    state: State
    code: str | None
    at_ms: int
    known: tuple["Stretch", ...] = ()


Event: TypeAlias = Record | Link | Tick | Acknowledge | Noted | Mains | Planned | Cancelled | Late

# ---- changes: what `step` says ----------------------------------------------------------------------------------


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
    ``late``: it is history, and its end follows at once.
    """

    asset: str
    asset_kind: AssetKind
    code: str
    since_ms: int
    at_ms: int
    latched: bool = False
    late: bool = False


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


# ---- what the village's judgement says of it ---------------------------------------------------------------------


class Fact(Struct, frozen=True, array_like=True):
    """One reason, or one cause that was ruled out: a key of ``reasons.FACTS`` and the figures its sentence takes."""

    key: str
    values: dict[str, str | int | float] = {}


class FaultOpened(Struct, frozen=True, tag=True):
    """A fault is open: since ``opened_ms``, its first bad look; known at ``at_ms``; ``root``: the cause's asset.

    Said of a fault that is open already: a latched one is bad again, or late data moved its start back (take the
    earlier ``opened_ms``). Whether it gets the number of a fault closed within 24 h is the store's to decide.
    """

    asset: str
    asset_kind: AssetKind
    code: str
    severity: int
    opened_ms: int
    at_ms: int
    root: str | None = None
    latched: bool = False


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

# ---- what is remembered -----------------------------------------------------------------------------------------


class Row(Struct, frozen=True, omit_defaults=True):
    """One (asset, code) that is not simply fine.

    ``since_ms`` first bad look of the episode; ``bad_ms`` start of its present bad stretch; ``looks`` bad looks so far,
    ``enough_ms`` event time of the reading that made them enough. ``good_ms`` first good look, ``good`` good looks so
    far, of which ``carried`` before the reading's ``looks`` began anew and the rest counted from ``base``;
    ``sure_ms`` event time of the second one. ``hidden``: not checkable now, so nothing fires.
    """

    phase: Phase
    state: State
    since_ms: int
    bad_ms: int
    looks: int = 1
    enough_ms: int | None = None
    good_ms: int | None = None
    good: int = 0
    carried: int = 0
    base: int = 1
    sure_ms: int | None = None
    hidden: bool = False
    latched: bool = False
    acknowledged: bool = False


class Stretch(Struct, frozen=True, array_like=True):
    """A closed ``[from_ms, to_ms)`` in which a code was bad, or (state ``unknown``) nothing was known."""

    from_ms: int
    to_ms: int
    state: State
    code: str | None
    cause: Cause | None = None


class Piece(Struct, frozen=True, array_like=True):
    """What was said of uptime: this from ``from_ms`` to the next piece."""

    from_ms: int
    state: State
    code: str | None = None
    cause: Cause | None = None


class DeviceWatch(Struct, frozen=True, omit_defaults=True):
    """One device, connectors and the node itself included.

    The live view: ``state word since_ms codes cause seen_ms`` (``word`` as shown; ``seen_ms`` event time of the newest
    reading). The newest reading: ``said`` its state, ``heard`` its word, ``found`` its codes, ``nc``, ``looks``.
    ``fresh`` and ``lapsed_ms``, the moment it stopped being so; ``cut``: it, its link or the gateway was away since
    its newest reading. ``steady``: a reading that repeats the last changes nothing. ``locked``: out of order for
    residents, by its own latch or its charge point's. ``mains_ms``: its supply is known to be dead since then, until
    its next reading (``ups``: it has another). ``ring``: its last 20 readings, bit 0 the newest, 1 = a change; and
    whether that is ``flapping``. ``dark_ms`` start of what is unknown now and ``dark_code`` the code that says so;
    ``past`` and ``told`` hold what of the timeline may still move. ``behind``: the judgement of
    late data, which began after ``split_ms``, with the faults ``carried`` open, and ends where the live view has gone
    on, at ``ahead_ms``.
    """

    id: str
    kind: Kind
    limit_ms: int
    from_ms: int
    parent: str | None = None
    state: State = "unknown"
    word: str | None = None
    since_ms: int | None = None
    codes: tuple[str, ...] = ()
    cause: Cause | None = "never_seen"
    seen_ms: int | None = None
    said: State = "unknown"
    heard: str | None = None
    found: tuple[str, ...] = ()
    nc: tuple[str, ...] = ()
    looks: int = 0
    fresh: bool = False
    cut: bool = False
    ups: bool = False
    mains_ms: int | None = None
    ring: int = 0
    flapping: bool = False
    steady: bool = False
    locked: bool = False
    lapsed_ms: int | None = None
    dark_ms: int | None = None
    dark_code: str | None = None
    rows: dict[str, Row] = {}
    past: tuple[Stretch, ...] = ()
    told: tuple[Piece, ...] = ()
    behind: "DeviceWatch | None" = None
    split_ms: int = 0
    ahead_ms: int = 0
    carried: tuple[str, ...] = ()


class NodeWatch(Struct, frozen=True, omit_defaults=True):
    """One node with its devices: what the store keeps as one row.

    ``site`` is the asset of its own silence: its junction, or the node where a junction has several. ``started_ms``:
    the gateway's start; ``now_ms``: the newest moment it was told. ``link_ms``: since when ``link`` is so, ``boot``
    who came up last. ``heard_ms``: newest sign of life (birth or record); ``first_record_ms`` and ``last_record_ms``
    event times, ``record_boot`` who wrote the last. ``alive_ms``: since when the node itself is fresh (None = it is
    not), ``gone_ms`` since when it last was not, and ``gone_boot`` who wrote its records until then. ``senses``: the
    contacts that feel its supply, ``mains``: what said that it is dead, ``ups``: it runs on then. ``planned``: its
    site's maintenance. ``ring``: births and wills among its records, and whether that is ``flapping``.
    ``due_ms``: nothing fires before this moment. ``waiting``: records that came while the link was away, judged
    at ``up``.
    """

    node: str
    junction: str
    site: str
    site_kind: AssetKind
    limit_ms: int
    from_ms: int
    started_ms: int
    now_ms: int
    devices: dict[str, DeviceWatch]
    link: LinkState | None = None
    link_ms: int | None = None
    boot: str | None = None
    heard_ms: int | None = None
    first_record_ms: int | None = None
    last_record_ms: int | None = None
    record_boot: str | None = None
    alive_ms: int | None = None
    rows: dict[str, Row] = {}
    due_ms: int = 0
    waiting: tuple[Record, ...] = ()
    ups: bool = False
    senses: tuple[str, ...] = ()
    mains: Literal["sense", "gasp"] | None = None
    planned: tuple[tuple[int, int], ...] = ()
    gone_ms: int | None = None
    gone_boot: str = ""
    ring: int = 0
    flapping: bool = False
    strangers: tuple[str, ...] = ()


Step: TypeAlias = tuple[NodeWatch, tuple[NodeChange, ...]]
