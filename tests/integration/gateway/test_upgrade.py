"""A database that the program of revision 0002 left behind, with open faults: they end when all is well again.

``second_revision.sql`` was made by that program: a dark light, an earth fault, and a node whose line was lost, by the
rules of ``conftest.py``; without its journal and telemetry.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from contracts.inventory import Village
from contracts.messages import Finding, Reading
from gateway.faults import Rules
from gateway.ingest import Ingest
from gateway.main import main
from gateway.store import Store, open_store

NOW = 1_790_000_000_000
OLD = Path(__file__).with_name("second_revision.sql")
START_S = 60


@pytest.fixture
def upgraded(tmp_path: Path, village: Village) -> Iterator[Store]:
    """The old database after ``--migrate``."""
    with closing(sqlite3.connect(tmp_path / "gateway.db")) as db:
        db.executescript(OLD.read_text(encoding="utf-8"))
    (tmp_path / "village.yaml").write_text(json.dumps(village.model_dump(mode="json", exclude_none=True)))
    config = tmp_path / "gateway.yaml"
    config.write_text("inventory: village.yaml\ndatabase: sqlite:///gateway.db\n")
    assert main(["--config", str(config), "--migrate"]) == 0
    store = open_store(f"sqlite:///{tmp_path}/gateway.db", create=False)
    yield store
    store.close()


class Life:
    """A gateway of today on it, and both nodes, of which ``bad`` devices are not well; a report each 2 s."""

    def __init__(self, village: Village, rules: Rules, store: Store, pi: Any) -> None:
        self.ingest = Ingest(village, rules, store, NOW + START_S * 1000)
        self.nodes = {1: pi, 2: type(pi)("n-02", "2" * 16, "c" * 16, 4, "c" * 16)}
        pi.n, pi.prev_boot = 10, pi.boot
        self.at_s = START_S

    def run(self, seconds: int, bad: bool = False, nodes: tuple[int, ...] = (1, 2)) -> None:
        for _ in range(seconds):
            now = NOW + self.at_s * 1000
            if self.at_s == START_S:
                self.ingest.back(now)
                for number in nodes:
                    self._hear(self.nodes[number].birth(), now)
            if self.at_s % 2 == 0:
                for number in nodes:
                    self._hear(self.nodes[number].up(*self._seen(number, bad), ts=now), now)
            self.ingest.tick(now)
            self.ingest.commit(now)
            self.at_s += 1

    def _hear(self, message: tuple[str, bytes], now: int) -> None:
        self.ingest.receive(*message, now)

    def _seen(self, number: int, bad: bool) -> Iterator[Reading]:
        for name, code in ((f"light-0{number}", "dark"), (f"cp-0{number}.1", "GroundFailure"), (f"cam-0{number}", "")):
            # The node has seen it all the while; what is well began before the gateway came back.
            age = float(self.at_s - 6) if bad else float(self.at_s - 50)
            found = (Finding(code, "down", age, int(age) + 1),) if bad and code and number == 1 else ()
            yield Reading(name, "down" if found else "up", age, int(age) + 1, f=found)


@pytest.fixture
def life(village: Village, rules: Rules, upgraded: Store, pi: Any) -> Life:
    return Life(village, rules, upgraded, pi)


def faults(store: Store) -> dict[str, tuple[str, int | None, int | None]]:
    """Asset -> code and the seconds of its condition's and its own end."""

    def second(at_ms: int | None) -> int | None:
        return None if at_ms is None else (at_ms - NOW) // 1000

    rows = store.faults("all", 100)[0]
    return {row.asset: (row.code, second(row.cleared_ms), second(row.closed_ms)) for row in rows}


def test_the_old_database_has_three_open_faults(upgraded: Store) -> None:
    assert faults(upgraded) == {
        "light-01": ("dark", None, None),
        "cp-01.1": ("GroundFailure", None, None),
        "j-02": ("site_dark", None, None),
    }


def test_they_end_when_all_is_well_again_and_that_is_told(life: Life, upgraded: Store) -> None:
    life.run(40)
    assert faults(upgraded) == {
        "light-01": ("dark", 50, 50),
        "cp-01.1": ("GroundFailure", 50, None),
        "j-02": ("site_dark", START_S, START_S),
    }
    told = [(row.kind, row.asset) for row in upgraded.messages(limit=10)]
    assert sorted(told) == [("recovery", "j-02"), ("recovery", "light-01")]
    earth = next(row for row in upgraded.faults("open", 10)[0])
    upgraded.add_input("acknowledge", json.dumps({"fault": earth.id, "measured_dead": True}).encode(), "li", None, 0)
    [asked] = upgraded.waiting_inputs()
    life.ingest.person(asked, earth, NOW + life.at_s * 1000)
    life.run(1)
    assert faults(upgraded)["cp-01.1"] == ("GroundFailure", 50, 100)


def test_what_is_still_bad_stays_the_same_fault_and_is_told_no_second_time(life: Life, upgraded: Store) -> None:
    before = {row.asset: (row.id, row.opened_ms) for row in upgraded.faults("open", 10)[0]}
    life.run(140, bad=True, nodes=(1,))
    assert {row.asset: (row.id, row.opened_ms) for row in upgraded.faults("all", 10)[0]} == before
    assert upgraded.messages(limit=10) == []


def test_without_what_the_nodes_remember_they_would_stay_open(
    village: Village, rules: Rules, upgraded: Store, pi: Any, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "gateway.db")) as db, db:
        db.execute("DELETE FROM watches")
    Life(village, rules, upgraded, pi).run(40)
    assert len(upgraded.faults("open", 10)[0]) == 3
