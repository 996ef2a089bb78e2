"""install-gateway and on-gateway with channels, where /etc and /opt are the test's own and the programs this machine's.

Everything else is read-only there, and its network is its own.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from firmware_config.main import main as firmware_config
from gateway.store import open_store
from tests.integration.compose import box as by_hand
from tests.integration.firmware_config.conftest import turn
from tests.integration.install.conftest import EXAMPLE

Say = Callable[..., subprocess.CompletedProcess[str]]
SECRET = "gateway/secrets/channel-duty_room"
# As root, since whoever runs the tests may have the project where nobody else can read it.
BEGIN = """
ip link set lo up
mount --bind {0}/etc /etc; mount --bind {0}/opt /opt; mount --bind {0} {0}
mount -o remount,bind,ro /
python3 -m http.server --bind 127.0.0.1 8086 >/dev/null 2>&1 & web=$!
{1} -c {2} 2>/dev/null & broker=$!
trap 'kill $web $broker' EXIT
until (exec 3<>/dev/tcp/127.0.0.1/8086) 2>/dev/null && (exec 3<>/dev/tcp/127.0.0.1/8883) 2>/dev/null; do sleep 0.1; done
"""


@pytest.fixture
def machine(root: Path, site: Path, tmp_path: Path) -> Path:
    """The site with a channel; beside it what its machine has: the settings, and the program."""
    reason = by_hand.possible()
    if reason:
        pytest.skip(reason)
    channels = tmp_path / "channels.yaml"
    channels.write_text("channels: {duty_room: {kind: wecom}}\n", encoding="utf-8")
    order = ["generate", str(root / EXAMPLE), "--out", str(site), "--gateway-host", "localhost"]
    assert firmware_config([*order, "--channels", str(channels)]) == 0
    etc, opt = tmp_path / "etc", tmp_path / "opt" / "vsm"
    shutil.copytree("/etc", etc, symlinks=True, ignore=shutil.ignore_patterns("vsm"))
    with (etc / "passwd").open("a") as users:
        users.write("vsm:x:0:0::/:/bin/sh\n")
    opt.mkdir(parents=True)
    (opt / "gateway").symlink_to(sys.prefix)
    return tmp_path


def installed(machine: Path, *, key: str = "a-robots-key") -> None:
    """As after the steps before: its files are there, its database is made, telemetry is its own."""
    site = machine / "site"
    (site / SECRET).write_text(key, encoding="utf-8")
    env = site / "gateway" / "gateway.env"
    lines = [line for line in env.read_text(encoding="utf-8").splitlines() if "TELEMETRY" not in line]
    turn(site)
    env.write_text("\n".join([*lines, ""]), encoding="utf-8")
    settings = site / "gateway" / "gateway.yaml"
    text = settings.read_text(encoding="utf-8")
    begin, end = text.index("telemetry:\n"), text.index("embedded_telemetry")
    settings.write_text(text[:begin] + text[end:], encoding="utf-8")
    conf = site / "broker" / "mosquitto.conf"
    conf.write_text(conf.read_text(encoding="utf-8").replace("/var/lib/mosquitto/", f"{site}/state/") + "user root\n")
    open_store(f"sqlite:///{site}/state/gateway.db").close()
    shutil.copytree(site / "gateway", machine / "etc" / "vsm" / "gateway")


@pytest.fixture
def say(root: Path, machine: Path, mosquitto: Path) -> Say:
    """Runs commands there."""

    def run(*commands: str) -> subprocess.CompletedProcess[str]:
        begin = BEGIN.format(machine, mosquitto, machine / "site" / "broker" / "mosquitto.conf")
        script = "\n".join([begin, f"cd {root}", *commands])
        space = ["unshare", "--net", "--mount", "--propagation", "private", "bash", "-euc", script]
        return subprocess.run(space, capture_output=True, text=True, check=False, timeout=200, env=dict(os.environ))

    return run


def test_the_check_has_a_line_for_each_channel_and_a_roster_that_is_not_there_yet_fails_nothing(
    machine: Path, say: Say
) -> None:
    installed(machine)
    site = machine / "site"
    said = say(f"scripts/install-gateway {site} --only check")
    assert said.returncode == 0, said.stdout + said.stderr
    assert "check: channel duty_room: ok: settings fit (wecom)" in said.stdout
    assert "check: roster: failed: channels, but nobody to be told" in said.stdout
    assert "check: the roster fails no installation" in said.stdout


def test_a_channel_that_cannot_be_used_fails_it(machine: Path, say: Say) -> None:
    installed(machine)
    settings = machine / "etc/vsm/gateway/gateway.yaml"
    sms = {"kind": "sms", "url": "https://bridge.example/a", "secret": "0123456789abcdef", "templates": {}}
    settings.write_text(settings.read_text(encoding="utf-8") + f"  text: {json.dumps(sms)}\n", encoding="utf-8")
    site = machine / "site"
    said = say(f"scripts/install-gateway {site} --only check")
    assert said.returncode == 1
    assert "check: channel text: failed: no template id for" in said.stdout
    assert "check: FAILED" in said.stderr


def test_with_an_empty_secret_nothing_is_begun(machine: Path, say: Say) -> None:
    installed(machine, key="")
    before = sorted(str(path) for path in (machine / "etc").rglob("*"))
    said = say(f"scripts/install-gateway {machine}/site --only files")
    assert (said.returncode, f"{SECRET}; nothing was touched" in said.stderr) == (1, True), said.stderr
    assert sorted(str(path) for path in (machine / "etc").rglob("*")) == before


def test_a_command_on_the_box_reads_the_channels_secrets(machine: Path, say: Say) -> None:
    installed(machine)
    said = say("scripts/on-gateway test-channel")
    assert (said.returncode, "duty_room" in said.stdout) == (0, True), said.stderr
    (machine / "etc/vsm/gateway/gateway.env").write_text("", encoding="utf-8")
    assert (
        "channels.duty_room.secret: this key is required and missing" in say("scripts/on-gateway test-channel").stderr
    )
