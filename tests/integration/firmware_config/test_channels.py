"""From a file of channels to a gateway that has them: generated, filled in, checked by the gateway itself."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from contracts.settings import load_settings
from contracts.yamlfile import InputErrors
from firmware_config.main import main
from gateway.main import main as gateway
from gateway.settings import GatewaySettings
from tests.integration.compose.composefile import read_env
from tests.integration.firmware_config.conftest import run

Made = Callable[..., Path]
NEEDED = ["channel-mail", "channel-sms", "channel-voice", "channel-wecom"]
ADDRESS = "https://ping.example/1234"


@pytest.fixture
def villages(root: Path) -> Path:
    return root / "firmware_config" / "villages"


@pytest.fixture
def beigu(generated: Made, villages: Path) -> Made:
    """Generates Beigu with the example's channels."""

    def make(*options: str) -> Path:
        channels = ("--channels", str(villages / "channels.example.yaml"))
        return generated(*channels, *options, inventory=villages / "beigu.yaml")

    return make


def fill_in(site: Path, *names: str) -> None:
    for name in names:
        text = ADDRESS if name == "heartbeat-url" else f"the secret of {name}\n"
        (site / "gateway" / "secrets" / name).write_text(text, encoding="utf-8")


def secrets(site: Path) -> dict[str, tuple[bytes, int]]:
    files = (site / "gateway" / "secrets").iterdir()
    return {file.name: (file.read_bytes(), file.stat().st_mode & 0o777) for file in files}


def env_of(site: Path) -> dict[str, str]:
    return read_env(site / "gateway" / "gateway.env")


def test_a_file_is_made_for_each_secret_and_named_until_it_is_filled_in(
    beigu: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    site = beigu()
    made = secrets(site)
    assert {name: made[name] for name in [*NEEDED, "heartbeat-url"]} == dict.fromkeys(
        [*NEEDED, "heartbeat-url"], (b"", 0o600)
    )
    said = capsys.readouterr().out
    assert [name for name in NEEDED if f"{site}/gateway/secrets/{name}" in said] == NEEDED
    fill_in(site, *NEEDED, "heartbeat-url")
    filled = secrets(site)
    beigu("--new-keys")
    assert {name: secrets(site)[name] for name in NEEDED} == {name: filled[name] for name in NEEDED}
    assert "channel-" not in capsys.readouterr().out


def test_the_gateway_reads_what_was_written_and_filled_in(beigu: Made, here: Callable[[Path], None]) -> None:
    fill_in(beigu(), *NEEDED, "heartbeat-url")
    site = beigu()
    here(site)
    settings = load_settings(GatewaySettings, site / "gateway" / "gateway.yaml", env_of(site))
    assert {name: channel.kind for name, channel in settings.channels.items()} == {
        "wecom": "wecom",
        "sms": "sms",
        "voice": "voice",
        "mail": "smtp",
    }
    given = {name: getattr(channel, "secret").get_secret_value() for name, channel in settings.channels.items()}  # noqa: B009  # not each kind has one
    assert given == {name: f"the secret of channel-{name}" for name in settings.channels}
    assert settings.dispatch.heartbeat_url
    assert settings.dispatch.heartbeat_url.get_secret_value() == ADDRESS


def test_an_empty_address_is_no_heartbeat_and_an_empty_secret_no_channel(
    beigu: Made, here: Callable[[Path], None]
) -> None:
    site = beigu()
    here(site)
    fill_in(site, *NEEDED)
    assert (
        load_settings(GatewaySettings, site / "gateway" / "gateway.yaml", env_of(site)).dispatch.heartbeat_url is None
    )
    (site / "gateway" / "secrets" / "channel-sms").write_text("", encoding="utf-8")
    with pytest.raises(InputErrors, match="VSM_CHANNELS__SMS__SECRET_FILE"):
        load_settings(GatewaySettings, site / "gateway" / "gateway.yaml", env_of(site))


def test_no_secret_stands_outside_its_file(beigu: Made) -> None:
    fill_in(beigu(), *NEEDED, "heartbeat-url")
    site = beigu()
    words = (b"the secret of", ADDRESS.encode())
    holding = {file.name for file in site.rglob("*") if file.is_file() and any(w in file.read_bytes() for w in words)}
    assert holding == {*NEEDED, "heartbeat-url"}


def test_forgetting_the_channels_is_refused_and_giving_them_up_is_not(
    beigu: Made, villages: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = beigu()
    before = (site / "gateway" / "gateway.yaml").read_bytes()
    again = ["generate", str(villages / "beigu.yaml"), "--out", str(site)]
    assert main(again) == 1
    assert "give --channels FILE again" in capsys.readouterr().err
    assert (site / "gateway" / "gateway.yaml").read_bytes() == before
    none = tmp_path / "none.yaml"
    none.write_text("channels: {}\n", encoding="utf-8")
    assert main([*again, "--channels", str(none)]) == 0
    assert main(again) == 0


def test_a_file_with_mistakes_makes_nothing(villages: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = tmp_path / "channels.yaml"
    wrong.write_text("channels: {text: {kind: sms, secret: abc}}\n", encoding="utf-8")
    order = ["generate", str(villages / "beigu.yaml"), "--out", str(tmp_path / "site"), "--channels", str(wrong)]
    assert main(order) == 2
    assert f"{wrong}:1: channels.text.secret: write it into the file" in capsys.readouterr().err
    assert not (tmp_path / "site").exists()


def test_without_channels_there_is_no_file_for_a_secret_and_no_line_of_one(generated: Made) -> None:
    site = generated()
    assert not [name for name in secrets(site) if name.startswith(("channel", "heartbeat"))]
    assert not [file for file in site.rglob("*.env") if b"VSM_CHANNELS" in file.read_bytes()]
    assert load_settings(GatewaySettings, site / "gateway" / "gateway.yaml", {}).channels == {}
    assert read_env(site / "channels.env") == {"VSM_COMMAND_KEY_FILE": "/etc/vsm/gateway/secrets/command-key"}


@pytest.fixture
def config(beigu: Made, mosquitto: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The gateway's settings, its environment set, its files turned to the test's; telemetry goes to its own store."""
    site = beigu()
    fill_in(site, *NEEDED)
    with run(mosquitto, site) as port:
        file = site / "gateway" / "gateway.yaml"
        yaml = YAML()
        data = yaml.load(file)
        data["broker"]["port"] = port
        del data["telemetry"], data["backups"]
        yaml.dump(data, file)
        for name, value in env_of(site).items():
            if not name.startswith("VSM_TELEMETRY"):
                monkeypatch.setenv(name, value)
        yield file


def test_the_gateway_finds_channels_and_roster_well(
    config: Path, villages: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    roster = str(villages / "roster.example.yaml")
    assert gateway(["--config", str(config), "--migrate"]) == 0
    assert gateway(["--config", str(config), "--check"]) == 1
    assert "roster: failed: channels, but nobody to be told" in capsys.readouterr().out
    for what in ("check", "load"):
        assert gateway(["roster", what, roster, "--config", str(config)]) == 0
    capsys.readouterr()
    assert gateway(["--config", str(config), "--check"]) == 0
    said = capsys.readouterr().out
    for name in ("wecom", "sms", "voice", "mail"):
        assert f"channel {name}: ok: settings fit" in said
