"""P3 at the gateway: whatever was acknowledged is back after the power was cut, once, in a whole database."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from subprocess import Popen

import pytest

from demo import ledger
from demo.loop_mount import LoopMount
from gateway.store import StoreError, open_store
from tests.integration.power.conftest import Disks
from tests.integration.power.cuts import Cuts
from tests.servers import wait_for

Starter = Callable[..., "Popen[bytes]"]
ROUNDS = [2, pytest.param(8, marks=[pytest.mark.long, pytest.mark.timeout(600)])]
# The file system writes by itself every few seconds: a cut right after that loses nothing, not several of them.
CUTS_OF_CONTROL = 5


class Box:
    """A gateway's disk, the gateways that ran on it, and the ledger of their acks elsewhere."""

    def __init__(self, disk: LoopMount, notes: Path, start: Starter) -> None:
        self._disk, self._notes, self._start, self._cuts = disk, notes, start, Cuts(disk)

    @property
    def database(self) -> Path:
        return self._disk.place / "gateway.db"

    def acked(self) -> int:
        """The newest number that was acknowledged while there was power."""
        said = ledger.read(self._notes, ledger.ACKED)
        return max((entry.key.n for entry in said if self._cuts.in_the_light(entry.t)), default=0)

    def commit_until_cut(self, synchronous: str = "FULL") -> None:
        """A new process commits; at some moment the power is cut."""
        before = self.acked()
        writer = self._start("store_writer", self.database, self._notes, synchronous)
        wait_for(lambda: self.acked() > before, 60)
        self._cuts.cut(writer)

    def stored(self) -> list[int]:
        """The numbers in the journal, as a new process finds them; the mark must be the last of them."""
        store = open_store(f"sqlite:///{self.database}", create=False)
        numbers, rows = [line.n for line in store.journal()], store.order()[1]
        store.close()
        assert [row.done for row in rows] == [max(numbers)] or not numbers
        return numbers

    def integrity(self) -> str:
        with closing(sqlite3.connect(self.database)) as db:
            return str(db.execute("PRAGMA integrity_check").fetchone()[0])


@pytest.fixture
def box(new_disk: Disks, tmp_path: Path, start: Starter) -> Box:
    return Box(new_disk(64), tmp_path / "notes", start)


@pytest.mark.parametrize("rounds", ROUNDS)
def test_every_acknowledged_record_is_back_after_each_cut(box: Box, rounds: int) -> None:
    for _ in range(rounds):
        box.commit_until_cut()
        stored = box.stored()
        assert stored == list(range(1, len(stored) + 1))
        assert len(stored) >= box.acked()
        assert box.integrity() == "ok"


@pytest.mark.parametrize("synchronous", ["NORMAL", pytest.param("OFF", marks=pytest.mark.long)])
def test_control_without_its_sync_acknowledged_records_are_lost(box: Box, synchronous: str) -> None:
    for _ in range(CUTS_OF_CONTROL):
        box.commit_until_cut(synchronous)
        try:
            stored = len(box.stored())
        except StoreError:  # no database, or no tables in it
            stored = 0
        if stored < box.acked():
            return
    pytest.fail(f"{CUTS_OF_CONTROL} cuts lost nothing of what was never synced")
