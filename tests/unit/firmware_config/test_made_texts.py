"""What is made from an inventory, before anything is written."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from contracts.fingerprint import of_node
from contracts.inventory import Village
from firmware_config import broker, compose, gateway, grafana, graph, nodes, units
from firmware_config.layout import Site
from firmware_config.yamltext import dump

SECRETS = dict.fromkeys(compose.SECRETS, "s3cret")


def read(text: str) -> Any:
    return YAML(typ="safe").load(StringIO(text))


@pytest.mark.parametrize(
    "value",
    [
        "plain",
        "with words",
        "yes",
        "NULL",
        "1 号",
        "a: b",
        "# no comment",
        "- item",
        "3.14",
        "2028-06-30",
        "rtsp://h:1/x",
        '"\\',
        "",
        "trailing ",
        True,
        1.5,
        None,
        [],
        {},
        [["a"], [1, 2]],
        [{"a": [{"b": 1}], "c": {}}],
    ],
)
def test_what_is_written_as_yaml_is_read_as_the_same(value: object) -> None:
    assert read(dump({"key": value, "after": 1})) == {"key": value, "after": 1}


def test_a_node_gets_its_own_part_of_the_inventory_and_nothing_else(site: Site) -> None:
    part = Village.model_validate(read(nodes.files(site)["nodes/n-01/inventory.yaml"].text))
    (_, _, node), *others = part.nodes()
    assert not others
    assert node.ups
    assert [feeder.id for feeder in part.feeders] == ["f-1"]
    assert not [device for device in node.devices if device.depends_on], "parents elsewhere are the gateway's business"


def test_a_node_names_its_configuration_as_whoever_has_the_whole_inventory_does(site: Site) -> None:
    for _, _, node in site.village.nodes():
        part = Village.model_validate(read(nodes.files(site)[f"nodes/{node.id}/inventory.yaml"].text))
        (_, _, own), *_ = part.nodes()
        assert of_node(own) == of_node(node)
        assert of_node(own.model_copy(update={"vitals_s": 7})) != of_node(node)
        device = own.devices[0].model_copy(update={"look_s": 77})
        assert of_node(own.model_copy(update={"devices": (device, *own.devices[1:])})) != of_node(node)


def test_nodes_of_one_computer_listen_for_piles_on_different_ports(site: Site) -> None:
    settings = {name: read(nodes.files(site)[f"nodes/{name}/edge.yaml"].text) for name in ("n-01", "n-02", "n-03")}
    assert [found["ocpp"]["port"] for found in settings.values()] == [9000, 9000, 9001]
    assert [found["nodes"] for found in settings.values()] == [["n-01"], ["n-02"], ["n-03"]]


def test_an_environment_names_files_and_no_secret(site: Site) -> None:
    made = nodes.files(site)["nodes/n-01/node.env"]
    assert made.mode == 0o600
    assert "VSM_SECRET_CAMS_FILE=/etc/vsm/n-01/secrets/cams\n" in made.text


def test_the_brokers_limits_follow_from_the_number_of_nodes(site: Site) -> None:
    lines = broker.files(site)["broker/mosquitto.conf"].text.splitlines()
    assert f"max_queued_messages {2 * 200 * 3}" in lines
    assert {"max_queued_bytes 67108864", "max_inflight_messages 1000", "require_certificate true"} <= set(lines)


def test_secrets_stand_in_the_compose_environment_alone(site: Site) -> None:
    files = {**gateway.files(site), **grafana.files(site), **compose.files(site, Path("/srv/site"), SECRETS)}
    assert [name for name, file in files.items() if "s3cret" in file.text] == [".env"]
    assert {files[name].mode for name in (".env", "gateway/gateway.env")} == {0o600}


def test_links_are_signed_where_people_can_open_them(site: Site) -> None:
    public = Site(site.village, site.inventory, site.gateway_host, "https://village.example")
    files = {**gateway.files(public), **compose.files(public, Path("/srv/site"), SECRETS | {"link-key": "k3y"})}
    key = "/etc/vsm/gateway/secrets/link-key"
    assert f"VSM_DISPATCH__LINK_KEY_FILE={key}\nVSM_LINK_KEY_FILE={key}\n" in files["gateway/links.env"].text
    assert "VSM_DISPATCH__LINK_KEY=k3y\nVSM_LINK_KEY=k3y\n" in files["links.env"].text
    assert {files[name].mode for name in ("links.env", "gateway/links.env")} == {0o600}
    assert [name for name, file in files.items() if "k3y" in file.text] == ["links.env"]


def test_and_nowhere_else(site: Site) -> None:
    files = {**gateway.files(site), **compose.files(site, Path("/srv/site"), SECRETS)}
    assert [name for name in ("links.env", "gateway/links.env") if "VSM_" in files[name].text] == []


def test_behind_something_that_ends_tls_the_pages_listen_on_this_machine_only(site: Site) -> None:
    public = Site(site.village, site.inventory, site.gateway_host, "https://village.example")
    settings = read(gateway.files(public)["gateway/dashboard_api.yaml"].text)
    assert (settings["host"], settings["public_url"]) == ("127.0.0.1", "https://village.example")


def test_only_the_process_that_feeds_it_has_a_watchdog(site: Site) -> None:
    made = {name: file.text for name, file in units.files(site).items() if name.endswith(".service")}
    assert [name for name, text in made.items() if "\nWatchdogSec=" in text] == ["systemd/vsm-edge@.service"]
    assert [name for name, text in made.items() if "Type=notify" in text] == ["systemd/vsm-edge@.service"]
    assert all("ProtectSystem=strict" in text for text in made.values())
    assert [name for name, text in made.items() if "Restart=always" not in text] == ["systemd/vsm-backup.service"]


def test_the_graph_leads_from_a_connector_to_the_gateway(site: Site) -> None:
    edges = set(graph.edges(site.village))
    way = [("cp-01.2", "cp-01"), ("cp-01", "n-01"), ("n-01", "f-1"), ("f-1", "u-1"), ("u-1", "gateway")]
    assert edges >= set(way)
    assert '"cam-02" -> "n-01";' in graph.dot(site.village)


def test_the_tree_shows_every_node_under_its_feeder(site: Site) -> None:
    lines = graph.tree(site.village).splitlines()
    assert lines[:3] == ["gateway", "  feeder f-1 Village", "    n-01 over u-1, UPS"]
    assert "  feeder (not stated)" in lines
    assert "      cam-01 camera; also on n-01" in lines
    assert lines[-1] == "  uplink u-1 Village: n-01, n-02, n-03"
