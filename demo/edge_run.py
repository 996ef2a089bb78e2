"""Runs the real edge with the demo's ledgers beside it: ``python -m demo.edge_run --ledger FOLDER [--blind KIND]
--config FILE``.

Once a spool has said yes, its records are in the ledger ``produced``, fsynced; what the gateway acknowledges is in
``acked``.
While the file ``hush`` lies in the ledgers' folder nothing new is recorded, so that what is there can drain.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from contracts.inventory import Device
from demo import ledger
from demo.child import follow_parent
from demo.ledger import HUSH, Entry, Key, Ledger
from edge import detect, timequality
from edge import main as program
from edge.detect.verdict import Verdict, Verdicts, device_ids
from edge.spool import Spool


class Books:
    """The ledgers of one edge process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._produced = Ledger(folder, ledger.PRODUCED, durable=True)
        self._acked = Ledger(folder, ledger.ACKED, durable=False)
        self._events: set[Key] = set()

    @property
    def hushed(self) -> bool:
        """Whether nothing new may be recorded."""
        return (self._folder / HUSH).exists()

    def started(self, spool: Spool) -> None:
        """What the last process had made durable when it was killed, a moment before it could be written down."""
        known = [entry.key.n for entry in ledger.read(self._folder, ledger.PRODUCED) if _of(spool, entry.key)]
        newest = max(known, default=0)
        self.made(spool, ((record.n, record.body) for record in spool.after(newest, spool.newest - newest)))

    def event(self, spool: Spool, n: int) -> None:
        """Record ``n`` tells of a change."""
        self._events.add(_key(spool, n))

    def made(self, spool: Spool, records: Iterable[tuple[int, bytes]]) -> None:
        """The spool has said yes to these."""
        now = time.monotonic()
        keys = [(_key(spool, n), body) for n, body in records]
        self._produced.enter(Entry(key, now, _devices(body), key in self._events) for key, body in keys)
        self._events.difference_update(key for key, _ in keys)

    def acknowledged(self, spool: Spool, n: int) -> None:
        """The gateway has everything up to ``n``."""
        self._acked.write([_key(spool, n)])


def keep_ledger(folder: Path) -> None:
    """From now on every record that a spool of this process makes durable, and every ack, is in a ledger of
    ``folder``.
    """
    books = Books(folder)
    start, append, commit, ack = Spool.__init__, Spool.append, Spool.commit, Spool.ack

    def started(self: Spool, *arguments: Any) -> None:
        start(self, *arguments)
        books.started(self)

    def appended(self: Spool, body: bytes, *, boot: str, event: bool) -> int:
        if books.hushed:
            return self.newest
        n = append(self, body, boot=boot, event=event)
        if event:
            books.event(self, n)
        return n

    def committed(self: Spool) -> list[tuple[int, bytes]]:
        records = commit(self)
        books.made(self, records)
        return records

    def acknowledged(self: Spool, n: int) -> None:
        ack(self, n)
        books.acknowledged(self, n)

    # The demo measures from outside: the product has no hook for it.
    Spool.__init__ = started  # type: ignore[assignment, method-assign]  # the ledger stands between the spool and its caller
    Spool.append = appended  # type: ignore[method-assign]  # as above
    Spool.commit = committed  # type: ignore[method-assign]  # as above
    Spool.ack = acknowledged  # type: ignore[method-assign]  # as above


def _key(spool: Spool, n: int) -> Key:
    return Key(spool.folder.name, spool.stream, n)


def _of(spool: Spool, key: Key) -> bool:
    return (key.node, key.stream) == (spool.folder.name, spool.stream)


def _devices(body: bytes) -> tuple[str, ...]:
    return tuple(reading["d"] for reading in json.loads(body)["r"])


def blind(kind: str) -> None:
    """The judgement of ``kind`` says "fine" from now on, whatever the sample."""

    def fine(_sample: Any, memory: Any, device: Device, _now: float) -> tuple[Verdicts, Any]:
        word = "free" if kind == "charge_point" else None
        return {name: Verdict("up", word=word) for name in device_ids(device)}, memory

    detect.JUDGES[kind] = fine


def trust_clock() -> None:
    """The fakes go by the desk's clock, too: whoever keeps it, here it is right."""
    kept = timequality.quality()
    program.quality = lambda: "rtc" if kept == "none" else kept  # type: ignore[attr-defined]  # what it has imported


def main(argv: list[str] | None = None) -> int:
    """The edge's own exit status."""
    parser = argparse.ArgumentParser(prog="python -m demo.edge_run", description=__doc__)
    parser.add_argument("--ledger", type=Path, required=True, help="folder of the ledgers")
    parser.add_argument("--blind", choices=sorted(detect.JUDGES), help="a judgement that always says fine")
    options, rest = parser.parse_known_args(argv)
    follow_parent()
    keep_ledger(options.ledger)
    if options.blind:
        blind(options.blind)
    trust_clock()
    return program.main(rest)


if __name__ == "__main__":
    sys.exit(main())
