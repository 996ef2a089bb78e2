"""The file of --channels: its shape, every mistake of it, and what follows from it."""

from pathlib import Path
from typing import get_args

import pytest

from contracts.yamlfile import InputErrors
from firmware_config import compose, gateway
from firmware_config.channels import KINDS, LONGEST_NAME, Channels, read_channels
from firmware_config.layout import Site
from gateway.dispatch.words import ChannelKind

SECRETS = dict.fromkeys(compose.SECRETS, "s3cret")
WAYS = Channels({"duty_room": {"kind": "wecom"}, "desk": {"kind": "console"}}, 120)


def mistakes(tmp_path: Path, text: str) -> list[str]:
    """Each as ``line key``; its words are in the error itself."""
    file = tmp_path / "channels.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputErrors) as found:
        read_channels(file)
    assert {error.file for error in found.value.errors} == {str(file)}
    return [f"{error.line} {error.key}: {error.text}" for error in found.value.errors]


WRONG = """\
dispatch: {heartbeat_s: often}
channels:
  Duty-Room: {kind: wecom}
  two__lines: {kind: pigeon}
  nameless: {}
  text: {kind: sms, secret: abc}
  ring: {kind: voice, templates: {test: 2026-01-01}}
  list: []
extra: 1
"""


def test_every_mistake_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    found = mistakes(tmp_path, WRONG)
    assert [line.partition(":")[0] for line in found] == [
        "9 extra",
        "1 dispatch.heartbeat_s",
        "3 channels.Duty-Room",
        "4 channels.two__lines",
        "4 channels.two__lines.kind",
        "5 channels.nameless.kind",
        "6 channels.text.secret",
        "7 channels.ring.templates.test",
        "8 channels.list",
    ]
    assert found[6].endswith("write it into the file secrets/channel-text that generate makes, not here")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("dispatch: {}\n", "1 channels: this key is required and missing; `channels: {}` for none"),
        ("channels:\n", "1 channels: must be a mapping of names to settings; `channels: {}` for none"),
        ("channels: {}\ndispatch: 60\n", "2 dispatch: must be a mapping; its one key is heartbeat_s"),
        (
            "channels: {}\ndispatch:\n  heartbeat_url: https://ping.example/1\n",
            "3 dispatch.heartbeat_url: a secret: write it into the file secrets/heartbeat-url that generate makes",
        ),
    ],
)
def test_what_is_missing_or_elsewhere_is_told(tmp_path: Path, text: str, told: str) -> None:
    (found,) = mistakes(tmp_path, text)
    assert found.startswith(told)


def test_a_name_is_no_longer_than_its_limit(tmp_path: Path) -> None:
    (told,) = mistakes(tmp_path, f"channels:\n  {'a' * 32}: {{kind: console}}\n")
    assert f"{LONGEST_NAME} characters at most" in told
    (tmp_path / "channels.yaml").write_text(f"channels:\n  {'a' * 31}: {{kind: console}}\n", encoding="utf-8")
    assert list(read_channels(tmp_path / "channels.yaml").settings) == ["a" * 31]


def test_the_kinds_are_those_of_the_gateway() -> None:
    assert sorted(KINDS) == sorted(get_args(ChannelKind))


def test_console_and_file_need_no_secret_and_mail_only_with_a_login() -> None:
    settings = {kind: {"kind": kind} for kind in KINDS} | {"mail": {"kind": "smtp", "username": "vsm"}}
    assert settings.keys() - Channels(settings).secrets.keys() == {"console", "file", "smtp"}


@pytest.mark.parametrize("heartbeat", [False, True])
def test_the_heartbeat_has_a_line_once_its_address_is_there(site: Site, heartbeat: bool) -> None:
    channels = Site(site.village, site.inventory, site.gateway_host, channels=WAYS, heartbeat=heartbeat)
    files = {**gateway.files(channels), **compose.files(channels, Path("/srv/site"), SECRETS)}
    folder = "/etc/vsm/gateway/secrets"
    wanted = [f"VSM_CHANNELS__DUTY_ROOM__SECRET_FILE={folder}/channel-duty_room"]
    wanted += [f"VSM_DISPATCH__HEARTBEAT_URL_FILE={folder}/heartbeat-url"] * heartbeat
    for name in ("gateway/gateway.env", "channels.env"):
        lines = [line for line in files[name].text.splitlines() if line.startswith(("VSM_CH", "VSM_DI"))]
        assert (lines, files[name].mode) == (wanted, 0o600)


def test_without_channels_no_service_is_told_of_any(site: Site) -> None:
    made = compose.files(site, Path("/srv/site"), SECRETS)["channels.env"]
    assert [line for line in made.text.splitlines() if not line.startswith("#")] == []
    assert "channels" not in gateway.files(site)["gateway/gateway.yaml"].text
