"""A village of three nodes, two of them on one Pi, as a value."""

import pytest

from contracts.inventory import Village
from firmware_config.layout import Site


def _pile(number: int) -> dict[str, object]:
    connectors = [{"number": 1}, {"number": 2}]
    return {
        "id": f"cp-0{number}",
        "kind": "charge_point",
        "driver": "ocpp16",
        "identity": f"CP-{number}",
        "connectors": connectors,
    }


def _node(number: int, **more: object) -> dict[str, object]:
    camera = {
        "id": f"cam-0{number}",
        "kind": "camera",
        "driver": "opencv",
        "source": f"rtsp://192.0.2.{number}/1",
        "login": "cams",
        "depends_on": ["n-01"],
    }
    return {"id": f"n-0{number}", "uplink": "u-1", **more, "devices": [camera, _pile(number)]}


@pytest.fixture
def site() -> Site:
    name = {"zh": "村", "en": "Village"}
    nodes = [_node(1, feeder="f-1", ups=True), _node(2, computer="pi-2"), _node(3, computer="pi-2")]
    junctions = [
        {"id": f"j-0{n}", "name": name, "lat": 31.3, "lon": 118.8, "nodes": [node]} for n, node in enumerate(nodes, 1)
    ]
    village = Village.model_validate(
        {
            "id": "small",
            "name": name,
            "feeders": [{"id": "f-1", "name": name, "depends_on": ["u-1"]}, {"id": "f-2", "name": name}],
            "uplinks": [{"id": "u-1", "name": name}],
            "grids": [{"id": "g-1", "name": name, "junctions": junctions}],
        }
    )
    return Site(village, "id: small\n", "gateway.example")
