"""Each thing as it is now: its state, its program, what stands in the way of it. One look at the store."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from contracts.fingerprint import of_node
from contracts.inventory import Junction, Node
from contracts.names import name_of
from contracts.states import State
from dashboard_api import scene
from dashboard_api.desk import Desk
from dashboard_api.inventory.things import Thing, things
from dashboard_api.sight import Sight
from dashboard_api.times import CHINA
from gateway.store import FaultRow, LiveRow, NodeFacts


@dataclass(frozen=True, slots=True)
class Program:
    """What a node runs, and what it should; ``config`` names its configuration. "" = not known."""

    software: str
    config: str
    wanted: str
    desired: str
    at_ms: int | None

    @property
    def differs(self) -> bool:
        """Whether it is known to run something else."""
        return bool(self.software) and (self.software, self.config) != (self.wanted, self.desired)


@dataclass(frozen=True, slots=True)
class Row:
    """One thing now. ``said``: its state as the live update compares it; ``fault``: the open fault of its own, or of
    what stands in its way; ``over``: its warranty has ended."""

    thing: Thing
    state: State
    said: str
    word: str
    since_ms: int | None
    seen_ms: int | None
    fault: str
    program: Program | None
    lat: float | None
    lon: float | None
    over: bool


@dataclass(frozen=True, slots=True)
class _Now:
    sights: Mapping[str, Sight]
    nodes: Mapping[str, NodeFacts]
    live: Mapping[str, LiveRow]
    faults: Mapping[str, str]
    today: date
    version: str


def read(desk: Desk, version: str) -> list[Row]:
    """Every thing, in the inventory's order. Raises StoreError."""
    now_ms, faults = desk.clock(), desk.store.open_faults(scene.OPEN_READ)
    windows = desk.store.windows(None, now_ms, now_ms + scene.AHEAD_MS)
    sights = scene.sights_of(desk, faults, windows, now_ms)
    now = _Now(
        {one.place.device: one for one in sights},
        {one.node: one for one in desk.store.node_facts()},
        {row.device: row for row in desk.store.devices(("node",))},
        _numbers(faults),
        datetime.fromtimestamp(now_ms / 1000, CHINA).date(),
        version,
    )
    # The inventory stays as it is as long as the process runs.
    found = desk.kept.get("things", 0, lambda: things(desk.village, desk.names))
    states = {thing.id: _state(desk, thing, now, now_ms) for thing in found.values() if thing.kind not in _SUMMED}
    nodes = {thing.id: thing for thing in found.values() if thing.kind == "node"}
    places = {junction.id: junction for _, junction in desk.village.junctions()}
    for thing in found.values():
        if thing.kind in _SUMMED:
            states[thing.id] = _summed(thing, nodes.values(), states, now)
    return [_row(thing, states[thing.id], now, places.get(thing.at)) for thing in found.values()]


# Whose state is that of what hangs on them.
_SUMMED = {"feeder", "uplink", "junction", "gateway"}
_Is = tuple[State, int | None, int | None]


def _numbers(faults: Iterable[FaultRow]) -> dict[str, str]:
    """The gravest open fault of each asset; one of its own rather than a part of another's."""
    return {row.asset: row.id for row in sorted(faults, key=lambda row: (row.root is None, -row.severity))}


def _state(desk: Desk, thing: Thing, now: _Now, now_ms: int) -> _Is:
    sight = now.sights.get(thing.id)
    if sight is not None:
        return sight.state, sight.since_ms, sight.seen_ms
    facts, row = now.nodes.get(thing.id), now.live.get(thing.id)
    if thing.kind != "node" or facts is None or facts.heard_ms is None or not isinstance(thing.what, Node):
        return "unknown", None, None
    silent = now_ms - facts.heard_ms > desk.rules.limit_ms(round(thing.what.interval_s * 1000))
    state: State = "unknown" if silent else row.state if row and row.state != "unknown" else "up"
    return state, facts.link_ms, facts.heard_ms


def _summed(thing: Thing, nodes: Iterable[Thing], states: Mapping[str, _Is], now: _Now) -> _Is:
    """Nothing measures a supply or a place: it is there while a node of it is heard, and away if a fault says so."""
    mine = [states[node.id] for node in nodes if thing.kind == "gateway" or thing.id in (*node.parents, node.at)]
    heard = [is_ for is_ in mine if is_[0] != "unknown"]
    seen_ms = max((is_[2] for is_ in mine if is_[2] is not None), default=None)
    if thing.id in now.faults and thing.kind != "gateway":
        return "down", None, seen_ms
    return ("up" if heard else "unknown"), None, seen_ms


def _row(thing: Thing, is_: _Is, now: _Now, place: Junction | None) -> Row:
    sight, end = now.sights.get(thing.id), getattr(thing.what, "warranty_end", None)
    return Row(
        thing,
        is_[0],
        sight.said if sight else is_[0],
        (sight.word or "") if sight else "",
        is_[1],
        is_[2],
        now.faults.get(thing.id, ""),
        _program(thing, now),
        place.lat if place else None,
        place.lon if place else None,
        isinstance(end, date) and end < now.today,
    )


def _program(thing: Thing, now: _Now) -> Program | None:
    if not isinstance(thing.what, Node):
        return None
    facts = now.nodes.get(thing.id)
    born = facts.born if facts else None
    wanted = now.version, of_node(thing.what)
    return Program(born.software, born.config, *wanted, born.at_ms) if born else Program("", "", *wanted, None)


def place_name(desk: Desk, row: Row, lang: str) -> str:
    """Where it stands; "" for what stands at no junction."""
    return name_of(desk.names, row.thing.at).text(lang) if row.thing.at else ""
