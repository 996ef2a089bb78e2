"""Channels in containers: who reads the settings gets their secrets, at the `up` after they were filled in."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from firmware_config.main import main
from tests.integration.compose import box as by_hand
from tests.integration.compose import composefile
from tests.integration.compose.box import Box, Service
from tests.integration.compose.composefile import Stage

CHECK = ["/venv/gateway/bin/python", "-m", "gateway", "--config", "/etc/vsm/gateway/gateway.yaml", "--check"]


@pytest.fixture
def village(root: Path, tmp_path: Path) -> Path:
    """The example with a channel, whose secret is not filled in yet."""
    channels, out = tmp_path / "channels.yaml", tmp_path / "site"
    channels.write_text("channels: {duty_room: {kind: wecom}}\n", encoding="utf-8")
    example = root / "firmware_config" / "villages" / "three-junctions.yaml"
    assert main(["generate", str(example), "--out", str(out), "--channels", str(channels)]) == 0
    return out


@pytest.fixture
def box(root: Path, village: Path, stages: dict[str, Stage], tmp_path: Path) -> Iterator[Box]:
    reason = by_hand.possible()
    if reason:
        pytest.skip(reason)
    services: dict[str, Any] = composefile.read(root / "docker-compose.yml", composefile.read_env(village / ".env"))[
        "services"
    ]
    with by_hand.opened(tmp_path / "box", root, services, stages) as made:
        (tmp_path / "box").mkdir(exist_ok=True)
        yield made


def ended(box: Box, service: Service) -> tuple[int, str]:
    """Runs one to its end: exit code, and all that it said until now."""
    process = box.start(service).process
    assert process
    return process.wait(60), box.log(service.name).read_text(encoding="utf-8")


def test_a_secret_that_was_filled_in_is_read_at_the_next_up(box: Box, village: Path) -> None:
    assert ended(box, box.service("prepare"))[0] == 0
    code, said = ended(box, box.service("migrate"))
    assert (code, "VSM_CHANNELS__DUTY_ROOM__SECRET_FILE" in said) == (2, True)
    (village / "gateway" / "secrets" / "channel-duty_room").write_text("a-robots-key", encoding="utf-8")
    assert ended(box, box.service("prepare"))[0] == 0
    code, said = ended(box, box.service("migrate"))
    assert code == 0, said
    assert "channel duty_room: ok: settings fit (wecom)" in ended(box, box.service("gateway", CHECK))[1]


@pytest.mark.parametrize("name", ["migrate", "gateway"])
def test_without_the_file_that_names_it_neither_starts(box: Box, village: Path, name: str) -> None:
    (village / "gateway" / "secrets" / "channel-duty_room").write_text("a-robots-key", encoding="utf-8")
    assert ended(box, box.service("prepare"))[0] == 0
    service = box.service(name)
    files = [file for file in service.said["env_file"] if not file.endswith("channels.env")]
    service.said = service.said | {"env_file": files}
    code, said = ended(box, service)
    assert (code, "channels.duty_room.secret: this key is required and missing" in said) == (2, True)
