"""A short name for a node's configuration. Its birth states it; whoever has the inventory knows what it should be."""

import hashlib

from contracts.inventory import Node


def of_node(node: Node) -> str:
    """``sha256:`` and 16 hex digits. What hangs on what is the gateway's business, and no node is told of it."""
    own = {"depends_on"}
    plain = node.model_copy(update={"devices": (), "depends_on": ()}).model_dump_json()
    devices = [device.model_dump_json(exclude=own) for device in node.devices]
    whole = "\n".join([plain, *devices])
    return f"sha256:{hashlib.sha256(whole.encode()).hexdigest()[:16]}"
