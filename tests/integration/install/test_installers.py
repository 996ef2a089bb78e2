"""The installers on empty trees: every file in its place, nothing twice, nothing in a dry run, units systemd likes."""

import os
import shutil
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from firmware_config.layout import EDGE_PYTHON, GATEWAY_PYTHON
from firmware_config.main import main as firmware_config
from tests.integration.install.conftest import EXAMPLE

SYSTEM = Path("/lib/systemd/system")
Install = Callable[..., subprocess.CompletedProcess[str]]
SECRET = (".key", ".env", "acl")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The image."""
    return tmp_path / "tree"


@pytest.fixture
def install(root: Path, site: Path, tree: Path) -> Install:
    """Runs an installer on the tree, without the Python packages."""

    def run(script: str, *more: str, where: Path | None = None) -> subprocess.CompletedProcess[str]:
        command = [str(root / "scripts" / script), str(where or site), *more, "--root", str(tree), "--skip", "venv"]
        return subprocess.run(command, cwd="/", capture_output=True, text=True, check=False, timeout=100)

    return run


def listed(tree: Path) -> dict[str, tuple[int, int, bytes | str]]:
    found: dict[str, tuple[int, int, bytes | str]] = {}
    for path in tree.rglob("*"):
        content = path.readlink().as_posix() if path.is_symlink() else b"" if path.is_dir() else path.read_bytes()
        found[str(path.relative_to(tree))] = (path.lstat().st_mode, path.lstat().st_ino, content)
    return found


@pytest.mark.parametrize("script", [("install-gateway",), ("install-node", "n-01", "n-02")])
def test_a_second_run_changes_nothing_and_says_so(install: Install, tree: Path, script: tuple[str, ...]) -> None:
    first = install(*script)
    assert first.returncode == 0, first.stderr
    before = listed(tree)
    assert len(before) > 20
    second = install(*script)
    assert "done: nothing had to be changed" in second.stdout
    assert listed(tree) == before


def test_what_was_altered_is_put_right_and_named(install: Install, tree: Path) -> None:
    install("install-gateway")
    (tree / "etc/influxdb/influxdb.conf").write_text("[http]\n", encoding="utf-8")
    (tree / "etc/vsm/broker/tls/broker.key").chmod(0o644)
    said = install("install-gateway").stdout
    assert "files: /etc/influxdb/influxdb.conf (root, 644)" in said
    assert "files: /etc/vsm/broker/tls/broker.key (mosquitto, 600)" in said
    assert "done: 2 changes" in said


@pytest.mark.parametrize("script", [("install-gateway",), ("install-node", "n-01")])
def test_a_dry_run_touches_nothing(install: Install, tree: Path, script: tuple[str, ...]) -> None:
    said = install(*script, "--dry-run")
    assert said.returncode == 0, said.stderr
    assert "would: files: /etc/vsm/" in said.stdout
    assert not tree.exists()


def test_whatever_is_secret_is_its_owners_alone_even_from_a_stick_without_modes(
    install: Install, site: Path, tree: Path
) -> None:
    for path in site.rglob("*"):
        path.chmod(0o777)
    install("install-gateway")
    install("install-node", "n-01")
    files = {str(path): stat.S_IMODE(path.stat().st_mode) for path in (tree / "etc/vsm").rglob("*") if path.is_file()}
    secret = {name for name in files if name.endswith(SECRET) or "/secrets/" in name}
    assert len(secret) >= 8
    assert {files[name] for name in secret} == {0o600}
    assert {files[name] for name in files.keys() - secret} == {0o644}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_owners_are_those_of_the_image(install: Install, tree: Path) -> None:
    install("install-gateway")
    rows = [line.split(":") for line in (tree / "etc/passwd").read_text(encoding="utf-8").splitlines()]
    numbers = {row[0]: int(row[2]) for row in rows}
    assert (tree / "etc/vsm/gateway/tls/gateway.key").stat().st_uid == numbers["vsm"]
    assert (tree / "etc/vsm/broker/tls/broker.key").stat().st_uid == numbers["mosquitto"]
    # The gateway, which is not root, sees how old the newest archive is; what is in it only root may read.
    assert (tree / "var/backups/vsm").stat().st_mode & 0o777 == 0o755


def test_a_login_filled_in_on_the_node_stays(install: Install, tree: Path) -> None:
    assert "to fill in (user:password): /etc/vsm/n-01/secrets/cam-01" in install("install-node", "n-01").stdout
    login = tree / "etc/vsm/n-01/secrets/cam-01"
    login.write_text("viewer:secret", encoding="utf-8")
    again = install("install-node", "n-01").stdout
    assert login.read_text(encoding="utf-8") == "viewer:secret"
    assert "to fill in" not in again


@pytest.fixture
def with_channel(root: Path, site: Path, tmp_path: Path) -> Path:
    """The site with a channel whose secret is empty; the secret's place on the machine."""
    channels = tmp_path / "channels.yaml"
    channels.write_text("channels: {duty_room: {kind: wecom}, desk: {kind: console}}\n", encoding="utf-8")
    order = ["generate", str(root / EXAMPLE), "--out", str(site), "--gateway-host", "localhost"]
    assert firmware_config([*order, "--channels", str(channels)]) == 0
    return Path("etc/vsm/gateway/secrets/channel-duty_room")


def test_a_channels_secret_filled_in_on_the_box_stays_and_is_asked_for_until_then(
    install: Install, site: Path, tree: Path, with_channel: Path
) -> None:
    asked = f"to fill in, or the gateway does not start (the channel's secret alone, docs/channels.md): {site}/gateway/"
    assert f"{asked}secrets/channel-duty_room\n" in install("install-gateway").stdout
    (tree / with_channel).write_text("a-robots-key", encoding="utf-8")
    again = install("install-gateway").stdout
    assert (tree / with_channel).read_text(encoding="utf-8") == "a-robots-key"
    assert "to fill in" not in again
    (site / "gateway" / "secrets" / "channel-duty_room").write_text("another-key", encoding="utf-8")
    install("install-gateway")
    assert (tree / with_channel).read_text(encoding="utf-8") == "another-key"
    assert stat.S_IMODE((tree / with_channel).stat().st_mode) == 0o600


def test_a_node_needs_its_own_folder_alone(install: Install, site: Path, tree: Path, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    for part in ("nodes/n-01", "systemd", "machine"):
        shutil.copytree(site / part, stick / part)
    said = install("install-node", "n-01", where=stick)
    assert said.returncode == 0, said.stderr
    assert not (tree / "etc/vsm/n-02").exists()


@pytest.mark.parametrize(
    ("call", "words", "status"),
    [
        (("install-node", "n-99"), "has no node n-99; it has: n-0", 1),
        (("install-node",), "at least one NODE", 2),
        (("install-gateway", "--only", "everything"), "no step everything", 2),
        (("install-gateway", "--fast"), "no option --fast", 2),
    ],
)
def test_a_wrong_call_says_what_to_do(install: Install, call: tuple[str, ...], words: str, status: int) -> None:
    said = install(*call)
    assert (said.returncode, words in said.stderr) == (status, True), said.stderr


def test_what_somebody_else_wrote_for_the_broker_is_kept_once(install: Install, tree: Path) -> None:
    conf = tree / "etc/mosquitto/mosquitto.conf"
    conf.parent.mkdir(parents=True)
    conf.write_text("listener 1883\n", encoding="utf-8")
    assert "was somebody else's: kept as" in install("install-gateway").stdout
    conf.write_text(conf.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")
    assert "somebody else" not in install("install-gateway").stdout
    assert conf.with_name("mosquitto.conf.before-vsm").read_text(encoding="utf-8") == "listener 1883\n"


def test_a_computers_other_node_must_be_named_too(install: Install, tree: Path) -> None:
    assert install("install-node", "n-01", "n-02").returncode == 0
    before = listed(tree)
    refused = install("install-node", "n-01")
    assert (refused.returncode, listed(tree)) == (1, before)
    assert "carries n-02 too: name all its nodes in one call" in refused.stderr


def test_a_folder_that_is_no_site_is_refused_with_the_command_that_makes_one(install: Install, tmp_path: Path) -> None:
    said = install("install-gateway", where=tmp_path)
    assert said.returncode == 1
    assert "python -m firmware_config generate" in said.stderr


def test_a_folder_of_an_older_version_is_refused_before_anything_is_placed(
    install: Install, site: Path, tree: Path
) -> None:
    (site / "machine" / "chrony-options").unlink()
    said = install("install-node", "n-01")
    assert said.returncode == 1
    assert "make the folder again with this version" in said.stderr
    assert not (tree / "etc/vsm").exists()


@pytest.fixture
def verify(tree: Path) -> Callable[[], tuple[int, str]]:
    """What systemd says of every unit of the tree."""
    analyze = shutil.which("systemd-analyze")
    if analyze is None or not SYSTEM.is_dir():
        pytest.skip("systemd-analyze is not installed (scripts/test installs it as root on Debian)")

    def run() -> tuple[int, str]:
        for python in (GATEWAY_PYTHON, EDGE_PYTHON):
            stand_in = tree / python.relative_to("/")
            stand_in.parent.mkdir(parents=True, exist_ok=True)
            stand_in.write_text("#!/bin/sh\n", encoding="utf-8")
            stand_in.chmod(0o755)
        ours = tree / "usr/lib/systemd/system"
        ours.mkdir(parents=True, exist_ok=True)
        for unit in (*SYSTEM.glob("*.target"), *SYSTEM.glob("*.slice")):
            shutil.copy(unit, ours)
        units = [path.name for path in (tree / "etc/systemd/system").rglob("vsm-*") if path.is_file()]
        names = sorted({name for name in units if "@." not in name})
        command = [analyze, "verify", f"--root={tree}", "--man=no", *names]
        said = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"})
        return len(names), said.stdout + said.stderr

    return run


def _no_absolute_links(tree: Path) -> None:
    """A link of an image points into the image; this machine must follow it there too."""
    for link in (tree / "etc/systemd/system").rglob("*"):
        if link.is_symlink():
            name = link.readlink().name
            link.unlink()
            link.symlink_to(f"../{name}")


def test_systemd_has_nothing_to_say_about_any_unit(
    install: Install, tree: Path, verify: Callable[[], tuple[int, str]]
) -> None:
    install("install-gateway")
    install("install-node", "n-01", "n-02")
    _no_absolute_links(tree)
    assert verify() == (6, "")


def test_systemd_would_speak_of_a_unit_with_a_mistake(
    install: Install, tree: Path, verify: Callable[[], tuple[int, str]]
) -> None:
    install("install-gateway")
    unit = tree / "etc/systemd/system/vsm-backup.service"
    unit.write_text(unit.read_text(encoding="utf-8").replace("ReadWritePaths", "ReadWritePath"), encoding="utf-8")
    _no_absolute_links(tree)
    assert "ReadWritePath" in verify()[1]
