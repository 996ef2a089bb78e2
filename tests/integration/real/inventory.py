"""The village of these tests: one node with a camera, a light and a charge point of one socket."""

from dataclasses import dataclass, field
from typing import Any

JUNCTION, NODE = "j-01", "n-01"
CAMERA, LIGHT, PILE, SOCKET = "cam-01", "wl-01", "cp-01", "cp-01.1"
IDENTITY, PIN = "CP-01", "GPIO17"

Extra = dict[str, Any]


@dataclass(frozen=True)
class Pace:
    """Settings of the inventory beside the shipped ones. ``quick``: the gateway's times too are divided."""

    quick: bool = False
    node: Extra = field(default_factory=dict)
    device: Extra = field(default_factory=dict)
    camera: Extra = field(default_factory=dict)


SHIPPED = Pace()
# For the shipped times divided by twenty (demo/speed.py): a node that looks and reports accordingly.
QUICK = Pace(quick=True, node={"interval_s": 2}, device={"look_s": 1}, camera={"stall_s": 3})


def inventory(rtsp: int, pace: Pace) -> Extra:
    """The village; ``rtsp``: the port of its camera on this machine."""
    node = {"id": NODE, "feeder": "f-1", "uplink": "u-1", "devices": _devices(rtsp, pace), **pace.node}
    junction = {**_named(JUNCTION, "村口", "Village gate"), "lat": 31.33, "lon": 119.12, "nodes": [node]}
    grid = {**_named("g-1", "第一网格", "Grid 1"), "junctions": [junction]}
    supplies = {"feeders": [_named("f-1", "台区", "Feeder")], "uplinks": [_named("u-1", "移动 4G", "Mobile 4G")]}
    return {**_named("real", "实村", "Real village"), **supplies, "grids": [grid]}


def _named(key: str, zh: str, en: str) -> Extra:
    return {"id": key, "name": {"zh": zh, "en": en}}


def _devices(rtsp: int, pace: Pace) -> list[Extra]:
    source = f"rtsp://127.0.0.1:{rtsp}/camera"
    return [
        {"id": CAMERA, "kind": "camera", "driver": "opencv", "source": source, **pace.device, **pace.camera},
        {"id": LIGHT, "kind": "warning_light", "driver": "warning_light", "pin": PIN, **pace.device}
        | {"isolation": "opto", "supply": "mains"},
        {"id": PILE, "kind": "charge_point", "driver": "ocpp16", "identity": IDENTITY, **pace.device}
        | {"connectors": [{"number": 1, "power_kw": 7}]},
    ]
