"""The village as its judgement sees it: what hangs on what, and what belongs together."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from contracts.inventory import Camera, ChargePoint, Node, Village, connector_id
from gateway.faults.kinds import AssetKind
from gateway.faults.rules import Rules

Groups = Mapping[str, Mapping[str, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Thing:
    """A device, connector or node: its node and site (junction), what it hangs on, how long it is fresh.

    ``site``: the junction. ``parents``: its node first, then whatever else silences it; all ids.
    """

    id: str
    kind: AssetKind
    node: str
    site: str
    limit_ms: int
    parents: tuple[str, ...] = ()
    road: str | None = None
    ups: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """The village. ``feeders``, ``uplinks``: their sites with those of the site's nodes that hang on them.

    ``sites``: every junction's nodes. ``homes``: whose node the asset of a silence is. ``leaned_on``: everything
    that something hangs on.
    """

    village: str
    things: Mapping[str, Thing]
    sites: Mapping[str, tuple[str, ...]]
    feeders: Groups
    uplinks: Groups
    homes: Mapping[str, str]
    above: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    leaned_on: frozenset[str] = frozenset()

    def thing(self, asset: str) -> Thing | None:
        """The device or node ``asset``, or the node whose silence has that asset."""
        return self.things.get(asset) or self.things.get(self.homes.get(asset, ""))

    def home(self, node: str) -> str:
        """The asset of the silence of ``node``: its junction, or itself where a junction has several."""
        thing = self.things.get(node)
        return thing.site if thing is not None and self.sites.get(thing.site) == (node,) else node

    def ancestors(self, asset: str) -> Iterator[str]:
        """Everything whose failure silences ``asset``, nearest first, each once."""
        thing = self.thing(asset)
        todo = list(thing.parents if thing else self.above.get(asset, ()))
        seen: set[str] = set()
        while todo:
            parent = todo.pop(0)
            if parent in seen:
                continue
            seen.add(parent)
            yield parent
            above = self.things.get(parent)
            todo += above.parents if above else self.above.get(parent, ())


def plan(village: Village, rules: Rules) -> Plan:
    """The village's plan."""
    things: dict[str, Thing] = {}
    sites: dict[str, tuple[str, ...]] = {}
    feeders: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    uplinks: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    homes = {}
    for _, junction, node in village.nodes():
        site = junction.id
        sites[site] = (*sites.get(site, ()), node.id)
        homes[site if len(junction.nodes) == 1 else node.id] = node.id
        for key, groups in ((node.feeder, feeders), (node.uplink, uplinks)):
            if key:
                groups[key][site] = (*groups[key].get(site, ()), node.id)
        for thing in _things(node, site, rules.limit_ms(round(node.interval_s * 1000))):
            things[thing.id] = thing
    above = {supply.id: supply.depends_on for supply in (*village.feeders, *village.uplinks)}
    leaned_on = frozenset(parent for thing in things.values() for parent in thing.parents)
    return Plan(village.id, things, sites, dict(feeders), dict(uplinks), homes, above, leaned_on)


def _things(node: Node, site: str, limit_ms: int) -> Iterator[Thing]:
    power = () if node.feeder is None else (node.feeder,)
    own = () if node.ups else power
    line = () if node.uplink is None else (node.uplink,)
    yield Thing(node.id, "node", node.id, site, limit_ms, (*own, *line, *node.depends_on), ups=node.ups)
    for device in node.devices:
        # A node with a supply of its own runs on where its devices do not.
        parents = (node.id, *(() if device.ups else power), *device.depends_on)
        road = device.road if isinstance(device, Camera) else None
        yield Thing(device.id, device.kind, node.id, site, limit_ms, parents, road, device.ups)
        if isinstance(device, ChargePoint):
            for connector in device.connectors:
                yield Thing(
                    connector_id(device.id, connector.number),
                    "connector",
                    node.id,
                    site,
                    limit_ms,
                    parents,
                    ups=device.ups,
                )
