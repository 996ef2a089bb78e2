"""The names a history may use, from the inventory: which devices, nodes, sites and assets there are."""

from collections.abc import Iterator

from contracts.codes import CODES, Kind
from contracts.inventory import Camera, Contact, ContactRole, Place, Village

_DOWN: dict[Kind, str] = {
    "camera": "unreachable",
    "warning_light": "dark",
    "charge_point": "Faulted",
    "connector": "Faulted",
}
# What an open loop means; that of a door is no outage.
_OPEN_LOOP: dict[ContactRole, str] = {
    "smoke": "smoke",
    "rcd": "rcd_tripped",
    "emergency_stop": "emergency_stop",
    "water": "water",
    "breaker": "breaker_tripped",
    "mains": "mains_lost",
}


class Names:
    """``nodes``: each node's report interval in ms; ``node_of`` and ``kinds``: of every device, connectors and nodes
    included; ``sites``: junctions and nodes; ``assets``: whatever may have a fault.
    """

    def __init__(self, village: Village) -> None:
        self.village = village
        self.places: dict[str, Place] = village.places()
        self.nodes = {node.id: round(node.interval_s * 1000) for _, _, node in village.nodes()}
        self.node_of = {node: node for node in self.nodes} | {id_: place.node for id_, place in self.places.items()}
        self.kinds: dict[str, Kind] = {id_: place.kind for id_, place in self.places.items()}
        self.kinds |= dict.fromkeys(self.nodes, "node")
        self.sites = {junction.id for _, junction in village.junctions()} | self.nodes.keys()
        supplies = {supply.id for supply in (*village.feeders, *village.uplinks)}
        self.assets = self.node_of.keys() | self.sites | supplies | set(_roads(village)) | {"gateway", "weather"}
        self._roles = {device.id: device.role for device in _devices(village) if isinstance(device, Contact)}

    def default_down(self, device: str) -> str | None:
        """The code of a ``down`` that names none; None where there is no such code."""
        role = self._roles.get(device)
        return _OPEN_LOOP.get(role) if role else _DOWN.get(self.kinds[device])

    def codes_of(self, device: str) -> list[str]:
        """The codes a device of its kind may have."""
        return sorted(code for code, row in CODES.items() if self.kinds[device] in row.kinds)


def _devices(village: Village) -> Iterator[object]:
    return (device for _, _, node in village.nodes() for device in node.devices)


def _roads(village: Village) -> Iterator[str]:
    return (device.road for device in _devices(village) if isinstance(device, Camera) and device.road)
