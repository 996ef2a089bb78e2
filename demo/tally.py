"""Counts a run from outside the product: from the demo's own ledgers and from the rows of the store's journal."""

import json
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

from demo import ledger
from demo.ledger import Key
from demo.report import ReadingKey, Readings, count, latencies_ms


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


def drained(folder: Path) -> bool:
    """Whether everything that was accepted is acknowledged."""
    covered = acked(folder)
    return all(
        entry.key.n <= covered.get((entry.key.node, entry.key.stream), 0)
        for entry in ledger.read(folder, ledger.PRODUCED)
    )


def readings(folder: Path, database: Path) -> Readings:
    """The counts of a run."""
    return count(produced(folder), acked(folder), rows(database) if database.is_file() else Counter())


def latencies(folder: Path, heard: dict[Key, float]) -> tuple[list[float], list[float]]:
    """Milliseconds from the spool's yes to the gateway's commit, and to a page's event stream (``heard``)."""
    start = first_times(folder, ledger.PRODUCED)
    return latencies_ms(start, first_times(folder, ledger.COMMITTED)), latencies_ms(start, heard)
