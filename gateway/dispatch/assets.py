"""Where each thing that can have a fault stands: its grids, and the supplies it hangs on."""

from collections.abc import Iterator
from typing import NamedTuple

from contracts.inventory import Camera, Grid, Junction, Node, Village
from gateway.faults.kinds import AssetKind

GATEWAY = "gateway"
CHANNEL = "channel:"


class Where(NamedTuple):
    """``grids``: the asset's own, or all that hang on it; none for the gateway, its channels and the whole village.

    ``feeder``, ``uplink``: the supply itself, or the one that its node hangs on.
    """

    kind: AssetKind
    grids: tuple[str, ...] = ()
    feeder: str | None = None
    uplink: str | None = None


def whereabouts(village: Village) -> dict[str, Where]:
    """Every asset of the inventory, the gateway and the village, by id."""
    found = {village.id: Where("village"), GATEWAY: Where("gateway")}
    found |= {supply.id: Where("feeder", feeder=supply.id) for supply in village.feeders}
    found |= {supply.id: Where("uplink", uplink=supply.id) for supply in village.uplinks}
    for asset, where in _standing(village):
        # A supply and a road belong to each grid that something of theirs stands in.
        before = found.get(asset, where)
        found[asset] = before._replace(grids=tuple(dict.fromkeys((*before.grids, *where.grids))))
    return found


def _standing(village: Village) -> Iterator[tuple[str, Where]]:
    """Everything, grid by grid; a supply and a road once for each node and camera."""
    for grid, junction in village.junctions():
        yield from _place(grid, junction)
        for node in junction.nodes:
            yield from _node(grid, node)
    nodes = {node.id: node for _, _, node in village.nodes()}
    for device, place in village.places().items():
        node = nodes[place.node]
        yield device, Where(place.kind, (place.grid,), node.feeder, node.uplink)


def _place(grid: Grid, junction: Junction) -> Iterator[tuple[str, Where]]:
    yield junction.id, Where("junction", (grid.id,))
    for asset in junction.assets:
        yield asset.id, Where(asset.kind, (grid.id,))


def _node(grid: Grid, node: Node) -> Iterator[tuple[str, Where]]:
    here = (grid.id,)
    yield node.id, Where("node", here, node.feeder, node.uplink)
    if node.feeder:
        yield node.feeder, Where("feeder", here, feeder=node.feeder)
    if node.uplink:
        yield node.uplink, Where("uplink", here, uplink=node.uplink)
    for device in node.devices:
        if isinstance(device, Camera) and device.road:
            yield device.road, Where("road", here)
