"""What one node gets: its settings, its part of the inventory, its environment."""

from typing import Any

from contracts.inventory import Camera, ChargePoint, Grid, Junction, Node
from firmware_config.layout import BROKER_PORT, OCPP_PORT, STATE, File, Files, Site, folder_of, on_machine, tls
from firmware_config.yamltext import dump

# A node judges its own devices: what hangs on what, and who is sent for, is the gateway's business.
_NOT_FOR_NODES = {"depends_on", "department"}


def files(site: Site) -> Files:
    """The files of all nodes."""
    found: Files = {}
    ports = ocpp_ports(site.nodes)
    for grid, junction, node in site.village.nodes():
        folder = folder_of(node.id)
        part = dump(_slice(site, grid, junction, node))
        found[f"{folder}/inventory.yaml"] = File(site.header + part)
        found[f"{folder}/edge.yaml"] = File(site.header + dump(_settings(site, node, ports)))
        found[f"{folder}/node.env"] = File(site.header + _environment(node), 0o600)
    return found


def logins(node: Node) -> list[str]:
    """Names of the secrets that people must fill in, each once."""
    cameras = [device for device in node.devices if isinstance(device, Camera)]
    named = [name for one in cameras for name in (one.login, one.recording.login if one.recording else None)]
    return list(dict.fromkeys(name for name in named if name))


def ocpp_ports(nodes: list[Node]) -> dict[str, int]:
    """The port that a node's piles dial; nodes of one computer differ."""
    taken: dict[str, int] = {}
    ports = {}
    for node in nodes:
        if any(isinstance(device, ChargePoint) for device in node.devices):
            computer = node.computer or node.id
            ports[node.id] = OCPP_PORT + taken.get(computer, 0)
            taken[computer] = taken.get(computer, 0) + 1
    return ports


def _settings(site: Site, node: Node, ports: dict[str, int]) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "inventory": "inventory.yaml",
        "nodes": [node.id],
        "data_dir": str(STATE),
        "broker": {"host": site.gateway_host, "port": BROKER_PORT, "tls": tls(node.id)},
    }
    if site.command_public is not None:
        settings["command_key"] = site.command_public
    if node.id in ports:
        settings["ocpp"] = {"host": "0.0.0.0", "port": ports[node.id]}  # noqa: S104  # piles dial in from the cabinet's network
    return settings


_NOT_OF_NODES = {"feeders", "uplinks", "departments", "routing", "holidays", "workdays", "grids"}


def _slice(site: Site, grid: Grid, junction: Junction, node: Node) -> dict[str, Any]:
    """The inventory with this node alone."""
    village = _plain(site.village, _NOT_OF_NODES)
    supplies = {"feeders": (site.village.feeders, node.feeder), "uplinks": (site.village.uplinks, node.uplink)}
    for key, (listed, wanted) in supplies.items():
        if found := [_plain(supply, _NOT_FOR_NODES) for supply in listed if supply.id == wanted]:
            village[key] = found
    own = _plain(node, _NOT_FOR_NODES | {"devices"})
    if node.devices:
        own["devices"] = [_plain(device, _NOT_FOR_NODES) for device in node.devices]
    here = {**_plain(junction, {"nodes", "assets", "micro_grid"}), "nodes": [own]}
    return {**village, "grids": [{**_plain(grid, {"junctions", "micro_grids"}), "junctions": [here]}]}


def _plain(model: Any, without: set[str]) -> dict[str, Any]:
    """What was written, the id first."""
    found: dict[str, Any] = model.model_dump(mode="json", exclude_unset=True, exclude=without)
    return {"id": model.id, **found}


def _environment(node: Node) -> str:
    lines = ["# Each file holds one login as user:password; an empty one counts as not set.\n"] if logins(node) else []
    for name in logins(node):
        variable = name.upper().replace("-", "_").replace(".", "_")
        lines.append(f"VSM_SECRET_{variable}_FILE={on_machine(node.id)}/secrets/{name}\n")
    return "".join(lines)
