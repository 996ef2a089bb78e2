"""Counts a run from outside the product: from the demo's own ledgers and from the rows of the store's tables."""

import json
import math
import sqlite3
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from demo import ledger
from demo.channels import KINDS
from demo.ledger import Key, Tail
from demo.letters import Row
from demo.report import ReadingKey, Readings, Spread, count, latencies_ms
from demo.told import Message


class HeardOf(NamedTuple):
    """When the event stream first told of a fault's number (Unix milliseconds), and what it is."""

    at_ms: float
    asset: str
    code: str


def produced(folder: Path) -> dict[ReadingKey, float]:
    """Every reading that a spool has accepted, and when the ledger had it."""
    return {
        ReadingKey(entry.key, device): entry.t
        for entry in ledger.read(folder, ledger.PRODUCED)
        for device in entry.devices
    }


def acked(folder: Path) -> dict[tuple[str, str], int]:
    """The highest n that the gateway has acknowledged of each (node, stream)."""
    highest: dict[tuple[str, str], int] = {}
    for entry in ledger.read(folder, ledger.ACKED):
        card = (entry.key.node, entry.key.stream)
        highest[card] = max(highest.get(card, 0), entry.key.n)
    return highest


def first_times(folder: Path, kind: str) -> dict[Key, float]:
    """When each record was first written down in ledgers of ``kind``."""
    times: dict[Key, float] = {}
    for entry in ledger.read(folder, kind):
        times[entry.key] = min(entry.t, times.get(entry.key, entry.t))
    return times


def rows(database: Path) -> Counter[ReadingKey]:
    """How often the journal has each reading; read with the database's own library, not with the store's code."""
    found: Counter[ReadingKey] = Counter()
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
        for node, stream, n, body in db.execute("SELECT node, stream, n, body FROM journal"):
            found.update(ReadingKey(Key(node, stream, n), reading["d"]) for reading in json.loads(body)["r"])
    return found


def messages(database: Path, after: int = 0) -> list[Message]:
    """What people were told, numbered above ``after``; read as :func:`rows` is. None before there is a database."""
    if not database.is_file():
        return []
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
        found = db.execute("SELECT id, kind, asset, code FROM messages WHERE id > ? ORDER BY id", (after,))
        return [Message(*row) for row in found]


def outbox(database: Path) -> list[Row]:
    """Every row of the outbox, read as :func:`rows` is; channels by their kinds."""
    columns = 'id, message, fault, kind, recipient, channel, bundle, state, made_ms, sent_ms, "into", confirmed'
    if not database.is_file():
        return []
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
        found = [Row(*row) for row in db.execute(f"SELECT {columns} FROM outbox ORDER BY id")]  # noqa: S608  # our own words
    return [row._replace(channel=KINDS.get(row.channel, row.channel), confirmed=bool(row.confirmed)) for row in found]


def on_its_way(database: Path, upto: int, within_s: float) -> int:
    """How many letters on messages up to that number are due by now or ``within_s``, and have not gone."""
    if not database.is_file():
        return 0
    query = (
        "SELECT count(*) FROM outbox WHERE state IN ('waiting', 'sending') AND message <= ? "
        "AND bundle NOT LIKE 'digest:%' AND due_ms <= ?"
    )
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
        return int(db.execute(query, (upto, 1000 * (time.time() + within_s))).fetchone()[0])


def drained(folder: Path, until: float | None = None) -> bool:
    """Whether everything that was accepted, ``until`` that moment if given (monotonic seconds), is acknowledged."""
    covered = acked(folder)
    return all(
        entry.key.n <= covered.get((entry.key.node, entry.key.stream), 0)
        for entry in ledger.read(folder, ledger.PRODUCED)
        if until is None or entry.t <= until
    )


def readings(folder: Path, database: Path) -> Readings:
    """The counts of a run."""
    return count(produced(folder), acked(folder), rows(database) if database.is_file() else Counter())


def due_ms(folder: Path) -> dict[tuple[str, str], list[float]]:
    """When the rules made each (asset, code) a fault: Unix milliseconds, in order."""
    found: dict[tuple[str, str], list[float]] = {}
    for line in ledger.lines(folder, ledger.CONFIRMED):
        found.setdefault((line["asset"], line["code"]), []).append(line["due_ms"])
    return {fault: sorted(times) for fault, times in found.items()}


def fault_ms(due: Mapping[tuple[str, str], Sequence[float]], faults: Iterable[HeardOf]) -> Iterator[float]:
    """From the moment each number was due to the one it was heard of. What comes again under a new number is due once
    the number before it had been heard of.
    """
    before: dict[tuple[str, str], float] = {}
    for at_ms, asset, code in sorted(faults):
        last_ms = before.get((asset, code), -math.inf)
        before[asset, code] = at_ms
        yield from islice((at_ms - due_ms for due_ms in due.get((asset, code), ()) if due_ms > last_ms), 1)


def latencies(folder: Path, heard: Mapping[Key, float], faults: Iterable[HeardOf]) -> Spread:
    """``heard``: when a page's event stream first told of a record (monotonic seconds); ``faults``: of each number."""
    start = first_times(folder, ledger.PRODUCED)
    changes = {entry.key for entry in ledger.read(folder, ledger.PRODUCED) if entry.event}
    return Spread(
        stored=latencies_ms(start, first_times(folder, ledger.COMMITTED)),
        sse=latencies_ms(start, heard),
        change_sse=latencies_ms({key: begun for key, begun in start.items() if key in changes}, heard),
        fault_sse=list(fault_ms(due_ms(folder), faults)),
    )


class Stored:
    """Counts stored readings while the run goes on; :meth:`count` reads only what is new in the ledgers."""

    def __init__(self, folder: Path) -> None:
        self._produced, self._committed = Tail(folder, ledger.PRODUCED), Tail(folder, ledger.COMMITTED)
        self._devices: dict[Key, int] = {}
        self._waiting: set[Key] = set()
        self._count = 0

    def count(self) -> int:
        """Readings that the gateway has committed."""
        self._waiting |= {entry.key for entry in self._committed.news()}
        self._devices |= {entry.key: len(entry.devices) for entry in self._produced.news()}
        for key in self._waiting & self._devices.keys():
            self._waiting.discard(key)
            self._count += self._devices.pop(key)
        return self._count
