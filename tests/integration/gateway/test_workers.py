"""Several workers on one broker and one PostgreSQL: each village has one owner, and another when that one is gone."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from contracts.inventory import Village
from contracts.messages import Reading
from gateway.main import main
from gateway.store import Batch, open_store, ownership
from gateway.store.ownership import FRESH_S, Lost, Ownership, free, take
from gateway.store.postgresql import SESSION
from tests.integration.gateway.test_service import Line, insist
from tests.servers import Postgres, wait_for

LIT = Reading("light-01", "up", looks=5, m={"lit": 1.0})
VILLAGES = ("a-01", "b-01")


class Worker:
    """A worker's process and its log."""

    def __init__(self, config: Path, name: str) -> None:
        self.file = config.with_name(f"{name}.log")
        with self.file.open("wb") as log:
            command = [sys.executable, "-m", "gateway", "--config", str(config), "--villages", ",".join(VILLAGES)]
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=Path(__file__).parents[3])

    def pid(self, village: str) -> int:
        """The process that runs ``village`` for this worker now; 0: none does."""
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                words = (entry / "cmdline").read_bytes().decode().split("\0")
                parent = int(re.findall(r"PPid:\t(\d+)", (entry / "status").read_text())[0])
            except (OSError, IndexError):
                continue
            if parent == self.process.pid and village in words:
                return int(entry.name)
        return 0

    def taken(self, village: str) -> int:
        """How often it has taken ``village``."""
        return self.file.read_text().count(f'event="village taken" village={village}')

    def end(self) -> None:
        for village in VILLAGES:
            if pid := self.pid(village):
                os.kill(pid, signal.SIGKILL)
        self.process.kill()
        self.process.wait()


@pytest.fixture
def config(tmp_path: Path, village: Village, broker: Any, postgres: Postgres) -> Path:
    for name in VILLAGES:
        postgres.ask(f'DROP SCHEMA IF EXISTS "{name}" CASCADE')
        its = village.model_copy(update={"id": name})
        (tmp_path / f"{name}.yaml").write_text(its.model_dump_json(exclude_none=True))
    settings = {
        "inventory": "{village}.yaml",
        "broker": {"host": "127.0.0.1", "port": broker.port},
        "database": postgres.url("{village}"),
        "embedded_telemetry": "{village}.telemetry.db",
        "heartbeat": "{village}.alive",
        "batch_ms": 20,
    }
    path = tmp_path / "gateway.yaml"
    path.write_text(json.dumps(settings))
    return path


@pytest.fixture
def workers(config: Path) -> Iterator[list[Worker]]:
    """Two workers, both villages owned."""
    both = [Worker(config, "one"), Worker(config, "two")]
    try:
        wait_for(lambda: all(sum(worker.taken(name) for worker in both) for name in VILLAGES), 200)
        yield both
    finally:
        for worker in both:
            worker.end()


class Node:
    """Node n-01 of one village, which says everything again until it is acknowledged."""

    def __init__(self, pi: Any, port: int, village: str) -> None:
        self.pi, self.village, self.said = type(pi)(), village, list[tuple[str, bytes]]()
        self.pi.topic = lambda leaf: f"vsm/v1/{village}/n-01/{leaf}"
        self.line = Line(port, "n-01", village)

    def says(self, count: int) -> None:
        """So many records more, each acknowledged."""
        self.said += [self.pi.up(LIT) for _ in range(count)]
        insist(self.line, self.pi, self.said)


def owners(postgres: Postgres) -> list[int]:
    """How many sessions hold each lock of a village that somebody holds: one each, or the lock is none."""
    query = (
        "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory' AND granted "
        "AND query NOT LIKE '%xact_lock%' GROUP BY classid, objid"
    )
    return [count for (count,) in postgres.ask(query)]


def stored(postgres: Postgres, village: str) -> list[int]:
    return [n for (n,) in postgres.ask(f'SELECT n FROM "{village}".journal ORDER BY id')]  # noqa: S608  # the test's own name


def of(workers: list[Worker], village: str) -> tuple[Worker, Worker]:
    """Who has ``village``, and the other."""
    one, two = workers
    return (one, two) if one.pid(village) and one.taken(village) else (two, one)


@pytest.mark.timeout(500)
def test_a_killed_worker_s_villages_go_on_at_another_and_nothing_is_lost_or_doubled(
    workers: list[Worker], postgres: Postgres, broker: Any, pi: Any, config: Path
) -> None:
    nodes = [Node(pi, broker.port, name) for name in VILLAGES]
    for node in nodes:
        node.says(50)
    owner, other = of(workers, "a-01")
    before = other.taken("a-01")
    owner.end()
    wait_for(lambda: other.taken("a-01") > before, 60)
    for node in nodes:
        node.says(50)
        node.line.close()
        assert stored(postgres, node.village) == list(range(1, 101))
    assert (len(owners(postgres)), max(owners(postgres))) == (2, 1)
    assert all(config.with_name(f"{name}.alive").exists() for name in VILLAGES)


@pytest.mark.long
@pytest.mark.timeout(500)
def test_a_village_whose_owner_stands_still_goes_on_elsewhere_and_the_owner_lets_go(
    workers: list[Worker], postgres: Postgres, broker: Any, pi: Any
) -> None:
    node = Node(pi, broker.port, "a-01")
    node.says(20)
    owner, other = of(workers, "a-01")
    stopped = owner.pid("a-01")
    os.kill(stopped, signal.SIGSTOP)
    wait_for(lambda: other.taken("a-01") > 0, 60)
    node.says(20)
    os.kill(stopped, signal.SIGCONT)
    wait_for(lambda: f"village=a-01 code={75}" in owner.file.read_text(), 60)
    node.says(20)
    node.line.close()
    assert stored(postgres, "a-01") == list(range(1, 61))


class Hands:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def owned(postgres: Postgres) -> Iterator[tuple[Ownership, Hands]]:
    clock = Hands()
    found = take(postgres.url("shared"), clock)
    assert found is not None
    yield found, clock
    found.release()


def test_a_village_is_one_owner_s_until_that_one_lets_go(postgres: Postgres) -> None:
    url = postgres.url("once")
    first = take(url, time.monotonic)
    assert first is not None
    assert (take(url, time.monotonic), free(url), free(postgres.url("twice"))) == (None, False, True)
    first.release()
    wait_for(lambda: free(url))


def test_without_its_lock_a_village_has_two_owners(postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ownership, "_TAKE", text("SELECT CAST(:schema AS text) IS NOT NULL"))
    owners = [take(postgres.url("once"), time.monotonic) for _ in range(2)]
    assert None not in owners
    for owner in owners:
        owner.release()  # type: ignore[union-attr]  # none is None


def test_who_could_not_say_for_long_that_it_has_the_village_writes_nothing(
    owned: tuple[Ownership, Hands], postgres: Postgres
) -> None:
    owner, clock = owned
    store = open_store(postgres.emptied("shared"))
    store.guard(owner.fence)
    clock.now_s += FRESH_S - 1
    store.record(Batch(1, lines=["a"]))
    clock.now_s += 1
    with pytest.raises(Lost):
        store.record(Batch(1, lines=["b"]))
    assert (owner.beat(), store.next_lines(9)[1]) == (False, ["a"])
    store.close()


def test_a_lock_whose_connection_is_ended_is_noticed_and_free_again(
    owned: tuple[Ownership, Hands], postgres: Postgres
) -> None:
    owner, _ = owned
    assert owner.beat()
    postgres.ask(
        "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_stat_activity USING (pid) "
        "WHERE locktype = 'advisory' AND query = 'SELECT 1'"
    )
    assert (owner.beat(), owner.fresh()) == (False, False)
    wait_for(lambda: free(postgres.url("shared")))


def test_the_session_of_the_lock_ends_where_nothing_is_heard_of_its_client(
    owned: tuple[Ownership, Hands],
) -> None:
    owner, _ = owned
    shown = owner._db.exec_driver_sql("SHOW idle_session_timeout").scalar()
    assert (shown, "idle_session_timeout" in SESSION) == ("8s", False)


def test_all_that_is_wrong_with_several_villages_is_said_at_once(
    tmp_path: Path, village: Village, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a-01.yaml").write_text(village.model_copy(update={"id": "a-01"}).model_dump_json(exclude_none=True))
    (tmp_path / "b-01.yaml").write_text(village.model_dump_json(exclude_none=True))
    config = tmp_path / "gateway.yaml"
    config.write_text(json.dumps({"inventory": "{village}.yaml", "database": "sqlite:///{village}.db"}))
    assert main(["--config", str(config), "--villages", "a-01, b-01,c-01 , a-01"]) == 2
    said = capsys.readouterr().err
    for words in ("is the village 'v-01', not 'b-01'", "c-01.yaml", "names 'a-01' twice", "need PostgreSQL"):
        assert words in said
    assert "embedded_telemetry: is the same for several villages" in said
