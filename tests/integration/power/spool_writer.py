"""A node's spool that is written to until the card is gone.

Each record that `commit` returns goes into a ledger on another disk, with its content's checksum, and is fsynced there.
"""

import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from random import Random
from secrets import token_hex

from demo.ledger import PRODUCED, Ledger
from edge import segments
from edge.spool import Spool, SpoolError


def write(folder: Path, ledger: Ledger, cap_bytes: int) -> None:
    """Batches of one to ten records, one in ten an event; now and then all but a few are acknowledged."""
    boot, dice = token_hex(8), Random()
    spool = Spool.open(folder, cap_bytes=cap_bytes, draw=token_hex)
    while True:
        events = {}
        for _ in range(dice.randint(1, 10)):
            event = dice.random() < 0.1
            body = token_hex(dice.randint(20, 300)).encode()
            events[spool.append(body, boot=boot, event=event)] = event
        stored = spool.commit()
        said = {"t": time.monotonic(), "boot": boot, "acked": spool.acked}
        ledger.note({**said, "n": n, "sum": zlib.crc32(body), "e": events[n]} for n, body in stored)
        if dice.random() < 0.02:
            spool.ack(max(0, spool.newest - 20))


def without_sync(_: int) -> None:
    """The control: what is written lies in memory."""


def main(folder: str, ledger: str, cap_bytes: str, sync: str) -> None:
    """Returns when the card is gone."""
    real: Callable[[int], None] = segments.sync_data
    segments.sync_data = real if sync == "sync" else without_sync
    try:
        write(Path(folder), Ledger(Path(ledger), PRODUCED, durable=True), int(cap_bytes))
    except (SpoolError, OSError):
        return


if __name__ == "__main__":
    main(*sys.argv[1:])
