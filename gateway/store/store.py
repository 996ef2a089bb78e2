"""The store: one transaction for everything of a batch, and the questions its readers ask.

Each room has its own file; this one is the door.
"""

from collections.abc import Callable, Collection, Iterator

from msgspec.structs import replace
from sqlalchemy import Connection, Engine, and_, event

from gateway.store import (
    camera_clocks,
    changes,
    commands,
    counters,
    evidence,
    fault_writes,
    faults,
    inputs,
    intervals,
    journal,
    links,
    live,
    messages,
    months,
    order,
    revisions,
    rosters,
    telemetry_queue,
    windows,
)
from gateway.store.access_door import AccessDoor
from gateway.store.access_rows import Area
from gateway.store.batch import Batch, CameraClock
from gateway.store.channel_door import ChannelDoor
from gateway.store.command_door import CommandDoor
from gateway.store.evidence_door import EvidenceDoor
from gateway.store.health_door import HealthDoor
from gateway.store.letters import Letters
from gateway.store.month_door import MonthDoor
from gateway.store.order_door import DAY_MS, OrderDoor
from gateway.store.rows import (
    ChangeRow,
    CounterRow,
    FaultFilter,
    FaultRow,
    FaultSpan,
    HappeningRow,
    InputRow,
    IntervalRow,
    JournalRow,
    LinkWish,
    LiveRow,
    LostRange,
    MessageRow,
    MoveRow,
    NodeRow,
    RosterRow,
    StreamRow,
    WatchRow,
)
from gateway.store.sql import reading, transaction, writing
from gateway.store.telemetry_door import TelemetryDoor
from gateway.store.wanted import ALL_FAULTS, ALL_MESSAGES, FaultsWanted, MessagesWanted
from gateway.uptime import Window

# Pieces of the journal that one call forgets, so that nobody waits long for it.
SWEEP_PIECES = 50


class Store(OrderDoor, TelemetryDoor, AccessDoor, ChannelDoor, MonthDoor, HealthDoor, CommandDoor, EvidenceDoor):
    """One database. Safe for several threads and processes; every method is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._read, self._write = reading(engine), writing(engine)
        self._recorded = 0
        self.letters = Letters(self._read, self._write)

    def guard(self, check: Callable[[], None]) -> None:
        """Have ``check`` called before each transaction that writes begins; what it raises keeps it from beginning."""

        def begin(db: Connection) -> None:
            if db.get_execution_options().get("vsm_write"):
                check()

        event.listen(self._engine, "begin", begin, insert=True)

    def check(self) -> None:
        """Raise :class:`StoreError` unless it can be reached and its tables fit this program."""
        with transaction(self._read) as db:
            revisions.check(db)

    def close(self) -> None:
        """Give the connections back."""
        self._read.dispose()

    # The gateway's side

    def record(self, batch: Batch) -> None:
        """Commit all of ``batch`` or nothing.

        Raises :class:`Conflict` if another worker moved a node meanwhile, else :class:`StoreError`.
        """
        with transaction(self._write) as db:
            order.write(db, batch.version, batch.nodes, batch.streams, batch.lost)
            journal.append(db, batch.journal, batch.happenings)
            live.write(db, batch.live)
            live.write_watches(db, batch.watches)
            live.forget(db, batch.forgotten)
            intervals.write(db, batch.intervals)
            months.mark(db, batch.intervals, windows.write(db, batch.windows))
            moved, lines = fault_writes.write(db, batch.faults, batch.at_ms)
            inputs.mark(db, batch.inputs, batch.at_ms)
            telemetry_queue.append(db, [*batch.lines, *lines])
            evidence.note(db, batch.evidence)
            shown_by, strange = evidence.come(db, batch.pictures)
            counters.add(db, [*batch.bad, *strange], batch.at_ms)
            camera_clocks.write(db, batch.clocks)
            shown = {window.target for window in batch.windows if window.kind != "weather"}
            changes.append(db, batch.live, moved, sorted(shown), batch.at_ms)
            changes.commanded(db, [*commands.end(db, batch.answers), *shown_by], batch.at_ms)
            if self._recorded % changes.SWEEP_EVERY == 0:
                changes.sweep(db)
        self._recorded += 1

    def order(self) -> tuple[list[NodeRow], list[StreamRow]]:
        """All nodes and cards."""
        with transaction(self._read) as db:
            return order.read(db)

    def watches(self) -> list[WatchRow]:
        """What was remembered of every node."""
        with transaction(self._read) as db:
            return live.watches(db)

    def waiting_inputs(self, limit: int = 100) -> list[InputRow]:
        """Inputs nobody has applied yet, oldest first."""
        with transaction(self._read) as db:
            return inputs.waiting(db, limit)

    # What people look at

    def devices(self, kinds: Collection[str] | None = None) -> list[LiveRow]:
        """Every device that ever had news (nodes too, kind ``node``), by id; with ``kinds`` only those."""
        with transaction(self._read) as db:
            return live.read(db, kinds)

    def newest_ms(self) -> int | None:
        """The event time of the newest reading of all devices, Unix ms; None: there is none."""
        with transaction(self._read) as db:
            return live.newest_ms(db)

    def device(self, device: str) -> LiveRow | None:
        """One device; None if there was never any news of it."""
        with transaction(self._read) as db:
            return live.one(db, device)

    def charge_points(self) -> list[LiveRow]:
        """Charge points and connectors."""
        return self.devices(("charge_point", "connector"))

    def faults(
        self,
        state: FaultFilter,
        limit: int,
        cursor: str | None = None,
        own: bool = False,
        area: Area | None = None,
        wanted: FaultsWanted = ALL_FAULTS,
    ) -> tuple[list[FaultRow], str | None]:
        """Faults, newest ``opened_ms`` first, and the cursor of the next page (None at the end). Raises ValueError for
        a foreign cursor.

        ``open``: ``closed_ms`` is None, so a latched one that has cleared is still open; ``closed``: all others.
        ``own``: only those that are a part of no other; ``area``: only those in it.
        """
        with transaction(self._read) as db:
            return faults.page(db, state, and_(faults.within(area), wanted.condition()), limit, cursor, own)

    def open_faults(self, limit: int, area: Area | None = None) -> list[FaultRow]:
        """Open faults, those that are a part of another last, then the newest first; ``area``: only those in it."""
        with transaction(self._read) as db:
            return faults.listed(db, limit, area)

    def fault_parts(self, root: str, from_ms: int, to_ms: int) -> list[FaultRow]:
        """Faults whose cause is the asset ``root``, as far as they touch ``[from_ms, to_ms)``; by number."""
        with transaction(self._read) as db:
            return faults.parts(db, root, from_ms, to_ms)

    def fault(self, fault: str) -> FaultRow | None:
        """One fault by its number."""
        with transaction(self._read) as db:
            return faults.one(db, fault)

    def fault_moves(self, fault: str) -> list[MoveRow]:
        """A fault's history, oldest first."""
        with transaction(self._read) as db:
            return faults.moves(db, fault)

    def fault_spans(self, assets: Collection[str] | None, from_ms: int, to_ms: int) -> list[FaultSpan]:
        """When faults of ``assets`` (None: of all) were open, as far as that touches ``[from_ms, to_ms)``; by number,
        not cut to it."""
        with transaction(self._read) as db:
            return faults.spans(db, assets, from_ms, to_ms)

    def intervals(self, device: str, from_ms: int, to_ms: int) -> list[IntervalRow]:
        """Intervals that touch ``[from_ms, to_ms)``, oldest first, not cut to it."""
        with transaction(self._read) as db:
            return intervals.read(db, device, from_ms, to_ms)

    def intervals_of(self, devices: Collection[str], from_ms: int, to_ms: int) -> dict[str, list[IntervalRow]]:
        """The same of many devices at once, by device; an empty list where there are none."""
        with transaction(self._read) as db:
            return intervals.read_all(db, devices, from_ms, to_ms)

    def windows(self, targets: Collection[str] | None, from_ms: int, to_ms: int) -> list[Window]:
        """Windows of ``targets`` (None: of all) that touch ``[from_ms, to_ms)``, oldest first, not cut to it."""
        with transaction(self._read) as db:
            return windows.read(db, targets, from_ms, to_ms)

    def camera_clocks(self, device: str, from_ms: int, to_ms: int) -> list[CameraClock]:
        """How far a camera's clock was off in ``[from_ms, to_ms)``: what was known when it began, and each other error
        that was measured in it; oldest first."""
        with transaction(self._read) as db:
            return camera_clocks.read(db, device, from_ms, to_ms)

    def messages(
        self,
        fault: str | None = None,
        after: int = 0,
        limit: int = 100,
        area: Area | None = None,
        wanted: MessagesWanted = ALL_MESSAGES,
    ) -> list[MessageRow]:
        """What people were told, in the order it was; of one fault, or all, or what is in ``area``; numbered above
        ``after``."""
        wanted = wanted if fault is None else replace(wanted, faults=(fault,))
        with transaction(self._read) as db:
            return messages.read(db, after, limit, area, wanted)

    def add_input(self, kind: str, payload: bytes, by: str, expected_version: int | None, at_ms: int) -> int:
        """Ask the gateway for something; it is applied or refused within a second. Returns the input's id."""
        with transaction(self._write) as db:
            return inputs.add(db, kind, payload, by, expected_version, at_ms)

    def input(self, id_: int) -> InputRow | None:
        """What became of an input."""
        with transaction(self._read) as db:
            return inputs.one(db, id_)

    def use_link(self, link: str, asked: LinkWish, at_ms: int) -> int | None:
        """Use up the link whose hash is ``link`` and ask the gateway for what it is good for, both or neither.

        The input's id; None if the link was used up before.
        """
        with transaction(self._write) as db:
            if not links.use(db, link, asked.fault, at_ms, asked.expires_ms):
                return None
            return inputs.add(db, asked.kind, asked.payload, asked.by, asked.expected_version, at_ms)

    def link_used(self, link: str) -> bool:
        """Whether a link was used up; changes nothing."""
        with transaction(self._read) as db:
            return links.used(db, link)

    def newest_change(self) -> int:
        """The newest change's number; 0 if there is none."""
        with transaction(self._read) as db:
            return changes.newest(db)

    def changes_after(self, seq: int, limit: int) -> list[ChangeRow]:
        """Changes numbered above ``seq``, oldest first.

        Old ones are forgotten: a first number above ``seq + 1`` means some were.
        """
        with transaction(self._read) as db:
            return changes.after(db, seq, limit)

    def journal(self, since_ms: int | None = None) -> Iterator[JournalRow]:
        """Every applied record in the order of application, read in pieces; with ``since_ms`` none that was received
        more than a day before it."""
        with transaction(self._read) as db:
            yield from journal.read(db, since_ms)

    def journal_begin(self) -> int | None:
        """When the oldest line of the journal came; None without any."""
        with transaction(self._read) as db:
            return journal.begin(db)

    def happenings(self) -> Iterator[HappeningRow]:
        """The journal's lines that are no record, in the order they came, read in pieces."""
        with transaction(self._read) as db:
            yield from journal.read_happenings(db)

    def sweep(self, now_ms: int, keep_days: int) -> int:
        """Forget journal rows and happenings older than ``keep_days``, in short transactions; how many that were.

        At most :data:`SWEEP_PIECES` pieces of each: while it returns anything there may be more.
        """
        deleted = 0
        for _ in range(SWEEP_PIECES):
            with transaction(self._write) as db:
                piece = journal.sweep(db, now_ms - keep_days * DAY_MS)
            deleted += piece
            if not piece:
                break
        return deleted

    def lost(self) -> list[LostRange]:
        """All lost ranges, oldest first."""
        with transaction(self._read) as db:
            return order.lost(db)

    def counters(self) -> list[CounterRow]:
        """Bad input by reason and node."""
        with transaction(self._read) as db:
            return counters.read(db)

    # Who is on duty

    def load_roster(self, by: str, body: bytes, at_ms: int) -> int:
        """Store a roster as the one that counts from now on; its version. The newest 20 are kept."""
        with transaction(self._write) as db:
            return rosters.load(db, by, body, at_ms)

    def roster(self) -> RosterRow | None:
        """The newest roster; None if none was ever loaded."""
        with transaction(self._read) as db:
            return rosters.newest(db)
