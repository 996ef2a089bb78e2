"""What residents may not use: a device with an electrical latch, and the connectors of such a charge point."""

from gateway.faults.changes import NodeChange
from gateway.faults.node import device as devices
from gateway.faults.node import rows
from gateway.faults.node.memory import DeviceWatch


def changed(
    before: dict[str, DeviceWatch], after: dict[str, DeviceWatch], at_ms: int
) -> tuple[dict[str, DeviceWatch], list[NodeChange]]:
    """As :func:`every`, if any row has changed."""
    if all(device.rows is before[id_].rows for id_, device in after.items()):
        return after, []
    return every(after, at_ms)


def every(after: dict[str, DeviceWatch], at_ms: int) -> tuple[dict[str, DeviceWatch], list[NodeChange]]:
    """What residents may not use: a device with an electrical latch, and the connectors of such a charge point."""
    locked = {id_ for id_, device in after.items() if rows.locks(device.rows)}
    told: list[NodeChange] = []
    shown = {}
    for id_, device in after.items():
        heard = devices.lock(device, id_ in locked or device.parent in locked, at_ms)
        shown[id_] = heard.device
        told += heard.changes
    return shown, told
