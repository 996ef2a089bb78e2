"""The public front on a real Debian with a real systemd and Caddy before it, as a county engineer installs it."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from firmware_config.main import main as firmware_config
from tests.integration.install.debian import Box
from tests.integration.install.test_debian import another, edit, until

pytestmark = [pytest.mark.long, pytest.mark.timeout(2400)]
INSTALL = ("/src/scripts/install-front", "/site", "--wheels", "/wheels")
PRESSES = "/var/lib/vsm/front/presses"
# Caddy signs for localhost itself; nobody knows its authority.
ASK = """
import ssl, sys, urllib.error, urllib.request
try:
    print(urllib.request.urlopen(sys.argv[1], context=ssl._create_unverified_context(), timeout=20).read().decode())
except urllib.error.HTTPError as error:
    print(error.code)
"""
# Ports that listen on another address than 127.0.0.1.
OPEN = """
rows = [line.split() for kind in ("tcp", "tcp6") for line in open(f"/proc/net/{kind}").readlines()[1:]]
places = [row[1].split(":") for row in rows if row[3] == "0A"]
print(*sorted({int(port, 16) for address, port in places if address != "0100007F"}))
"""


def generate(root: Path, site: Path, *more: str) -> None:
    example = root / "firmware_config" / "villages" / "three-junctions.yaml"
    order = ["generate", str(example), "--out", str(site), "--public-url", "https://localhost", "--front"]
    assert firmware_config([*order, *more]) == 0


@pytest.fixture(scope="module")
def box(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    """A public machine, installed from nothing."""
    here = tmp_path_factory.mktemp("debian")
    site, wheels = here / "site", here / "wheels"
    generate(root, site)
    wheels.mkdir()
    made = Box.make(here / "tree", {"/src": root, "/site": site, "/wheels": wheels})
    made.before_boot("/src/scripts/install-front", "/site", "--only", "packages,web")
    download(root, wheels, (made.tree / "usr/bin/python3").readlink().name.removeprefix("python"))
    made.boot()
    try:
        assert "dry run: nothing was touched" in made.ok(*INSTALL, "--dry-run")
        said = made.ok(*INSTALL)
        assert 'check: front: {"heard_s":null,"silent":true,"waiting":0}' in said
        assert "running: vsm-front" in said
        yield made
    finally:
        made.power_off()


def download(root: Path, wheels: Path, version: str) -> None:
    """What a machine without a package index gets."""
    lock = f"{root}/requirements/api-py{version.replace('.', '')}.txt"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--require-hashes", "--no-deps", "--only-binary"]
    command += [":all:", "--python-version", version, "-r", lock, "--dest", str(wheels)]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr


def asked(box: Box, path: str) -> str:
    return box.ok("python3", "-c", ASK, f"https://localhost{path}").strip()


def process(box: Box) -> str:
    return box.ok("systemctl", "show", "-P", "MainPID", "vsm-front").strip()


def test_a_second_run_changes_nothing_and_says_so(box: Box) -> None:
    before = process(box)
    assert "done: nothing had to be changed" in box.ok(*INSTALL)
    assert process(box) == before


def test_people_reach_it_over_https_and_nothing_else_listens_outside(box: Box) -> None:
    page = ASK.replace("error.code", "error.read().decode()")
    assert "还没有收到村里的消息" in box.ok("python3", "-c", page, "https://localhost/")
    assert box.ok("python3", "-c", OPEN).split() == ["80", "443"]


def test_a_front_that_is_killed_is_there_again(box: Box) -> None:
    before = process(box)
    box.ok("systemctl", "kill", "--signal=KILL", "vsm-front")
    until(lambda: process(box) not in (before, "0") and "silent" in asked(box, "/api/v1/ready"))


def test_no_link_is_in_the_journal_even_while_the_front_is_away(box: Box) -> None:
    box.ok("systemctl", "stop", "vsm-front")
    assert asked(box, "/a/a-secret-link") == "502"
    box.ok("systemctl", "start", "vsm-front")
    until(lambda: "silent" in asked(box, "/api/v1/ready"))
    journal = box.ok("journalctl", "--no-pager", "-u", "caddy", "-u", "vsm-front")
    assert "connection refused" in journal
    assert "a-secret-link" not in journal


def test_a_broken_version_goes_back_to_the_old_one_and_keeps_what_waits(root: Path, box: Box) -> None:
    box.ok("sh", "-c", f"echo '{{}}' > {PRESSES}/kept")
    before = box.ok("readlink", "/opt/vsm/front")
    broken = another(root, box, "broken", with_a_front_that_dies).replace("install-gateway", "install-front")
    status, said = box.run(broken, *INSTALL[1:])
    assert status == 1, said
    assert "upgrade: the old program and its settings are back" in said
    assert box.ok("readlink", "/opt/vsm/front") == before
    assert "silent" in asked(box, "/api/v1/ready")
    assert box.ok("cat", f"{PRESSES}/kept") == "{}\n"
    assert "done: nothing had to be changed" in box.ok(*INSTALL)


def with_a_front_that_dies(place: Path) -> None:
    edit(
        place / "dashboard_api/main.py",
        '        log.info("front listening"',
        '        sys.exit("dies")\n        log.info("x"',
    )


def test_a_new_key_is_taken_up(root: Path, box: Box) -> None:
    before = process(box)
    generate(root, box.tree.parent / "site", "--new-front-key")
    said = box.ok(*INSTALL)
    assert "services: restarting vsm-front.service (/etc/vsm/front/ changed)" in said
    assert process(box) != before
