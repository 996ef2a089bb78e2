"""Gateway and dashboard as processes on a real PostgreSQL that is killed under them: what was acknowledged is there."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contracts.inventory import Village
from contracts.messages import Reading
from gateway.store import Batch, FaultOpen, StoreError, open_store
from tests.integration.gateway.test_service import Gateway, Line, greet, insist
from tests.servers import Postgres, postgresql, wait_for

LIT = Reading("light-01", "up", looks=5, m={"lit": 1.0})


@pytest.fixture
def server(initdb: Path) -> Iterator[Postgres]:
    """A PostgreSQL that may be killed."""
    with postgresql(initdb) as running:
        yield running


@pytest.fixture
def gateway(tmp_path: Path, village: Village, broker: Any, server: Postgres) -> Iterator[Gateway]:
    (tmp_path / "village.yaml").write_text(village.model_dump_json(exclude_none=True))
    broker_at = {"host": "127.0.0.1", "port": broker.port}
    settings = {"inventory": "village.yaml", "broker": broker_at, "database": server.url("v-01"), "batch_ms": 20}
    (tmp_path / "gateway.yaml").write_text(json.dumps(settings))
    process = Gateway(tmp_path / "gateway.yaml")
    process.start()
    yield process
    process.end()


def newest_ack(line: Line) -> int:
    """The highest number the node was told."""
    highest = 0
    while not line.acks.empty():
        highest = max(highest, line.acks.get().n)
    return highest


def stored(server: Postgres) -> list[int]:
    """Numbers of the records in the order of their rows, read from outside."""
    return [n for (n,) in server.ask('SELECT n FROM "v-01".journal ORDER BY id')]


@pytest.mark.timeout(300)
def test_what_was_acknowledged_outlives_a_killed_database_and_a_killed_gateway(
    gateway: Gateway, server: Postgres, broker: Any, pi: Any
) -> None:
    line, messages = Line(broker.port, "n-01"), [pi.up(LIT) for _ in range(300)]
    greet(line, pi)
    for piece in range(3):
        line.say(*messages[piece * 100 : piece * 100 + 60])
        server.kill()
        told = newest_ack(line)
        server.start()
        assert len(stored(server)) >= told
        if piece == 1:
            gateway.end(signal.SIGKILL)
            gateway.start()
        insist(line, pi, messages[: piece * 100 + 100])
    line.close()
    assert stored(server) == list(range(1, 301))
    assert "cannot commit, nothing is acknowledged" in gateway.log()


@pytest.mark.timeout(300)
def test_while_the_database_is_away_nothing_is_acknowledged_and_then_everything(
    gateway: Gateway, server: Postgres, broker: Any, pi: Any
) -> None:
    line = Line(broker.port, "n-01")
    greet(line, pi)
    server.kill()
    line.say(*[pi.up(LIT) for _ in range(20)])
    wait_for(lambda: "cannot commit" in gateway.log(), 60)
    assert newest_ack(line) == 0
    server.start()
    line.acked(20, 60)
    line.close()
    assert stored(server) == list(range(1, 21))


def test_a_store_goes_on_after_a_restart_of_the_server(server: Postgres) -> None:
    store = open_store(server.url())
    server.kill()
    with pytest.raises(StoreError):
        store.record(Batch(1, lines=["a"]))
    server.start()
    store.record(Batch(1, lines=["b"]))
    assert store.next_lines(9)[1] == ["b"]
    store.close()


def test_the_dashboard_s_pages_are_answered_from_it(server: Postgres, root: Path, tmp_path: Path) -> None:
    store = open_store(server.url("example"))
    store.record(Batch(1, faults=[FaultOpen("cam-01", "camera", "j-01", "frozen", None, 2, 1)]))
    store.close()
    inventory = root / "firmware_config" / "villages" / "three-junctions.yaml"
    config = tmp_path / "dashboard.yaml"
    config.write_text(json.dumps({"inventory": str(inventory), "database": server.url("example"), "port": 0}))
    command = [sys.executable, "-m", "dashboard_api", "--config", str(config)]
    environment = {"PATH": os.environ.get("PATH", "")}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        found = re.search(r"port=(\d+)", process.stdout.readline())
        assert found
        line = http.client.HTTPConnection("127.0.0.1", int(found[1]), timeout=30)
        for page in ("/", "/api/v1/charge-points", "/api/v1/ready"):
            line.request("GET", page)
            answer = line.getresponse()
            assert (answer.status, bool(answer.read())) == (200, True)
        line.close()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
