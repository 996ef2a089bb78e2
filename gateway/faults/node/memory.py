"""What is remembered of a node and its devices.

All values are frozen and go to JSON and back through msgspec. Times are milliseconds since the Unix epoch (UTC) in
event time, names end in ``_ms``. ``now`` means: by the gateway's own steady clock.
"""

from typing import Literal, TypeAlias

from msgspec import Struct

from contracts.codes import Kind
from contracts.states import State
from gateway.faults.changes import NodeChange
from gateway.faults.events import Record
from gateway.faults.kinds import AssetKind, Cause, LinkState, Phase, Stretch


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
    contacts that feel its supply, ``mains``: what said that it is dead, ``ups``: it runs on then. ``maintenance``:
    by target and the begin that was asked for, with the begin and end that hold. ``ring``: births and wills among its
    records, and whether that is ``flapping``.
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
    maintenance: tuple[tuple[str, int, int, int], ...] = ()
    gone_ms: int | None = None
    gone_boot: str = ""
    ring: int = 0
    flapping: bool = False
    strangers: tuple[str, ...] = ()


Step: TypeAlias = tuple[NodeWatch, tuple[NodeChange, ...]]
