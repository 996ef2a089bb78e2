"""docker-compose.front.yml: valid, pinned, careful, and of one mind with what is generated for a public front."""

from pathlib import Path
from typing import Any

import pytest

from firmware_config.main import main
from tests.integration.compose import composefile
from tests.integration.compose.composefile import Stage
from tests.integration.compose.test_compose_file import EXACT, judge

NAME = "docker-compose.front.yml"


@pytest.fixture(scope="module")
def front(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that a public machine gets."""
    out = tmp_path_factory.mktemp("generated") / "a site"
    example = root / "firmware_config" / "villages" / "three-junctions.yaml"
    options = ["--out", str(out), "--public-url", "https://village.example", "--front"]
    assert main(["generate", str(example), *options]) == 0
    return out / "front"


@pytest.fixture(scope="module")
def both(root: Path, front: Path) -> dict[str, Any]:
    """The services, their variables filled in."""
    found: dict[str, Any] = composefile.read(root / NAME, composefile.read_env(front / ".env"))["services"]
    return found


def test_it_is_valid_by_the_compose_specification(root: Path) -> None:
    said = judge(root / NAME)
    assert said.returncode == 0, said.stdout


def test_its_variables_are_those_of_the_generated_environment(root: Path, front: Path) -> None:
    found = list(composefile.VARIABLE.finditer((root / NAME).read_text(encoding="utf-8")))
    assert {one["name"] for one in found} == composefile.read_env(front / ".env").keys()
    assert all(one["or_stop"] for one in found), "each stops with a word on what to do"


def test_its_folders_are_there_and_hold_no_key(both: dict[str, Any]) -> None:
    volumes = [volume.partition(":")[0] for service in both.values() for volume in service["volumes"]]
    files = [Path(volume) for volume in volumes if volume.startswith("/")]
    assert [path.name for path in files] == ["front.yaml", "Caddyfile"]
    key = both["front"]["environment"]["VSM_KEY"]
    assert len(key) == 48
    assert not [path for path in files if key in path.read_text(encoding="utf-8")]


def test_every_service_is_pinned_runs_with_little_and_starts_again(
    both: dict[str, Any], stages: dict[str, Stage]
) -> None:
    for service in both.values():
        assert EXACT.fullmatch(service["image"])
        assert (service["read_only"], service["cap_drop"], service["restart"]) == (True, ["ALL"], "unless-stopped")
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert "healthcheck" in service or stages[service["build"]["target"]].health
    assert [name for name, service in both.items() if "cap_add" in service] == ["caddy"]


def test_the_front_itself_is_reached_by_caddy_alone(both: dict[str, Any], front: Path) -> None:
    assert both["caddy"]["network_mode"] == "service:front"
    assert 'host: "127.0.0.1"' in (front / "front.yaml").read_text(encoding="utf-8")
    assert both["front"]["ports"] == ["80:80", "443:443", "443:443/udp"]
