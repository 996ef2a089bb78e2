"""Settings of channels from file and environment, ``--check`` and ``test-channel``."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contracts.inventory import load_inventory
from contracts.settings import load_settings
from contracts.yamlfile import InputErrors
from demo.vendors import SECRET, Vendors, registered
from gateway.check import check as checked
from gateway.main import main
from gateway.settings import GatewaySettings, resolved
from tests.integration.delivery.conftest import NUMBER, Clock, order

Config = Callable[..., Path]
Said = tuple[int, str]


@pytest.fixture
def config(tmp_path: Path) -> Config:
    def write(**channels: dict[str, Any]) -> Path:
        path = tmp_path / "gateway.yaml"
        path.write_text(json.dumps({"inventory": "village.yaml", "channels": channels}), encoding="utf-8")
        return path

    return write


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret"
    path.write_text(f"{SECRET}\n", encoding="utf-8")
    return path


def test_a_secret_comes_from_a_file_by_the_channels_name(config: Config, secret: Path) -> None:
    path = config(duty_desk={"kind": "wecom"}, text={"kind": "sms", "url": "https://bridge.example"})
    names = {f"VSM_CHANNELS__{name}__SECRET_FILE": str(secret) for name in ("DUTY_DESK", "TEXT")}
    settings = load_settings(GatewaySettings, path, names)
    assert {settings.channels[name].kind for name in ("duty_desk", "text")} == {"wecom", "sms"}
    assert SECRET not in repr(settings)


def test_all_channels_without_a_secret_are_named_with_their_variables(config: Config) -> None:
    path = config(duty={"kind": "wecom"}, text={"kind": "sms", "url": "https://bridge.example"}, mail={"kind": "smtp"})
    with pytest.raises(InputErrors) as found:
        load_settings(GatewaySettings, path, {})
    said = {error.key: error.text for error in found.value.errors}
    assert said.keys() == {"channels.duty.secret", "channels.text.secret", "channels.mail.host", "channels.mail.sender"}
    assert "VSM_CHANNELS__DUTY__SECRET_FILE" in said["channels.duty.secret"]
    assert "VSM_CHANNELS__TEXT__SECRET_FILE" in said["channels.text.secret"]


def test_a_variable_of_no_channel_is_named_itself(config: Config, secret: Path) -> None:
    with pytest.raises(InputErrors, match=r"^VSM_CHANNELS__GONE__SECRET_FILE: channels\.gone: .*`kind`"):
        load_settings(GatewaySettings, config(), {"VSM_CHANNELS__GONE__SECRET_FILE": str(secret)})


@pytest.mark.parametrize("name", ["Duty", "a__b", "a_", "1a", "a" * 32])
def test_a_name_that_no_variable_could_have_is_refused(config: Config, name: str) -> None:
    with pytest.raises(InputErrors, match="small letters, digits and single underscores"):
        load_settings(GatewaySettings, config(**{name: {"kind": "console"}}), {})


def test_files_of_channels_lie_beside_the_settings(config: Config, tmp_path: Path) -> None:
    path = config(desk={"kind": "console", "file": "desk.txt"})
    desk = resolved(load_settings(GatewaySettings, path, {}), path).channels["desk"]
    assert dict(desk)["file"] == tmp_path / "desk.txt"


def test_a_check_sends_nothing_and_names_missing_templates(
    vendors: Vendors, config: Config, capfd: pytest.CaptureFixture[str], root: Path
) -> None:
    bridge = {"url": f"{vendors.url}/adapter", "secret": SECRET}
    whole = registered.ids()
    some = {name: both for name, both in whole.items() if name not in {"summary", "test"}}
    path = config(
        text={"kind": "sms", "templates": some} | bridge,
        ring={"kind": "voice", "templates": whole} | bridge,
        desk={"kind": "console", "file": "nowhere/desk.txt"},
    )
    settings = resolved(load_settings(GatewaySettings, path, {}), path)
    village = load_inventory(root / "firmware_config" / "villages" / "three-junctions.yaml")
    assert not checked(settings, village, lambda: pytest.fail("not asked"), Clock())
    said = dict(line.split(": ", 1) for line in capfd.readouterr().out.splitlines())
    assert said["channel ring"].startswith("ok: settings fit (voice)")
    assert said["channel text"].startswith("failed: no template id for summary, test; set them in channels.text.")
    assert said["channel desk"].startswith("failed: channels.desk: file: ")
    assert not vendors.received()


@pytest.fixture
def trial(vendors: Vendors, config: Config, capfd: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Run test-channel; its status, and all that it said."""
    bridge = {"url": f"{vendors.url}/adapter", "secret": SECRET, "templates": registered.ids()}
    vendors.app.templates = registered.texts()
    path = config(
        duty={"kind": "wecom", "url": f"{vendors.url}/cgi-bin/webhook/send", "secret": SECRET},
        text={"kind": "sms"} | bridge,
        ring={"kind": "voice"} | bridge,
        desk={"kind": "console", "to": "stdout"},
    )

    def run(*args: str) -> Said:
        status = main(["test-channel", *args, "--config", str(path)])
        said = capfd.readouterr()
        assert SECRET not in said.out + said.err
        return status, said.out + said.err

    return run


def test_a_trial_arrives_and_is_confirmed(trial: Callable[..., Said], vendors: Vendors) -> None:
    assert trial("duty") == (0, "duty (wecom): confirmed\n")
    assert trial("text", "--to", NUMBER, "--lang", "en")[0] == 0
    assert [got.channel for got in vendors.received()] == ["wecom", "sms"]
    assert "通道" in vendors.received("wecom")[0].text
    assert "This is a test of the village safety monitor, sent" in vendors.received("sms")[0].text


def test_a_trial_that_nobody_confirms_says_so(trial: Callable[..., Said], vendors: Vendors) -> None:
    vendors.app.answered = False
    for name in ("ring", "desk"):
        status, said = trial(name, "--to", NUMBER)
        assert (status, "unconfirmed" in said) == (0, True)


def test_a_trial_that_fails_says_what_to_do(trial: Callable[..., Said], vendors: Vendors) -> None:
    vendors.misbehave("wecom", order("errcode", code=93000))
    status, said = trial("duty")
    assert status == 1
    assert "errcode 93000" in said
    assert "take the new one from the robot's page" in said
    vendors.misbehave("wecom", order("429"))
    assert "try again in 7 s" in trial("duty")[1]
    vendors.misbehave("wecom", order("drop_after"))
    assert "look before you try again" in trial("duty")[1]


def test_a_trial_of_no_channel_or_to_nobody_is_a_mistake(trial: Callable[..., Said]) -> None:
    assert trial("nobody") == (2, "there is no channel nobody; there are: desk, duty, ring, text\n")
    assert trial("text") == (2, "text (sms) reaches one person: say whom with --to\n")
    assert trial()[1].splitlines()[0] == "desk: console, 600 a minute"


def fetched(url: str, body: bytes | None = None) -> Any:
    """Without the library whose log is watched."""
    with urllib.request.urlopen(url, data=body, timeout=10) as answer:  # noqa: S310  # a server of this test
        return json.load(answer)


def test_vendors_run_as_a_process_and_keep_what_came(tmp_path: Path) -> None:
    state = tmp_path / "received.jsonl"
    command = [sys.executable, "-m", "demo.vendors", "--state", str(state)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[1].rstrip(",")
        body = json.dumps({"msgtype": "text", "text": {"content": "你好"}}).encode()
        assert fetched(f"{url}/cgi-bin/webhook/send?key={SECRET}.duty", body)["errcode"] == 0
        (got,) = fetched(f"{url}/received")
        process.terminate()
    assert (process.returncode, got["to"], got["text"]) == (0, "duty", "你好")
    with Vendors(state=state) as again:
        assert [one.text for one in again.received()] == ["你好"]
