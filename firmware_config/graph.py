"""Who hangs on whom: device -> node -> {feeder, uplink} -> gateway, and what ``depends_on`` adds."""

from collections.abc import Iterator

from contracts.inventory import ChargePoint, Node, Village, connector_id
from contracts.topics import GATEWAY

Edge = tuple[str, str]
NO_PARENT = "(not stated)"


def edges(village: Village) -> Iterator[Edge]:
    """Child and parent, in file order."""
    for supply in (*village.feeders, *village.uplinks):
        yield supply.id, GATEWAY
        yield from ((supply.id, parent) for parent in supply.depends_on)
    for _, _, node in village.nodes():
        parents = [parent for parent in (node.feeder, node.uplink) if parent] or [GATEWAY]
        yield from ((node.id, parent) for parent in (*parents, *node.depends_on))
        for device in node.devices:
            yield from ((device.id, parent) for parent in (node.id, *device.depends_on))
            if isinstance(device, ChargePoint):
                yield from ((connector_id(device.id, one.number), device.id) for one in device.connectors)


def dot(village: Village) -> str:
    """For Graphviz; arrows point from a child to what it hangs on."""
    lines = [f'  "{child}" -> "{parent}";' for child, parent in edges(village)]
    return "\n".join([f'digraph "{village.id}" {{', "  rankdir=LR;", *lines, "}", ""])


def tree(village: Village) -> str:
    """For people: the gateway, its feeders, their nodes with their lines, and the devices."""
    lines = [GATEWAY]
    feeders = [*((feeder.id, feeder.name.en) for feeder in village.feeders), (None, NO_PARENT)]
    for feeder, name in feeders:
        nodes = [node for _, _, node in village.nodes() if node.feeder == feeder]
        if nodes or feeder:
            lines.append(f"  feeder {feeder or ''} {name}".replace("  (", " ("))
        for node in nodes:
            lines += _node(node)
    lines += [_uplink(village, uplink.id, uplink.name.en) for uplink in village.uplinks]
    return "\n".join([*lines, ""])


def _uplink(village: Village, uplink: str, name: str) -> str:
    nodes = [node.id for _, _, node in village.nodes() if node.uplink == uplink]
    return f"  uplink {uplink} {name}: {', '.join(nodes) or 'no node'}"


def _node(node: Node) -> Iterator[str]:
    battery = ", UPS" if node.ups else ""
    yield f"    {node.id} over {node.uplink or NO_PARENT}{battery}{_further(node.depends_on)}"
    for device in node.devices:
        sockets = f", {len(device.connectors)} connectors" if isinstance(device, ChargePoint) else ""
        yield f"      {device.id} {device.kind}{sockets}{', UPS' if device.ups else ''}{_further(device.depends_on)}"


def _further(parents: tuple[str, ...]) -> str:
    return f"; also on {', '.join(parents)}" if parents else ""
