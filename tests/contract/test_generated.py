"""What nodes, broker and gateway are given, byte for byte: a change here is a change on every machine of a village."""

from pathlib import Path

import pytest

from contracts.inventory import load_inventory
from firmware_config import broker, gateway, nodes
from firmware_config.layout import Files, Site

HERE = Path(__file__).parent
EXAMPLE = HERE.parents[1] / "firmware_config" / "villages" / "three-junctions.yaml"
# Golden file: what it is a copy of.
GOLDEN = {
    "edge.yaml": "nodes/n-02/edge.yaml",
    "inventory.yaml": "nodes/n-02/inventory.yaml",
    "node.env": "nodes/n-02/node.env",
    "mosquitto.conf": "broker/mosquitto.conf",
    "acl": "broker/acl",
    "gateway.yaml": "gateway/gateway.yaml",
    "gateway.env": "gateway/gateway.env",
}


@pytest.fixture(scope="module")
def made() -> Files:
    site = Site(load_inventory(EXAMPLE), "", "vsm-gateway", command_public="0123456789abcdef" * 4)
    return {**nodes.files(site), **broker.files(site), **gateway.files(site)}


@pytest.mark.parametrize("name", GOLDEN)
def test_what_is_generated_is_what_it_was(made: Files, name: str) -> None:
    assert made[GOLDEN[name]].text == (HERE / "golden_site" / name).read_text(encoding="utf-8")


def test_every_nodes_part_of_the_shipped_village_is_an_inventory_that_names_no_department(tmp_path: Path) -> None:
    site = Site(load_inventory(EXAMPLE.with_name("beigu.yaml")), "", "vsm-gateway")
    parts = {name: file.text for name, file in nodes.files(site).items() if name.endswith("inventory.yaml")}
    assert len(parts) == 20
    for text in parts.values():
        (tmp_path / "inventory.yaml").write_text(text, encoding="utf-8")
        part = load_inventory(tmp_path / "inventory.yaml")
        assert (part.departments, part.holidays, part.workdays, part.uplinks[0].department) == ((), (), (), None)
