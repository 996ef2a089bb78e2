"""The compose file with the environment of a generated site."""

from pathlib import Path
from typing import Any

import pytest

from firmware_config.main import main
from tests.integration.compose import composefile


@pytest.fixture(scope="session")
def site(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example, generated."""
    out = tmp_path_factory.mktemp("generated") / "site"
    example = root / "firmware_config" / "villages" / "three-junctions.yaml"
    assert main(["generate", str(example), "--out", str(out), "--gateway-host", "gateway.example"]) == 0
    return out


@pytest.fixture(scope="session")
def env(site: Path) -> dict[str, str]:
    """What `docker compose --env-file` reads."""
    return composefile.read_env(site / ".env")


@pytest.fixture(scope="session")
def services(root: Path, env: dict[str, str]) -> dict[str, Any]:
    """The services, their variables filled in."""
    found: dict[str, Any] = composefile.read(root / "docker-compose.yml", env)["services"]
    return found


@pytest.fixture(scope="session")
def stages(root: Path) -> dict[str, composefile.Stage]:
    """The stages of the Dockerfile."""
    return composefile.stages(root / "Dockerfile")
