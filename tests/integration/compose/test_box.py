"""The box's programs with the users, files and environment of docker-compose.yml, and what its health checks see."""

import contextlib
import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.compose import box as by_hand
from tests.integration.compose.box import Box, Service
from tests.integration.compose.composefile import Stage
from tests.servers import wait_for

CHECK = ["/venv/gateway/bin/python", "-m", "gateway", "--config", "/etc/vsm/gateway/gateway.yaml", "--check"]


@pytest.fixture(scope="module")
def box(
    tmp_path_factory: pytest.TempPathFactory,
    root: Path,
    site: Path,
    services: dict[str, Any],
    stages: dict[str, Stage],
    mosquitto: Path,
) -> Iterator[Box]:
    """A box with nothing started. The site is somebody's who is neither root nor one of the services' users."""
    reason = by_hand.possible()
    if reason:
        pytest.skip(reason)
    assert mosquitto == Path("/usr/sbin/mosquitto"), "as in the image"
    for path in (site, *site.rglob("*")):
        os.chown(path, 1234, 1234)
    with by_hand.opened(tmp_path_factory.mktemp("box"), root, services, stages) as made:
        yield made


def prepare(box: Box, powers: list[str] | None = None) -> int:
    service = box.service("prepare")
    service.said = service.said | ({} if powers is None else {"cap_add": powers})
    process = box.start(service).process
    assert process
    return process.wait(30)


def migrate(box: Box) -> int:
    process = box.start(box.service("migrate")).process
    assert process
    return process.wait(60)


@pytest.fixture(scope="module")
def up(box: Box) -> dict[str, Service]:
    """All that needs no InfluxDB, each started once the one before is healthy."""
    assert prepare(box) == 0, box.log("prepare").read_text()
    for made in ("(made)", "(nothing to do)"):  # at each `up`
        assert migrate(box) == 0, box.log("migrate").read_text()
        assert made in box.log("migrate").read_text()
    for name in ("mosquitto", "gateway", "dashboard_api"):
        box.becomes_healthy(box.start(box.service(name)))
    return box.running


@contextlib.contextmanager
def hanging(service: Service) -> Iterator[None]:
    assert service.process
    service.process.send_signal(signal.SIGSTOP)
    yield
    service.process.send_signal(signal.SIGCONT)


def test_each_service_is_given_its_own_files(box: Box) -> None:
    for _ in range(2):  # at each `up`
        assert prepare(box) == 0, box.log("prepare").read_text()
    for volume, user in (("broker", 1883), ("broker-state", 1883), ("gateway", 10001)):
        found = [path.stat() for path in (box.volume(volume), *box.volume(volume).rglob("*"))]
        assert {(file.st_uid, file.st_gid) for file in found} == {(user, user)}
    keys = [*box.volume("broker").rglob("*.key"), *box.volume("gateway").rglob("secrets/*")]
    assert len(keys) == 6
    assert {key.stat().st_mode & 0o777 for key in keys} == {0o600}


@pytest.mark.parametrize("powers", [["CHOWN"], ["DAC_OVERRIDE"]])
def test_with_less_power_they_would_not_be(box: Box, powers: list[str]) -> None:
    assert prepare(box, powers) != 0
    assert prepare(box) == 0


def test_the_broker_is_healthy_until_it_hangs(box: Box, up: dict[str, Service]) -> None:
    assert box.healthy(up["mosquitto"])
    assert "Error" not in box.log("mosquitto").read_text()
    with hanging(up["mosquitto"]):
        assert not box.healthy(up["mosquitto"])
    box.becomes_healthy(up["mosquitto"])


def test_the_gateway_is_healthy_without_influxdb_and_until_it_hangs(box: Box, up: dict[str, Service]) -> None:
    gateway = up["gateway"]
    assert gateway.process
    wait_for(lambda: "broker connected" in box.log("gateway").read_text())
    alive, long_ago = Path("/proc", str(gateway.process.pid), "root", "run", "vsm", "alive"), time.time() - 120
    with hanging(gateway):
        os.utime(alive, (long_ago, long_ago))
        assert not box.healthy(gateway)
    box.becomes_healthy(gateway)


def test_the_gateway_stops_cleanly_and_starts_on_what_it_left(box: Box, up: dict[str, Service]) -> None:
    process = up["gateway"].process
    assert process
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    box.becomes_healthy(box.start(box.service("gateway")))


def test_a_check_inside_says_what_it_reaches_and_what_not(box: Box, up: dict[str, Service]) -> None:
    said = box.exec(up["gateway"], CHECK)
    assert said.returncode == 1
    assert "broker mosquitto:8883: ok: logged in" in said.stdout
    assert "database: ok: " in said.stdout
    assert "telemetry: failed: InfluxDB at http://influxdb:8086 does not answer" in said.stdout


def test_the_page_answers_and_says_how_the_gateway_is(box: Box, up: dict[str, Service]) -> None:
    ask = "import urllib.request as r; print(r.urlopen('http://127.0.0.1:8080/api/v1/health').read().decode())"
    said = box.exec(up["dashboard_api"], ["/venv/api/bin/python", "-c", ask])
    assert json.loads(said.stdout)["status"] in {"ok", "silent"}
    assert "host=0.0.0.0 " in box.log("dashboard_api").read_text().replace("'", "")


def test_an_invitation_made_inside_is_a_link_that_people_can_open(box: Box, up: dict[str, Service]) -> None:
    program = ["/venv/api/bin/python", "-m", "dashboard_api"]
    config = ["--config", "/etc/vsm/gateway/dashboard_api.yaml"]
    said = box.exec(up["dashboard_api"], [*program, "invite", *config, "--role", "maintenance"])
    assert said.stdout.startswith("http://gateway.example:8080/sign-in/"), said.stderr


def test_the_page_is_not_healthy_where_nothing_listens(box: Box, up: dict[str, Service]) -> None:
    elsewhere = box.exec(up["dashboard_api"], [word.replace("8080", "8081") for word in up["dashboard_api"].health])
    assert elsewhere.returncode == 1
    assert box.healthy(up["dashboard_api"])


def test_the_page_sees_its_two_files_and_can_change_nothing(box: Box, up: dict[str, Service]) -> None:
    seen = box.exec(up["dashboard_api"], ["/bin/sh", "-c", "find /etc/vsm -type f | sort; touch /x /etc/x; id"])
    assert seen.stdout.split() == [
        "/etc/vsm/gateway/dashboard_api.yaml",
        "/etc/vsm/gateway/inventory.yaml",
        "uid=10001",
        "gid=10001",
        "groups=10001",
    ]
    assert seen.stderr.count("Read-only file system") == 2


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_with_influxdb_2_a_check_finds_everything_well(
    box: Box, up: dict[str, Service], influxd2: Path, env: dict[str, str]
) -> None:
    places = [
        f"--{kind}-path=/var/lib/influxdb2/{name}" for kind, name in (("bolt", "influxd.bolt"), ("engine", "engine"))
    ]
    influxdb = box.start(box.service("influxdb", ["/influxd", *places], {"/influxd": influxd2}))
    box.becomes_healthy(influxdb)
    setup = {name: env[f"INFLUXDB_{name.upper()}"] for name in ("username", "password", "org", "bucket", "token")}
    # As the image does at its first start, from the same values.
    post = ["curl", "-fsS", "--json", json.dumps(setup), "http://influxdb:8086/api/v2/setup"]
    assert box.exec(influxdb, post).returncode == 0
    said = box.exec(up["gateway"], CHECK)
    assert (said.returncode, said.stdout.count(": ok: ")) == (0, 4), said.stdout
    assert "read back, InfluxDB v2.9.1 at http://influxdb:8086, bucket vsm" in said.stdout
    # What waited while there was none is there by now, written by the running gateway.
    question = 'SELECT count("n") FROM "event"'
    ask = ["curl", "-fsS", "-G", "-H", f"Authorization: Token {env['INFLUXDB_TOKEN']}", "http://influxdb:8086/query"]
    ask += ["--data-urlencode", "db=vsm", "--data-urlencode", f"q={question}"]
    wait_for(lambda: "series" in box.exec(influxdb, ask).stdout, 90)
    assert influxdb.process
    influxdb.process.kill()
    influxdb.process.wait()
