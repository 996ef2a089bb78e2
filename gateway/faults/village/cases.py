"""What the village's judgement remembers, and what it is told beside what its nodes say. Times as in ``model``."""

from typing import Literal, TypeAlias

from msgspec import Struct

from gateway.faults.changes import Fact
from gateway.faults.events import Cancelled, Planned
from gateway.faults.kinds import AssetKind
from gateway.faults.village.own import Ailment


class OutOfService(Struct, frozen=True, tag=True):
    """A device does not have to work in ``[from_ms, to_ms)``, ``to_ms`` None = until further notice. ``at_ms``: now."""

    target: str
    from_ms: int
    to_ms: int | None
    at_ms: int


class InService(Struct, frozen=True, tag=True):
    """A device is in service from ``from_ms`` on. ``at_ms``: now."""

    target: str
    from_ms: int
    at_ms: int


class GatewayAway(Struct, frozen=True, tag=True):
    """The gateway's process, or its session with the broker, was away in ``[from_ms, to_ms)``; ``to_ms`` is now."""

    from_ms: int
    to_ms: int


VillageEvent: TypeAlias = Planned | Cancelled | OutOfService | InService | GatewayAway


class Case(Struct, frozen=True, omit_defaults=True):
    """A confirmed (asset, code): a fault, or what would be one.

    ``since_ms`` first bad look, ``at_ms`` confirmed. ``phase`` as its row's. ``opened``: it is listed, under ``root``.
    ``under``: it is not, since it hangs on this asset, which has failed; ``veiled``: nor while weather hides it.
    ``held``: it waits for the hold of its site; ``due``: that is over, and its problem goes out as soon as nothing is
    in the way; ``told``: it went out; ``named``: an update did that names it. ``members``: the keys of what a cause
    stands for. ``ended_ms``: when the last that ended of what it stands for did.
    """

    asset: str
    kind: AssetKind
    code: str
    site: str
    node: str
    since_ms: int
    at_ms: int
    phase: Literal["confirmed", "recovering", "cleared"] = "confirmed"
    good_ms: int | None = None
    latched: bool = False
    opened: bool = False
    opened_ms: int = 0
    root: str | None = None
    under: str | None = None
    veiled: bool = False
    held: bool = False
    due: bool = False
    told: bool = False
    named: bool = False
    members: tuple[str, ...] = ()
    ended_ms: int | None = None
    facts: tuple[Fact, ...] = ()

    @property
    def key(self) -> str:
        """Its place among the cases."""
        return key(self.asset, self.code)


def key(asset: str, code: str) -> str:
    """The key of a case; ids have no slash."""
    return f"{asset}/{code}"


def is_cause(case: Case) -> bool:
    """Whether it stands for others, and is over when they are."""
    return bool(case.members) and case.code != "intermittent"


class Doubt(Struct, frozen=True, array_like=True):
    """A suspicion that may have a vote before it is confirmed."""

    asset: str
    code: str
    since_ms: int


class Window(Struct, frozen=True, array_like=True):
    """``target`` is under maintenance, or out of service, in ``[from_ms, to_ms)``; known since ``known_ms``."""

    kind: Literal["planned", "out_of_service"]
    target: str
    from_ms: int
    to_ms: int | None
    known_ms: int

    def covers(self, at_ms: int) -> bool:
        """Whether it holds at ``at_ms``; an approval holds from when it was given."""
        return max(self.from_ms, self.known_ms) <= at_ms and (self.to_ms is None or at_ms < self.to_ms)


class Silence(Struct, frozen=True, array_like=True):
    """A node's silence that is over, for data that come later. ``until_ms``: its children's grace included."""

    asset: str
    code: str
    since_ms: int
    ended_ms: int
    until_ms: int
    root: str | None
    told: bool


class Weather(Struct, frozen=True):
    """Weather hides pictures since ``from_ms``; the vote last held at ``vote_ms`` (``on``: it holds). ``rows``: what is
    hidden, and since when. ``told``: somebody has been told of it.
    """

    from_ms: int
    vote_ms: int
    on: bool
    rows: dict[str, int] = {}
    told: bool = False


class Hold(Struct, frozen=True, array_like=True):
    """A site's faults wait until ``due_ms`` to be judged together."""

    from_ms: int
    due_ms: int


class VillageWatch(Struct, frozen=True, omit_defaults=True):
    """What is remembered of the whole village.

    ``now_ms``: the newest moment it was told. ``graces``: when a parent recovered, and from what. ``gone``: nodes that
    are not fresh; ``cameras`` how many are fresh, ``unseen`` those that no longer are; ``unheard``: devices
    with something wrong that have to be heard again. ``flapping``: assets, and since when that is told (0: it is not).
    ``episodes``: starts of the last confirmed ones by case. ``away``: when the
    gateway was, newest last. ``ailments``: what is wrong with itself.
    """

    now_ms: int = 0
    due_ms: int = 0
    cases: dict[str, Case] = {}
    doubts: dict[str, Doubt] = {}
    holds: dict[str, Hold] = {}
    graces: dict[str, tuple[int, str]] = {}
    gone: dict[str, int] = {}
    cameras: int = 0
    unseen: dict[str, int] = {}
    unheard: dict[str, int] = {}
    flapping: dict[str, int] = {}
    episodes: dict[str, tuple[int, ...]] = {}
    windows: tuple[Window, ...] = ()
    silences: dict[str, tuple[Silence, ...]] = {}
    away: tuple[tuple[int, int], ...] = ()
    weather: Weather | None = None
    ailments: dict[str, Ailment] = {}
