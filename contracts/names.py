"""What people call whatever a fault may be of: a device, a place, a supply, a road, the gateway, the weather. Pure."""

from collections.abc import Mapping

from contracts.inventory import Camera, Name, Village
from contracts.topics import GATEWAY

WEATHER = "weather"


def names(village: Village) -> dict[str, Name]:
    """Name by id; where two things share an id, that of the larger one."""
    found = {device: place.name for device, place in village.places().items()}
    for _, junction in village.junctions():
        found |= {asset.id: asset.name for asset in junction.assets if asset.name is not None}
        for node in junction.nodes:
            found[node.id] = junction.name if len(junction.nodes) == 1 else _node(junction.name, node.id)
        found[junction.id] = junction.name
    found |= _roads(village)
    found |= {supply.id: supply.name for supply in (*village.feeders, *village.uplinks)}
    found[village.id] = village.name
    return found | {GATEWAY: Name(zh="网关", en="Gateway"), WEATHER: Name(zh="天气", en="Weather")}


def name_of(known: Mapping[str, Name], asset: str) -> Name:
    """Its name; for what has left the inventory its id."""
    return known.get(asset) or _cut(asset or "-", asset or "-")


def place_of(village: Village, known: Mapping[str, Name], junction: str) -> Name:
    """The junction's name; the village's for what stands at none (a supply, a road, the gateway)."""
    return name_of(known, junction) if junction else village.name


def _node(place: Name, node: str) -> Name:
    return _cut(f"{place.zh}节点 {node}", f"{place.en}, node {node}")


def _roads(village: Village) -> dict[str, Name]:
    """Roads by the junctions whose cameras look at them: the inventory gives a road no name of its own."""
    seen: dict[str, dict[str, Name]] = {}
    for _, junction, node in village.nodes():
        for device in node.devices:
            if isinstance(device, Camera) and device.road is not None:
                seen.setdefault(device.road, {})[junction.id] = junction.name
    return {road: _road(list(at.values())) for road, at in seen.items()}


def _road(at: list[Name]) -> Name:
    first, *more = at
    if not more:
        return _cut(f"{first.zh}道路", f"Road at {first.en}")
    if len(more) == 1:
        return _cut(f"{first.zh}—{more[0].zh}道路", f"Road {first.en} – {more[0].en}")
    return _cut(f"{first.zh}等 {len(at)} 个路口的道路", f"Road of {first.en} and {len(more)} more junctions")


def _cut(zh: str, en: str) -> Name:
    return Name(zh=zh[:40], en=en[:60])
