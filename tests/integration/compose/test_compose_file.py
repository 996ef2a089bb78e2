"""docker-compose.yml: valid, pinned, careful, and of one mind with the environment that is generated for it."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.integration.compose import composefile
from tests.integration.compose.composefile import Stage

EXACT = re.compile(r"(?P<name>[a-z/_-]+):(v?\d+\.\d+\.\d+)(-[a-z]+)*")
ONCE = ["prepare", "migrate"]
LONG_RUNNING = ["mosquitto", "influxdb", "gateway", "dashboard_api", "grafana"]


def judge(file: Path) -> subprocess.CompletedProcess[str]:
    """The schema of the compose specification; it comes with the package, no network is needed."""
    program = Path(sys.executable).parent / "check-jsonschema"
    command = [str(program), "--builtin-schema", "vendor.compose-spec", str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_it_is_valid_by_the_compose_specification(root: Path) -> None:
    said = judge(root / "docker-compose.yml")
    assert said.returncode == 0, said.stdout


def test_a_key_that_nobody_knows_is_not(root: Path, tmp_path: Path) -> None:
    text = (root / "docker-compose.yml").read_text(encoding="utf-8")
    wrong = tmp_path / "docker-compose.yml"
    wrong.write_text(text.replace("stop_grace_period: 30s", "stop_grace_time: 30s"), encoding="utf-8")
    said = judge(wrong)
    assert said.returncode == 1
    assert "stop_grace_time" in said.stdout


def test_its_variables_are_those_of_the_generated_environment(root: Path, env: dict[str, str]) -> None:
    lines = (root / "docker-compose.yml").read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.strip().startswith("#"))
    found = list(composefile.VARIABLE.finditer(text))
    assert {one["name"] for one in found} == env.keys()
    assert all(one["or_stop"] for one in found), "each stops with a word on what to do"


@pytest.mark.parametrize("how", ["missing", "empty"])
def test_without_any_one_of_them_it_does_not_start(root: Path, env: dict[str, str], how: str) -> None:
    for name in env:
        less = {key: value for key, value in env.items() if key != name} | ({name: ""} if how == "empty" else {})
        with pytest.raises(KeyError, match=name):
            composefile.read(root / "docker-compose.yml", less)


def test_every_image_has_an_exact_version(services: dict[str, Any], stages: dict[str, Stage]) -> None:
    images = [service["image"] for service in services.values()] + [stage.image for stage in stages.values()]
    assert len(images) == 12
    assert not [image for image in images if not EXACT.fullmatch(image)]
    assert not EXACT.fullmatch("influxdb:latest")
    assert not EXACT.fullmatch("influxdb:2.9")


def test_our_images_have_the_version_of_the_project(services: dict[str, Any], root: Path) -> None:
    found = re.search(r'^version = "(.*)"$', (root / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    assert found
    ours = [service["image"] for service in services.values() if "build" in service]
    assert [image.partition(":")[2] for image in ours] == [found[1]] * 3


def test_nothing_in_it_is_secret(root: Path, env: dict[str, str]) -> None:
    text = (root / "docker-compose.yml").read_text(encoding="utf-8")
    secrets = [value for name, value in env.items() if name.endswith(("PASSWORD", "TOKEN"))]
    assert len(secrets) == 3
    assert not [secret for secret in secrets if secret in text]
    assert not re.findall(r'(?:PASSWORD|TOKEN): (?!"?\$\{)', text)


def test_every_service_runs_with_as_little_as_it_can(services: dict[str, Any], stages: dict[str, Stage]) -> None:
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["logging"]["options"]["max-size"], name
        assert "privileged" not in service, name
        user = service.get("user") or stages[service["build"]["target"]].user
        assert user.startswith("0:") == (name == "prepare"), name
    assert [services[name]["network_mode"] for name in ONCE] == ["none", "none"]
    assert [name for name, service in services.items() if "cap_add" in service] == ["prepare"]


def test_every_service_starts_again_and_is_asked_whether_it_works(
    services: dict[str, Any], stages: dict[str, Stage]
) -> None:
    assert sorted(services) == sorted([*ONCE, *LONG_RUNNING])
    assert [services[name]["restart"] for name in ONCE] == ["no", "no"]
    for name in LONG_RUNNING:
        service = services[name]
        assert service["restart"] == "unless-stopped", name
        assert "healthcheck" in service or stages[service["build"]["target"]].health, name


def test_they_wait_for_each_other_but_warning_people_waits_for_no_influxdb(services: dict[str, Any]) -> None:
    waits = {
        name: {other: how["condition"].removeprefix("service_") for other, how in service["depends_on"].items()}
        for name, service in services.items()
        if "depends_on" in service
    }
    assert waits == {
        "mosquitto": {"prepare": "completed_successfully"},
        "migrate": {"prepare": "completed_successfully"},
        "gateway": {"migrate": "completed_successfully", "mosquitto": "healthy", "influxdb": "started"},
        "dashboard_api": {"gateway": "healthy"},
        "grafana": {"influxdb": "healthy"},
    }


def test_only_the_broker_and_the_page_are_reached_from_outside(root: Path, services: dict[str, Any]) -> None:
    ports = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert ports == {
        "mosquitto": ["8883:8883"],
        "dashboard_api": ["0.0.0.0:8080:8080"],
        "grafana": ["127.0.0.1:3000:3000"],
    }
    whole = YAML(typ="safe").load(root / "docker-compose.yml")
    assert (services["influxdb"]["networks"], whole["networks"]) == (["data"], {"data": {"internal": True}})


def test_a_volume_is_named_and_a_folder_is_one_of_the_site(root: Path, services: dict[str, Any], site: Path) -> None:
    named = YAML(typ="safe").load(root / "docker-compose.yml")["volumes"].keys()
    used = {volume.partition(":")[0] for service in services.values() for volume in service["volumes"]}
    folders = {volume for volume in used if volume.startswith("/")}
    assert used - folders == named
    assert all(Path(folder).exists() and Path(folder).is_relative_to(site) for folder in folders)


def test_gateway_and_pages_read_links_with_the_same_key_and_nobody_else_has_it(
    services: dict[str, Any], site: Path
) -> None:
    given = {name: service["env_file"] for name, service in services.items() if "env_file" in service}
    links = str(site / "links.env")
    assert [name for name, files in given.items() if links in files] == ["gateway", "dashboard_api"]
    assert (site / "links.env").stat().st_mode & 0o777 == 0o600


def test_who_reads_the_gateways_settings_knows_where_the_channels_secrets_lie_and_nobody_else(
    services: dict[str, Any], site: Path
) -> None:
    reading = [name for name, one in services.items() if "/etc/vsm/gateway/gateway.yaml" in one.get("command", [])]
    given = {name: service["env_file"] for name, service in services.items() if "env_file" in service}
    channels = str(site / "channels.env")
    assert [name for name, files in given.items() if channels in files] == [*reading, "gateway"]
    assert reading == ["migrate"], "the gateway's own command stands in the Dockerfile"
    assert (site / "channels.env").stat().st_mode & 0o777 == 0o600


def test_the_pages_see_no_key_and_no_token(services: dict[str, Any]) -> None:
    seen = [Path(volume.partition(":")[0]) for volume in services["dashboard_api"]["volumes"] if volume.startswith("/")]
    assert sorted(path.name for path in seen) == ["dashboard_api.yaml", "inventory.yaml"]
    assert {path.stat().st_mode & 0o777 for path in seen} == {0o644}, "another user reads them"
