"""P3 at the node: whatever a spool accepted is back after the power was cut, and nothing is there that was not."""

import zlib
from collections.abc import Callable
from pathlib import Path
from subprocess import Popen
from typing import Any

import pytest

from demo import ledger
from demo.loop_mount import LoopMount
from edge.spool import Record, Spool
from tests.integration.power.conftest import Disks
from tests.integration.power.cuts import Cuts
from tests.servers import wait_for

Starter = Callable[..., "Popen[bytes]"]
MIB = 1 << 20
ROUNDS = [4, pytest.param(15, marks=[pytest.mark.long, pytest.mark.timeout(600)])]
# The file system writes by itself every few seconds: a cut right after that loses nothing, not several of them.
CUTS_OF_CONTROL = 5


class Card:
    """A card with a spool, its writers, and the ledger they keep elsewhere."""

    def __init__(self, disk: LoopMount, notes: Path, start: Starter, cap_bytes: int) -> None:
        self.disk, self.cap_bytes = disk, cap_bytes
        self._notes, self._start, self._cuts = notes, start, Cuts(disk)

    def write_until_cut(self, sync: str = "sync", records: int = 1) -> None:
        """A new process writes at least so many records; at some moment after that the power is cut."""
        enough = len(self.accepted()) + records
        writer = self._start("spool_writer", self.disk.place / "n-01", self._notes, self.cap_bytes, sync)
        wait_for(lambda: len(self.accepted()) >= enough, 60)
        self._cuts.cut(writer)

    def accepted(self) -> dict[int, dict[str, Any]]:
        """What was accepted while there was power, by number."""
        lines = ledger.lines(self._notes, ledger.PRODUCED)
        return {line["n"]: line for line in lines if self._cuts.in_the_light(line["t"])}

    def said(self) -> set[int]:
        """The numbers that were ever called accepted, by a commit under way in the cut as well."""
        return {line["n"] for line in ledger.lines(self._notes, ledger.PRODUCED)}

    def held(self) -> list[Record]:
        """What a new process finds; a torn tail is cut by then."""
        spool = self._open()
        found = spool.after(0, 1_000_000)
        assert spool.newest == (found[-1].n if found else 0)
        assert spool.aside == 0
        assert spool.size_bytes <= self.cap_bytes
        spool.close()
        return found

    def lost(self) -> set[int]:
        """Accepted numbers that a new process does not find, and nothing else is asked of what it finds."""
        spool = self._open()
        found = {record.n for record in spool.after(0, 1_000_000)}
        spool.close()
        return self.accepted().keys() - found

    def _open(self) -> Spool:
        return Spool.open(self.disk.place / "n-01", cap_bytes=self.cap_bytes, draw=lambda size: "5e" * size)


def altered(card: Card, held: list[Record]) -> list[int]:
    """Accepted numbers that now have another content than was accepted."""
    accepted = card.accepted()
    return [
        record.n
        for record in held
        if (said := accepted.get(record.n)) and (record.boot, zlib.crc32(record.body)) != (said["boot"], said["sum"])
    ]


@pytest.fixture
def card(new_disk: Disks, tmp_path: Path, start: Starter) -> Card:
    return Card(new_disk(64), tmp_path / "notes", start, 32 * MIB)


@pytest.mark.parametrize("rounds", ROUNDS)
def test_every_accepted_record_is_back_after_each_cut(card: Card, rounds: int) -> None:
    for _ in range(rounds):
        card.write_until_cut()
        held, accepted = card.held(), card.accepted()
        assert accepted.keys() <= {record.n for record in held}
        assert altered(card, held) == []
        assert (
            len({record.n for record in held} - card.said()) <= 10 * rounds
        )  # a batch whose commit had no time to return
        assert [record.n for record in held] == list(range(1, len(held) + 1))


@pytest.mark.parametrize("rounds", ROUNDS)
def test_at_the_cap_a_cut_costs_nothing_that_was_to_be_kept(card: Card, rounds: int) -> None:
    card.cap_bytes = MIB // 4
    for _ in range(rounds):
        card.write_until_cut(records=300)
        held, accepted = card.held(), card.accepted()
        kept, acked = {record.n for record in held}, max(said["acked"] for said in accepted.values())
        assert max(accepted) in kept
        assert {n for n, said in accepted.items() if said["e"] and n > acked} <= kept
        assert altered(card, held) == []
    assert len(held) < max(accepted) - 100, "the cap was not reached"


def test_control_without_fdatasync_accepted_records_are_lost(card: Card) -> None:
    for _ in range(CUTS_OF_CONTROL):
        card.write_until_cut(sync="none")
        if card.lost():
            return
    pytest.fail(f"{CUTS_OF_CONTROL} cuts lost nothing of what was never synced")
