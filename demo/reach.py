"""What a break reaches: who loses power, who is cut off, and what the gateway calls the site. Pure."""

from collections.abc import Iterator

from contracts.inventory import Contact, Device, Junction, Node, Village, WarningLight
from demo.scenario import Break


def dead_nodes(village: Village, broken: Break) -> list[str]:
    """Nodes that stop when ``broken`` takes the power of its junction or feeder: all on it without a battery."""
    return [node.id for junction, node in _supplied(village, broken) if not node.ups]


def dead_devices(village: Village, broken: Break) -> list[str]:
    """Devices without power then: all but those with a battery, lights with a panel of their own, and contacts, whose
    loops the node feeds; the relay that senses the mains falls.
    """
    return [device.id for _, node in _supplied(village, broken) for device in node.devices if not _lives_on(device)]


def cut_off(village: Village, broken: Break) -> list[str]:
    """Nodes that lose their line when ``broken`` takes an uplink."""
    return [node.id for _, _, node in village.nodes() if broken.uplink is not None and node.uplink == broken.uplink]


def unseen(village: Village, broken: Break) -> list[str]:
    """Nodes that the gateway does not hear while ``broken`` lasts."""
    return dead_nodes(village, broken) if broken.what == "power" else cut_off(village, broken)


def sites(village: Village, broken: Break) -> list[str]:
    """The sites of :func:`unseen` nodes, as the gateway names them: a junction, or the node where it is one of
    several.
    """
    nodes = unseen(village, broken)
    return [
        junction.id if len(junction.nodes) == 1 else node.id
        for _, junction, node in village.nodes()
        if node.id in nodes
    ]


def _supplied(village: Village, broken: Break) -> Iterator[tuple[Junction, Node]]:
    for _, junction, node in village.nodes():
        on_feeder = broken.feeder is not None and node.feeder == broken.feeder
        if broken.what == "power" and (junction.id == broken.junction or on_feeder):
            yield junction, node


def _lives_on(device: Device) -> bool:
    if isinstance(device, Contact):
        return device.role != "mains"
    return device.ups or (isinstance(device, WarningLight) and device.supply == "solar")
