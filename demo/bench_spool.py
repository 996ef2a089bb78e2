"""What one message costs the card: bytes that reach the block device, in a spool and, beside it, in SQLite.

Messages of 219 bytes, ten a commit, on a disk of one's own (`demo.loop_mount`), counted by the kernel.
"""

import os
import secrets
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from demo.bench_figure import Figure, Missing
from demo.loop_mount import LoopMount, why_not
from edge.spool import Spool

MESSAGE_BYTES = 219
BATCH = 10
MESSAGES = 8_000
DISK_MIB = 256
CAP_BYTES = 64 << 20
_BODY = b"m" * MESSAGE_BYTES


def bytes_per_message(folder: Path, quick: bool) -> Figure:
    """The spool's bytes; in the note those of SQLite, whose commit is as durable (FULL), with either of its logs."""
    if reason := why_not():
        raise Missing(reason)
    disk, count = LoopMount.make(folder, DISK_MIB), MESSAGES // (10 if quick else 1)
    try:
        spool = _each(disk, count, _spool)
        rollback = _each(disk, count, lambda place, count: _sqlite(place, count, "DELETE"))
        ahead = _each(disk, count, lambda place, count: _sqlite(place, count, "WAL"))
    finally:
        disk.close()
    return Figure(spool, f"SQLite FULL: {rollback:.0f} B with a rollback journal, {ahead:.0f} B with WAL")


def _each(disk: LoopMount, count: int, write: Callable[[Path, int], None]) -> float:
    os.sync()
    before = disk.written_bytes()
    write(disk.place, count)
    os.sync()
    return (disk.written_bytes() - before) / count


def _spool(place: Path, count: int) -> None:
    spool, boot = Spool.open(place / "spool", cap_bytes=CAP_BYTES, draw=secrets.token_hex), secrets.token_hex(8)
    for _ in range(count // BATCH):
        for _ in range(BATCH):
            spool.append(_BODY, boot=boot, event=False)
        spool.commit()
    stored = spool.newest
    spool.close()
    if stored != count:
        raise RuntimeError(f"{stored} of {count} messages were stored")


def _sqlite(place: Path, count: int, journal: str) -> None:
    with closing(sqlite3.connect(place / f"{journal}.db", isolation_level=None)) as db:
        db.execute(f"PRAGMA journal_mode = {journal}")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("CREATE TABLE messages (n INTEGER PRIMARY KEY, body BLOB NOT NULL)")
        for _ in range(count // BATCH):
            db.execute("BEGIN IMMEDIATE")
            db.executemany("INSERT INTO messages (body) VALUES (?)", [(_BODY,)] * BATCH)
            db.execute("COMMIT")
