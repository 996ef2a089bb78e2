"""Generating: the same bytes twice except keys, and files the product itself takes."""

import datetime as dt
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509 import verification

from contracts.inventory import load_inventory
from contracts.settings import load_settings
from dashboard_api.settings import Settings as DashboardSettings
from edge import settings as edge_settings
from edge.process import chosen
from firmware_config.command_key import public_of
from firmware_config.main import main
from gateway.settings import GatewaySettings, resolved
from tests.integration.compose.composefile import read_env

Made = Callable[..., Path]
DRAWN = re.compile(r"(\.(key|crt|crl)|/secrets/(influxdb|grafana|link|command)-[a-z]+)$")
# It holds the public half of a key.
HOLDS_ONE = re.compile(r"(^\.env|/edge\.yaml)$")


def tree(site: Path) -> dict[str, tuple[bytes, int]]:
    files = (path for path in site.rglob("*") if path.is_file())
    return {str(path.relative_to(site)): (path.read_bytes(), path.stat().st_mode & 0o777) for path in files}


def certificate(file: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(file.read_bytes())


def test_twice_gives_the_same_bytes_except_keys(generated: Made) -> None:
    first, second = tree(generated(name="one")), tree(generated(name="two"))
    assert first.keys() == second.keys()
    differing = {name for name in first if first[name] != second[name]}
    assert {name for name in first if DRAWN.search(name) or HOLDS_ONE.search(name)} == differing


def test_a_second_run_changes_nothing_and_new_keys_change_all_of_them(generated: Made) -> None:
    before = tree(generated())
    assert tree(generated()) == before
    after = tree(generated("--new-keys"))
    assert {name for name in before if DRAWN.search(name)} <= {name for name in before if before[name] != after[name]}


PUBLIC = ("--public-url", "https://village.example")


def test_with_a_public_address_a_key_for_links_is_drawn_once_and_both_processes_read_it(
    generated: Made, here: Callable[[Path], None]
) -> None:
    one, two = (generated(*PUBLIC, name=name) for name in ("one", "two"))
    keys = [(site / "gateway" / "secrets" / "link-key").read_text(encoding="ascii") for site in (one, two)]
    assert keys[0] != keys[1]
    assert tree(one) == tree(generated(*PUBLIC, name="one"))
    here(one)
    lines = (one / "gateway" / "links.env").read_text(encoding="utf-8").splitlines()
    env = dict(line.split("=", 1) for line in lines if line.startswith("VSM_"))
    dispatch = load_settings(GatewaySettings, one / "gateway" / "gateway.yaml", env).dispatch
    face = load_settings(DashboardSettings, one / "gateway" / "dashboard_api.yaml", env)
    assert dispatch.public_url == face.public_url == "https://village.example"
    assert [key and key.get_secret_value() for key in (dispatch.link_key, face.link_key)] == [keys[0]] * 2
    assert read_env(one / "links.env") == {
        "VSM_DISPATCH__PUBLIC_URL": "https://village.example",
        "VSM_DISPATCH__LINK_KEY": keys[0],
        "VSM_LINK_KEY": keys[0],
    }


def test_without_one_there_is_no_key_and_no_link(generated: Made) -> None:
    site = generated()
    assert not (site / "gateway" / "secrets" / "link-key").exists()
    assert "VSM_" not in (site / "gateway" / "links.env").read_text(encoding="utf-8")
    assert load_settings(GatewaySettings, site / "gateway" / "gateway.yaml", {}).dispatch.public_url is None


def test_whatever_is_secret_is_readable_by_its_owner_alone(generated: Made) -> None:
    secret = re.compile(r"\.key$|\.env$|/secrets/")
    modes = {name: mode for name, (_, mode) in tree(generated()).items() if secret.search(name)}
    assert len(modes) > 12
    assert set(modes.values()) == {0o600}


def test_a_login_that_somebody_filled_in_stays(generated: Made) -> None:
    login = generated() / "nodes" / "n-01" / "secrets" / "cam-01"
    login.write_text("viewer:verysecret", encoding="utf-8")
    generated("--new-keys")
    assert login.read_text(encoding="utf-8") == "viewer:verysecret"


@pytest.fixture
def another_node(root: Path, tmp_path: Path) -> Path:
    """The example with n-33 in place of n-03."""
    more = tmp_path / "more.yaml"
    example = root / "firmware_config" / "villages" / "three-junctions.yaml"
    more.write_text(example.read_text(encoding="utf-8").replace("id: n-03", "id: n-33"), encoding="utf-8")
    return more


def test_without_the_authoritys_key_only_a_new_node_is_refused(
    another_node: Path, generated: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = generated()
    (site / "ca" / "ca.key").rename(tmp_path / "in a drawer")
    generated()
    assert main(["generate", str(another_node), "--out", str(site)]) == 1
    assert "a new certificate needs the authority's key" in capsys.readouterr().err


def test_a_node_is_added_with_the_authority_from_its_drawer(
    another_node: Path, generated: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site, drawer = generated(), tmp_path / "drawer"
    (site / "ca").rename(drawer)
    assert main(["generate", str(another_node), "--out", str(site)]) == 1, "no second authority by oversight"
    generated("--ca", str(drawer), inventory=another_node)
    certificate(site / "nodes/n-33/tls/n-33.crt").verify_directly_issued_by(certificate(drawer / "ca.crt"))
    assert "no longer in the inventory, left where they are: n-03" in capsys.readouterr().out


def test_a_node_that_never_had_a_certificate_cannot_be_revoked(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    order = ["generate", str(root / "firmware_config" / "villages" / "three-junctions.yaml"), "--out", str(tmp_path)]
    assert main([*order, "--revoke", "n-77"]) == 1
    assert "n-77.crt: cannot be revoked" in capsys.readouterr().err


def test_what_was_revoked_once_stays_revoked(generated: Made) -> None:
    first = certificate(generated() / "nodes" / "n-01" / "tls" / "n-01.crt")
    second = certificate(generated("--revoke", "n-01") / "nodes" / "n-01" / "tls" / "n-01.crt")
    site = generated("--revoke", "n-01")
    listed = x509.load_pem_x509_crl((site / "broker" / "tls" / "ca.crl").read_bytes())
    assert [one.serial_number for one in listed] == [first.serial_number, second.serial_number]
    assert listed.is_signature_valid(certificate(site / "ca" / "ca.crt").public_key())  # type: ignore[arg-type]  # elliptic-curve, as ours are


def _listed(site: Path) -> set[int]:
    return {one.serial_number for one in x509.load_pem_x509_crl((site / "broker" / "tls" / "ca.crl").read_bytes())}


def test_no_list_forgets_another_wherever_the_authority_is_kept(generated: Made, tmp_path: Path) -> None:
    drawer = tmp_path / "drawer"
    site = generated()
    shutil.copytree(site / "ca", drawer)
    generated("--revoke", "n-01")
    generated("--ca", str(drawer), "--revoke", "n-02")
    assert len(_listed(site)) == 2
    (site / "ca" / "ca.key").unlink()
    generated()
    assert len(_listed(site)) == 2


def test_a_misspelt_node_revokes_nobody(generated: Made) -> None:
    site = generated()
    with pytest.raises(AssertionError):
        generated("--revoke", "n-01", "--revoke", "n-77")
    assert (_listed(site), (site / "nodes/n-01/tls/n-01.key").exists()) == (set(), True)


def test_a_key_that_is_none_is_named(generated: Made, capsys: pytest.CaptureFixture[str]) -> None:
    site = generated()
    (site / "nodes/n-01/tls/n-01.key").write_text("nonsense", encoding="utf-8")
    with pytest.raises(AssertionError):
        generated()
    assert "n-01.key: is no key" in capsys.readouterr().err


def test_the_graph_is_printed_for_people_and_for_graphviz(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    example = str(root / "firmware_config" / "villages" / "three-junctions.yaml")
    assert main(["graph", example]) == 0
    assert capsys.readouterr().out.startswith("gateway\n  feeder f-east")
    assert main(["graph", example, "--dot"]) == 0
    assert capsys.readouterr().out.startswith('digraph "example" {')


def test_certificates_are_the_authoritys_and_last_ten_years(generated: Made) -> None:
    site = generated("--gateway-host", "192.0.2.7")
    store = verification.Store([certificate(site / "ca" / "ca.crt")])
    server = certificate(site / "broker" / "tls" / "broker.crt")
    verifier = verification.PolicyBuilder().store(store)
    for name in ("localhost", "mosquitto"):
        verifier.build_server_verifier(x509.DNSName(name)).verify(server, [])
    for node in ("n-01", "n-02", "n-03"):
        own = certificate(site / "nodes" / node / "tls" / f"{node}.crt")
        own.verify_directly_issued_by(certificate(site / "ca" / "ca.crt"))
        assert own.subject.rfc4514_string() == f"CN={node}"
        assert own.not_valid_after_utc - dt.datetime.now(dt.UTC) > dt.timedelta(days=3649)


def test_a_new_address_of_the_gateway_gives_the_broker_a_new_certificate_for_its_old_key(generated: Made) -> None:
    before = tree(generated())
    after = tree(generated("--gateway-host", "gw.example"))
    changed = {name for name in before if before[name] != after[name]}
    assert {name for name in changed if DRAWN.search(name)} == {"broker/tls/broker.crt"}


def test_the_product_takes_every_file(generated: Made) -> None:
    site = generated()
    for folder in sorted(site.glob("nodes/*")):
        found = edge_settings.load(folder / "edge.yaml", {})
        (node,) = chosen(found, load_inventory(found.inventory))
        assert node.id == folder.name
    gateway = resolved(load_settings(GatewaySettings, site / "gateway" / "gateway.yaml", {}), site / "gateway" / "x")
    assert load_inventory(gateway.inventory).id == "example"
    assert gateway.database == "sqlite:////var/lib/vsm/gateway.db"
    assert load_settings(DashboardSettings, site / "gateway" / "dashboard_api.yaml", {}).port == 8080


def test_the_gateway_logs_in_to_influxdb_with_the_generated_password(
    generated: Made, here: Callable[[Path], None]
) -> None:
    site = generated()
    here(site)
    lines = (site / "gateway" / "gateway.env").read_text(encoding="utf-8").splitlines()
    env = dict(line.split("=", 1) for line in lines if not line.startswith("#"))
    telemetry = load_settings(GatewaySettings, site / "gateway" / "gateway.yaml", env).telemetry
    assert telemetry
    assert telemetry.password
    drawn = (site / "gateway" / "secrets" / "influxdb-password").read_text(encoding="ascii")
    assert telemetry.password.get_secret_value() == drawn


def village_of(nodes: int) -> str:
    lines = ["id: large", "name: {zh: 大村, en: Large}", "grids:", "  - id: g-1", "    name: {zh: 网格, en: Grid}"]
    lines.append("    junctions:")
    for n in range(nodes):
        lines += [f"      - id: j-{n}", f"        name: {{zh: 路口{n}, en: Junction {n}}}", "        lat: 31.3"]
        lines += ["        lon: 118.8", "        nodes:", f"          - id: n-{n}", "            devices:"]
        camera = f"kind: camera, driver: opencv, source: rtsp://192.0.2.1/{n}"
        light = "kind: warning_light, driver: warning_light, pin: GPIO17, isolation: opto, supply: mains"
        lines += [f"              - {{id: cam-{n}, {camera}}}", f"              - {{id: wl-{n}, {light}}}"]
    return "\n".join([*lines, ""])


def test_two_hundred_nodes_are_made_in_seconds(
    generated: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inventory = tmp_path / "large.yaml"
    inventory.write_text(village_of(200), encoding="utf-8")
    started = time.monotonic()
    site = generated(inventory=inventory)
    took = time.monotonic() - started
    assert "certificates: 203/203" in capsys.readouterr().err
    print(f"200 nodes generated in {took:.1f} s")  # noqa: T201  # a figure to read with -s; machines differ
    assert len(list(site.glob("nodes/*/tls/*.key"))) == 200
    assert took < 60, "some ten times what it takes on two busy cores"


def test_the_key_of_commands_is_drawn_once_and_every_node_has_its_public_half(
    generated: Made, here: Callable[[Path], None]
) -> None:
    site = generated()
    file = site / "gateway" / "secrets" / "command-key"
    private = file.read_text(encoding="ascii")
    assert file.stat().st_mode & 0o777 == 0o600
    here(site)
    lines = (site / "gateway" / "gateway.env").read_text(encoding="utf-8").splitlines()
    env = dict(line.split("=", 1) for line in lines if line.startswith("VSM_COMMAND"))
    key = load_settings(GatewaySettings, site / "gateway" / "gateway.yaml", env).command_key
    assert key is not None
    assert key.get_secret_value() == private
    nodes = [edge_settings.load(site / "nodes" / name / "edge.yaml", {}) for name in ("n-01", "n-02", "n-03")]
    assert {node.command_key for node in nodes} == {public_of(private)}
    assert private not in "".join(path.read_text() for path in site.glob("nodes/*/*.*"))
    generated()
    assert file.read_text(encoding="ascii") == private
    generated("--new-keys")
    assert file.read_text(encoding="ascii") != private


def test_a_damaged_key_of_commands_is_refused_with_what_to_do(
    generated: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    (generated() / "gateway" / "secrets" / "command-key").write_text("rubbish")
    with pytest.raises(AssertionError):
        generated()
    assert "command-key: is no key" in capsys.readouterr().err
