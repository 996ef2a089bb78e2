"""A gateway's ingest on its database, committing until the disk is gone.

Each ack that may go out goes into a ledger on another disk, and is fsynced there.
"""

import sys
from pathlib import Path
from random import Random

from demo.ledger import ACKED, Key, Ledger
from gateway.faults import Rules
from gateway.ingest import Ingest
from gateway.store import StoreError, engine, open_store
from tests.integration.power.place import START_MS, VILLAGE_PLAN, birth, record


def commit_on(url: str, ledger: Ledger) -> None:
    """Batches of one to twenty records, on from what is stored."""
    store, dice = open_store(url), Random()
    ingest = Ingest(VILLAGE_PLAN, Rules(), store, START_MS)
    ingest.receive(*birth())
    acks = ingest.commit(START_MS)
    while True:
        done = max(ack.n for _, ack in acks)
        for n in range(done + 1, done + dice.randint(2, 21)):
            topic, payload, at_ms = record(n)
            ingest.receive(topic, payload, at_ms)
        acks = ingest.commit(START_MS + 1000 * (done + 30))
        ledger.write(Key(node, ack.stream, ack.n) for node, ack in acks)


def main(database: str, ledger: str, synchronous: str) -> None:
    """Returns when the disk is gone."""
    journal, _, *others = engine.PRAGMAS
    engine.PRAGMAS = (journal, f"synchronous = {synchronous}", *others)  # type: ignore[assignment]  # four, as before
    try:
        commit_on(f"sqlite:///{database}", Ledger(Path(ledger), ACKED, durable=True))
    except (StoreError, OSError):
        return


if __name__ == "__main__":
    main(*sys.argv[1:])
