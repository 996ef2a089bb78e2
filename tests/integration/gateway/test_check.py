"""``--check``: what it reaches, what it says when it cannot, and that it makes nothing."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contracts.inventory import Village
from gateway.main import main
from gateway.store import open_store
from tests.servers import Influx1, InfluxServer, Server

Check = Callable[..., tuple[int, dict[str, str]]]
INFLUXDBS = ["influxdb", pytest.param("influxdb2", marks=[pytest.mark.long, pytest.mark.timeout(3600)])]


@pytest.fixture(params=INFLUXDBS)
def server(request: pytest.FixtureRequest) -> InfluxServer:
    """Each InfluxDB in turn."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, InfluxServer)
    return found


@pytest.fixture
def check(tmp_path: Path, village: Village, broker: Server, capsys: pytest.CaptureFixture[str]) -> Check:
    """Run a check with these settings; its status, and what it said of each thing."""
    (tmp_path / "village.yaml").write_text(village.model_dump_json(exclude_none=True))
    path = tmp_path / "gateway.yaml"

    def run(**settings: Any) -> tuple[int, dict[str, str]]:
        usual = {"inventory": "village.yaml", "broker": {"host": "127.0.0.1", "port": broker.port}}
        path.write_text(json.dumps(usual | settings))
        status = main(["--config", str(path), "--check"])
        lines = capsys.readouterr().out.splitlines()
        return status, {what.partition(" ")[0]: how for what, _, how in (line.partition(": ") for line in lines)}

    return run


def test_a_point_goes_to_influxdb_and_comes_back(server: InfluxServer, check: Check) -> None:
    status, said = check(telemetry=server.settings())
    assert (status, said["telemetry"][:38]) == (0, "ok: a point written and read back, Inf")
    assert f"InfluxDB {server.generation}" in said["telemetry"]
    assert server.ask('SELECT count("n") FROM "check"')["results"][0]["series"][0]["values"][0][1] == 1


def test_a_database_that_is_missing_is_said_how_to_make(server: InfluxServer, check: Check) -> None:
    status, said = check(telemetry=server.settings() | {"bucket": "elsewhere"})
    assert status == 1
    assert f"InfluxDB {server.generation}" in said["telemetry"]
    assert f"create it: {server.create_words}" in said["telemetry"]
    assert "elsewhere" in said["telemetry"]


def test_a_wrong_login_is_named(server: InfluxServer, check: Check) -> None:
    settings = server.settings()
    name = "password" if "password" in settings else "token"
    status, said = check(telemetry=settings | {name: "wrong"})
    assert (status, "HTTP 401" in said["telemetry"]) == (1, True)
    assert "wrong telemetry." in said["telemetry"]


def test_a_login_that_is_missing_is_named(server: InfluxServer, check: Check) -> None:
    status, said = check(telemetry={"url": server.url, "bucket": "vsm", "org": "v-01"})
    assert (status, "it asks for a login" in said["telemetry"]) == (1, True)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_an_organisation_that_is_missing_is_named(influxdb2: InfluxServer, check: Check) -> None:
    status, said = check(telemetry=influxdb2.settings() | {"org": "nobody"})
    assert (status, "telemetry.org" in said["telemetry"]) == (1, True)


def test_a_user_without_a_right_is_named(influxdb: Influx1, check: Check) -> None:
    influxdb.say("CREATE USER low WITH PASSWORD 'low'")
    status, said = check(telemetry=influxdb.settings() | {"username": "low", "password": "low"})
    assert (status, "GRANT ALL" in said["telemetry"]) == (1, True)


def test_what_does_not_answer_is_asked_whether_it_runs(check: Check, broker: Server) -> None:
    broker.kill()
    status, said = check(telemetry={"url": "http://127.0.0.1:1", "bucket": "vsm"})
    assert status == 1
    assert "does not answer: [Errno 111] Connection refused; does it run there" in said["telemetry"]
    assert "does the broker run there" in said["broker"]


def test_a_check_makes_nothing(check: Check, tmp_path: Path) -> None:
    before = sorted(path.name for path in tmp_path.iterdir())
    status, said = check()
    made = sorted(path.name for path in tmp_path.iterdir() if path.name not in ("gateway.yaml", "server.log"))
    assert (status, made) == (0, [name for name in before if name != "server.log"])
    assert "made at the first start" in said["database"]
    assert "made at the first start" in said["telemetry"]


def test_what_is_there_already_is_read(check: Check, tmp_path: Path) -> None:
    open_store(f"sqlite:///{tmp_path}/gateway.db").close()
    (tmp_path / "telemetry.db").touch()
    status, said = check()
    assert (status, said["database"][:18]) == (0, "ok: 0 devices know")
    assert "read back, embedded store" in said["telemetry"]


def test_a_folder_that_is_missing_is_named(check: Check) -> None:
    status, said = check(database="sqlite:///nowhere/gateway.db")
    assert (status, "/nowhere is missing; make it" in said["database"]) == (1, True)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_named(check: Check) -> None:
    status, said = check(database="sqlite:////proc/gateway.db")
    assert (status, "cannot be written by this user" in said["database"]) == (1, True)


RULES = """\
keep_s: -1
keep: 5
for_s:
  unreachabel: 5
  black: soon
flapping_stop: 31
"""


@pytest.mark.parametrize("how", [["--check"], ["--migrate"], []])
def test_a_rules_file_with_mistakes_is_refused_whole_with_each_of_them(
    how: list[str], tmp_path: Path, village: Village, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "village.yaml").write_text(village.model_dump_json(exclude_none=True))
    rules, config = tmp_path / "rules.yaml", tmp_path / "gateway.yaml"
    rules.write_text(RULES)
    config.write_text("inventory: village.yaml\nrules: rules.yaml\ndatabase: sqlite:///gateway.db\n")
    assert main(["--config", str(config), *how]) == 2
    said = sorted(line.split(": ")[:2] for line in capsys.readouterr().err.splitlines())
    keys = ["keep_s", "keep", "for_s.unreachabel", "for_s.black", "flapping_stop"]
    assert said == [[f"{rules}:{line}", key] for line, key in zip((1, 2, 4, 5, 6), keys, strict=True)]
    assert not (tmp_path / "gateway.db").exists()


def test_a_certificate_that_cannot_be_read_is_named(check: Check, broker: Server) -> None:
    status, said = check(broker={"host": "127.0.0.1", "port": broker.port, "tls": {"ca": "/nowhere/ca.crt"}})
    assert (status, "broker.tls names files" in said["broker"]) == (1, True)
