"""Installers, upgrades and backups on a real Debian with a real systemd, as a county engineer runs them."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from firmware_config.main import main as firmware_config
from gateway.store.schema import NEWEST
from tests.integration.install.debian import Box

pytestmark = [pytest.mark.long, pytest.mark.timeout(2400)]
INSTALL = ("/src/scripts/install-gateway", "/site", "--wheels", "/wheels")
CONFIG = "/etc/vsm/gateway/gateway.yaml"
COUNT = """
import json, sys
from gateway.store import open_store
store = open_store(f"sqlite:///{sys.argv[1]}", create=False)
print(json.dumps([len(list(store.journal())), len(store.devices()), len(store.faults("all", 1000)[0])]))
"""


@pytest.fixture(scope="module")
def box(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    """A gateway that also carries node n-01, installed from nothing."""
    here = tmp_path_factory.mktemp("debian")
    site, wheels = here / "site", here / "wheels"
    example = root / "firmware_config" / "villages" / "three-junctions.yaml"
    assert firmware_config(["generate", str(example), "--out", str(site), "--gateway-host", "localhost"]) == 0
    wheels.mkdir()
    made = Box.make(here / "tree", {"/src": root, "/site": site, "/wheels": wheels})
    for script, *nodes in (("install-gateway",), ("install-node", "n-01")):
        made.before_boot(f"/src/scripts/{script}", "/site", *nodes, "--only", "packages")
    download(root, wheels, (made.tree / "usr/bin/python3").readlink().name.removeprefix("python"))
    made.boot()
    try:
        assert "dry run: nothing was touched" in made.ok(*INSTALL, "--dry-run")
        said = made.ok(*INSTALL)
        assert "check: telemetry: ok: a point written and read back, InfluxDB 1.6.7" in said
        assert "running: vsm-gateway vsm-dashboard" in said
        made.ok("/src/scripts/install-node", "/site", "n-01", "--wheels", "/wheels")
        yield made
    finally:
        made.power_off()


def download(root: Path, wheels: Path, version: str) -> None:
    """What a village without a network gets on a stick."""
    tag = f"py{version.replace('.', '')}"
    locks = [part for extra in ("gateway", "api", "edge") for part in ("-r", f"{root}/requirements/{extra}-{tag}.txt")]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--require-hashes", "--no-deps", "--only-binary"]
    command += [":all:", "--python-version", version, *locks, "--dest", str(wheels)]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr


def release(box: Box) -> str:
    return box.ok("readlink", "/opt/vsm/gateway").strip()


def counts(box: Box, database: str) -> list[int]:
    found: list[int] = json.loads(box.ok("/opt/vsm/gateway/bin/python", "-P", "-c", COUNT, database))
    return found


def health(box: Box) -> str:
    """What the page says of itself; empty while it does not answer."""
    ask = "import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1]).read().decode())"
    status, said = box.run("python3", "-c", ask, "http://127.0.0.1:8080/api/v1/health")
    return "" if status else str(json.loads(said)["status"])


def until(condition: Callable[[], bool], within_s: float = 120) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(1)


def another(root: Path, box: Box, name: str, change: Callable[[Path], None]) -> str:
    """A checkout inside the box that differs from this one; the installer in it."""
    place = box.tree / "srv" / name
    shutil.rmtree(place, ignore_errors=True)
    rooms = ("contracts", "edge", "gateway", "dashboard_api", "firmware_config", "demo", "requirements", "scripts")
    for part in rooms:
        shutil.copytree(root / part, place / part, ignore=shutil.ignore_patterns("__pycache__"))
    for part in ("pyproject.toml", "README.md"):
        shutil.copy(root / part, place / part)
    change(place)
    return str(Path("/", *place.relative_to(box.tree).parts) / "scripts" / "install-gateway")


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def build(number: int, place: Path) -> None:
    (place / "gateway/build.py").write_text(f'"""Build {number}."""\n', encoding="utf-8")


def with_new_tables(place: Path) -> None:
    new = f"{int(NEWEST) + 1:04}"
    edit(place / "gateway/store/schema.py", f'"{NEWEST}")', f'"{NEWEST}", "{new}")')
    script = f'from alembic import op\nrevision, down_revision = "{new}", "{NEWEST}"\n'
    script += 'def upgrade(): op.execute("DELETE FROM journal")\n'
    (place / f"gateway/store/migrations/versions/r{new}_bad.py").write_text(script, encoding="utf-8")


def with_a_failing_check(place: Path) -> None:
    with_new_tables(place)
    edit(place / "gateway/check.py", "    return all(results)", "    return False")


def with_a_program_that_dies(place: Path) -> None:
    with_new_tables(place)
    edit(place / "gateway/main.py", '    log.info("starting"', '    sys.exit("dies")\n    log.info("starting"')


def test_a_second_run_changes_nothing_and_says_so(box: Box) -> None:
    started = box.ok("systemctl", "show", "-P", "MainPID", "vsm-gateway", "vsm-dashboard", "vsm-edge@n-01")
    assert "done: nothing had to be changed" in box.ok(*INSTALL)
    assert "done: nothing had to be changed" in box.ok("/src/scripts/install-node", "/site", "n-01")
    assert started == box.ok("systemctl", "show", "-P", "MainPID", "vsm-gateway", "vsm-dashboard", "vsm-edge@n-01")


def test_the_self_test_alone_and_a_sign_in_link_as_the_readme_has_them(box: Box) -> None:
    said = box.ok(*INSTALL[:2], "--only", "check")
    assert "check: telemetry: ok" in said
    assert "done: nothing had to be changed" in said
    invite = ("dashboard_api", "invite", "--config", "/etc/vsm/gateway/dashboard_api.yaml", "--role", "maintenance")
    link = box.ok("sh", "-c", f"cd / && runuser -u vsm -- /opt/vsm/gateway/bin/python -m {' '.join(invite)}")
    assert "http://localhost:8080/sign-in/" in link


def test_a_node_reports_to_the_gateway(box: Box) -> None:
    until(lambda: counts(box, "/var/lib/vsm/gateway.db")[0] > 0)
    until(lambda: health(box) == "ok")


def test_influxdb_answers_nobody_without_a_password_and_nobody_outside(box: Box) -> None:
    listening = [line.split()[3] for line in box.ok("ss", "-ltn").splitlines()[1:]]
    assert {place for place in listening if place.endswith((":8086", ":8088"))} == {"127.0.0.1:8086", "127.0.0.1:8088"}
    ask = "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8086/query?q=SHOW+DATABASES')"
    status, said = box.run("python3", "-c", ask)
    assert status == 1
    assert "401" in said


@pytest.mark.parametrize("change", [with_a_failing_check, with_a_program_that_dies])
def test_a_broken_version_goes_back_to_the_old_one_and_its_database(
    root: Path, box: Box, change: Callable[[Path], None]
) -> None:
    until(lambda: counts(box, "/var/lib/vsm/gateway.db")[0] > 0)
    before, had = release(box), counts(box, "/var/lib/vsm/gateway.db")
    status, said = box.run(another(root, box, "broken", change), *INSTALL[1:])
    assert status == 1, said
    assert "upgrade: the old program, settings and database are back" in said
    assert release(box) == before
    assert all(now >= then for now, then in zip(counts(box, "/var/lib/vsm/gateway.db"), had, strict=True))
    box.ok("systemctl", "is-active", "vsm-gateway", "vsm-dashboard")
    assert "done: nothing had to be changed" in box.ok(*INSTALL), "settings and units are the old ones too"


def with_a_node_that_dies(place: Path) -> None:
    edit(place / "edge/main.py", "    stopped: list[int] = []", '    sys.exit("dies")\n    stopped: list[int] = []')


def test_a_broken_version_of_the_node_goes_back_to_the_old_one(root: Path, box: Box) -> None:
    before = box.ok("readlink", "/opt/vsm/edge")
    installer = another(root, box, "broken", with_a_node_that_dies).replace("gateway", "node")
    status, said = box.run(installer, "/site", "n-01", "--wheels", "/wheels")
    assert status == 1, said
    assert "the old program and its settings are back" in said
    assert box.ok("readlink", "/opt/vsm/edge") == before
    box.ok("systemctl", "is-active", "vsm-edge@n-01")


def test_a_good_version_takes_over_with_all_data_and_the_oldest_release_goes(root: Path, box: Box) -> None:
    first, had = release(box), counts(box, "/var/lib/vsm/gateway.db")
    seen = {first}
    for number in (1, 2):
        installer = another(root, box, "good", partial(build, number))
        assert "check: running: vsm-gateway vsm-dashboard" in box.ok(installer, *INSTALL[1:])
        seen.add(release(box))
    assert len(seen) == 3
    kept = box.ok("ls", "/opt/vsm/releases").split()
    assert sorted(name for name in kept if name.startswith("gateway")) == sorted(
        name.removeprefix("releases/") for name in seen - {first}
    )
    assert all(now >= then for now, then in zip(counts(box, "/var/lib/vsm/gateway.db"), had, strict=True))
    box.ok(*INSTALL)


def test_the_nightly_backup_is_restored_into_a_second_folder(box: Box) -> None:
    until(lambda: counts(box, "/var/lib/vsm/gateway.db")[0] > 0)
    least = counts(box, "/var/lib/vsm/gateway.db")
    box.ok("systemctl", "start", "vsm-backup.service")
    newest = box.ok("sh", "-c", "ls /var/backups/vsm/*.gz | tail -n 1").strip()
    assert box.ok("stat", "-c", "%a %U", newest).strip() == "600 root"
    box.ok("rm", "-rf", "/second")
    box.ok("/src/scripts/restore", newest, "--root", "/second")
    most = counts(box, "/var/lib/vsm/gateway.db")
    kept = counts(box, "/second/var/lib/vsm/gateway.db")
    assert all(low <= now <= high for low, now, high in zip(least, kept, most, strict=True))
    box.ok("diff", "-r", "--exclude=influxdb-admin-password", "/etc/vsm", "/second/etc/vsm")
    assert not (box.tree / "second/etc/vsm/influxdb-admin-password").exists(), "that of another machine is another"


def test_a_running_gateway_is_not_overwritten(box: Box) -> None:
    box.ok("/src/scripts/backup", "--out", "/srv/now.tar.gz")
    status, said = box.run("/src/scripts/restore", "/srv/now.tar.gz")
    assert (status, "is in use" in said) == (1, True), said
    box.ok("systemctl", "stop", "vsm-gateway", "vsm-dashboard")
    box.ok("/src/scripts/restore", "/srv/now.tar.gz")
    box.ok("systemctl", "start", "vsm-gateway", "vsm-dashboard")
    assert box.ok("stat", "-c", "%a %U", "/var/lib/vsm/gateway.db").strip() == "600 vsm"
    until(lambda: health(box) == "ok")


def test_systemd_has_nothing_to_say_about_any_unit(box: Box) -> None:
    names = ["vsm-gateway.service", "vsm-dashboard.service", "vsm-backup.service", "vsm-backup.timer"]
    assert box.ok("systemd-analyze", "verify", "--man=no", *names, "vsm-edge@n-01.service", "chrony.service") == ""
