"""What goes on beside the sending: the outward heartbeat, the roster as it is loaded, and what is forgotten in time."""

import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.inventory import load_inventory
from gateway.delivery.directory import Directory
from gateway.delivery.heartbeat import Heartbeat
from gateway.faults.times import DispatchTimes
from gateway.rosters.file import body
from gateway.store import Store
from tests.integration.outbox.conftest import MINUTE, NOW, Town, Vendor
from tests.outside import Outside, listening
from tests.rosters import CHANNELS, person, roster

KEY = "check-of-this-test-only"


@pytest.fixture
def outside() -> Iterator[Outside]:
    with listening() as server:
        yield server


def beating(outside: Outside, alive: list[bool]) -> Heartbeat:
    return Heartbeat(f"http://127.0.0.1:{outside.server_port}/{KEY}", 60, lambda: alive[-1])


def test_the_heartbeat_is_sent_each_minute_while_all_is_well_and_not_otherwise(outside: Outside) -> None:
    alive = [True]
    beat = beating(outside, alive)
    assert [beat.once(NOW + second * 1000) for second in (0, 1, 59, 60, 61)] == [True, False, False, True, False]
    alive.append(False)
    assert not beat.once(NOW + 2 * MINUTE)
    alive.append(True)
    assert beat.once(NOW + 2 * MINUTE + 1000)
    assert outside.heard == [f"/{KEY}"] * 3


def test_a_heartbeat_that_is_not_taken_stops_nothing_and_names_no_address(
    outside: Outside, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    beat = beating(outside, [True])
    outside.status = 500
    assert not beat.once(NOW)
    outside.shutdown()
    outside.server_close()
    assert not beat.once(NOW + MINUTE)
    said = "\n".join(record.getMessage() for record in caplog.records) + "".join(capsys.readouterr())
    assert "not taken" in said
    assert KEY not in said


def test_a_slow_heartbeat_runs_in_a_thread_of_its_own_until_it_is_stopped(outside: Outside) -> None:
    stop, beat = threading.Event(), beating(outside, [True])
    thread = threading.Thread(target=beat.run, args=(stop, lambda: NOW))
    thread.start()
    while not outside.heard:
        thread.join(0.05)
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


@pytest.fixture
def directory(store: Store, root: Path) -> Directory:
    beigu = load_inventory(root / "firmware_config" / "villages" / "beigu.yaml")
    return Directory(store, beigu, CHANNELS, DispatchTimes())


def test_a_roster_that_is_loaded_meanwhile_counts_from_the_next_round(store: Store, directory: Directory) -> None:
    directory.refresh()
    assert directory.setup().roster is None
    store.load_roster("li", body(roster(person("li"))), NOW)
    directory.refresh()
    assert set(directory.setup().ways) == {"li"}
    store.load_roster("li", body(roster(person("li"), person("wang"))), NOW)
    directory.refresh()
    assert set(directory.setup().ways) == {"li", "wang"}


def test_a_roster_that_cannot_be_read_leaves_the_one_before_in_force(store: Store, directory: Directory) -> None:
    store.load_roster("li", body(roster(person("li"))), NOW)
    directory.refresh()
    store.load_roster("li", b'{"people": 3}', NOW)
    directory.refresh()
    assert set(directory.setup().ways) == {"li"}


def test_letters_are_forgotten_once_they_are_old_and_done_with(town: Town, vendor: Vendor) -> None:
    town.opened("light-01", town.to("p-li"))
    town.courier(vendor).once()
    town.now += MINUTE
    town.opened("light-02", town.to("p-li"))  # still waits
    letters = town.store.letters
    assert letters.sweep(NOW) == 0
    while letters.sweep(town.now + MINUTE):
        pass
    assert letters.of_fault("F-2026-0001") == []
    assert [row.state for row in letters.of_fault("F-2026-0002")] == ["waiting"]
    assert [message.asset for message in town.store.messages()] == ["light-02"]
