"""P4: a spool keeps to its cap and to the room there is, telemetry goes before events, and no loss is silent.

Days without a line pass in seconds: a record each ten seconds, forty of them a commit.
"""

from collections.abc import Iterator
from random import Random

import pytest

from contracts.messages import Reading, Up, decode
from demo.loop_mount import LoopMount, taken_bytes
from edge import records
from edge.spool import Record, Spool
from gateway.faults import Rules
from gateway.ingest import Ingest
from gateway.ordering import NodeOrder, greet, place
from gateway.store import Store, StoreError, open_store
from tests.integration.power.conftest import Disks
from tests.integration.power.place import START_MS, VILLAGE_PLAN, birth, record

MIB = 1 << 20
BOOT = "b0" * 8
DAY = 8640
BATCH = 40


class Outage:
    """A node whose line is cut. ``events``: the numbers of its changes."""

    def __init__(self, disk: LoopMount, cap_bytes: int) -> None:
        self.spool = Spool.open(disk.place / "n-01", cap_bytes=cap_bytes, draw=lambda size: "5e" * size)
        self.disk, self.events, self._dice, self.most_bytes = disk, set[int](), Random(7), 0

    def write(self, count: int, event_share: float = 0.02) -> None:
        """So many records, three readings each; what the spool takes on the disk is looked at all the time."""
        for turn in range(count // BATCH):
            for _ in range(BATCH):
                n = self.spool.newest + 1
                readings = [Reading(f"cam-{n % 9}{at}", "up", n, n, m={"fps": 24.9, "kbps": 811.2}) for at in range(3)]
                event = self._dice.random() < event_share
                number = self.spool.append(records.fixed(readings, n, n, "none"), boot=BOOT, event=event)
                self.events |= {number} if event else set()
            assert len(self.spool.commit()) == BATCH
            if turn % 5 == 0:
                self.most_bytes = max(self.most_bytes, self.taken())

    def taken(self) -> int:
        return taken_bytes([path for path in self.spool.folder.rglob("*") if path.is_file()])

    def held(self) -> list[Record]:
        return self.spool.after(0, 1_000_000)


def lost_by_the_gateway(spool: Spool) -> set[int]:
    """The line is back: every record as it is sent, in order; what the gateway's order rules name as lost."""
    order, lost = greet(NodeOrder(), spool.stream)[0], set[int]()
    for kept in spool.after(0, 1_000_000):
        up = decode(Up, records.payload(kept, spool.stream, BOOT, kept.n))
        order, decision = place(order, up)
        assert decision.fate == "apply"
        if decision.lost:
            lost |= set(range(decision.lost[0], decision.lost[1] + 1))
    assert order.card().done == spool.newest
    return lost


@pytest.fixture
def outage(new_disk: Disks) -> Iterator[Outage]:
    """On a disk of 48 MiB, with a cap of 2 MiB."""
    begun = Outage(new_disk(48), 2 * MIB)
    yield begun
    begun.spool.close()


@pytest.fixture
def squeezed(new_disk: Disks) -> Iterator[Outage]:
    """On a disk of 10 MiB, half of which ext4 needs itself; the cap is far beyond it."""
    begun = Outage(new_disk(10), 256 * MIB)
    yield begun
    begun.spool.close()


def test_days_without_a_line_stay_below_the_cap_and_name_what_is_lost(outage: Outage) -> None:
    outage.write(2 * DAY)
    kept = {kept.n for kept in outage.held()}
    assert MIB < outage.most_bytes <= outage.spool.cap_bytes
    assert outage.events <= kept
    missing = set(range(1, outage.spool.newest + 1)) - kept
    assert len(missing) > DAY
    assert lost_by_the_gateway(outage.spool) == missing


def test_events_go_last_and_are_named_too(outage: Outage) -> None:
    outage.write(DAY, event_share=0.9)
    kept = {kept.n for kept in outage.held()}
    lost_events = outage.events - kept
    assert lost_events
    assert outage.most_bytes <= outage.spool.cap_bytes
    # No telemetry is older than the file that is being written while an event had to go.
    assert min(kept - outage.events) > max(lost_events) + 1000 > 1000
    assert lost_by_the_gateway(outage.spool) == set(range(1, outage.spool.newest + 1)) - kept


def test_a_full_disk_takes_the_newest_and_keeps_the_events(squeezed: Outage) -> None:
    squeezed.write(DAY)
    (squeezed.disk.place / "ballast").write_bytes(bytes(squeezed.disk.free_bytes() - MIB // 4))
    squeezed.write(2 * DAY)
    assert squeezed.disk.free_bytes() < MIB
    kept = {kept.n for kept in squeezed.held()}
    assert squeezed.events <= kept
    assert squeezed.spool.newest == 3 * DAY
    assert lost_by_the_gateway(squeezed.spool) == set(range(1, squeezed.spool.newest + 1)) - kept != set()


def test_a_spool_on_a_full_disk_is_read_again_by_the_next_process(squeezed: Outage) -> None:
    squeezed.write(2 * DAY)
    before = squeezed.held()
    squeezed.spool.close()
    squeezed.disk.unmount()
    squeezed.disk.mount()
    squeezed.spool = Spool.open(squeezed.disk.place / "n-01", cap_bytes=256 * MIB, draw=lambda size: "5e" * size)
    assert squeezed.held() == before
    squeezed.write(BATCH)


@pytest.fixture
def gateway(new_disk: Disks) -> Iterator[tuple[Ingest, Store, LoopMount]]:
    """A gateway's ingest, its node's birth committed, on a disk of 12 MiB."""
    disk = new_disk(12)
    store = open_store(f"sqlite:///{disk.place}/gateway.db")
    ingest = Ingest(VILLAGE_PLAN, Rules(), store, START_MS)
    ingest.receive(*birth())
    ingest.commit(START_MS)
    yield ingest, store, disk
    store.close()


def test_a_store_on_a_full_disk_acknowledges_nothing_and_goes_on_when_there_is_room(
    gateway: tuple[Ingest, Store, LoopMount],
) -> None:
    ingest, store, disk = gateway
    ballast = disk.place / "ballast"
    ballast.write_bytes(bytes(disk.free_bytes() - 256 * 1024))
    acked, refused = [0], 0
    for n in range(1, 1001):
        ingest.receive(*record(n))
        if n % 10 == 0:
            try:
                acked += [ack.n for _, ack in ingest.commit(START_MS + 1000 * n)]
            except StoreError:
                refused += 1
        if refused == 5 and ballast.exists():
            assert max(line.n for line in store.journal()) == acked[-1] < n - 30
            ballast.unlink()
    assert not ballast.exists()
    assert [line.n for line in store.journal()] == list(range(1, 1001))
    assert acked[-1] == 1000
