"""Runs the real gateway with the demo's ledger beside it: ``python -m demo.gateway_run --ledger FOLDER --config FILE``.

Once :meth:`Store.record` has committed a batch, its records are written down with the time. When the engine says that
a fault is confirmed, the moment at which its rules made it one is written down.
"""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from demo import ledger
from demo.child import follow_parent
from demo.ledger import Key, Ledger
from gateway import vitals
from gateway.draft import Draft
from gateway.faults import FaultOpened, VillageChange, VillageWatch
from gateway.faults.village.own import Vitals
from gateway.main import main as gateway
from gateway.store import Batch, Store


def keep_ledger(folder: Path) -> None:
    """From now on every commit and every confirmed fault of this process is in a ledger of ``folder``."""
    book, record = Ledger(folder, ledger.COMMITTED, durable=False), Store.record
    due, rule = Ledger(folder, ledger.CONFIRMED, durable=False), Draft.rule

    def recorded(self: Store, batch: Batch) -> None:
        record(self, batch)
        book.write(Key(*key) for key in batch.records)

    def ruled(self: Draft, watch: VillageWatch, changes: Iterable[VillageChange], n: int = 0) -> None:
        found = tuple(changes)
        rule(self, watch, found, n)
        opened = (change for change in found if isinstance(change, FaultOpened))
        due.note({"asset": change.asset, "code": change.code, "due_ms": change.at_ms} for change in opened)

    # The demo measures from outside: the product has no hook for it.
    Store.record = recorded  # type: ignore[method-assign]  # the ledger stands between the store and its caller
    Draft.rule = ruled  # type: ignore[method-assign]  # as above


def leave_machine_alone() -> None:
    """A desk's full disk, or a clock that nobody keeps, is no incident of the village."""

    def read(_settings: object, _store: object, now_ms: int) -> Vitals:
        return Vitals(now_ms)

    vitals.read = read  # type: ignore[assignment]  # as above


def main(argv: list[str] | None = None) -> int:
    """The gateway's own exit status."""
    parser = argparse.ArgumentParser(prog="python -m demo.gateway_run", description=__doc__)
    parser.add_argument("--ledger", type=Path, required=True, help="folder of the ledgers")
    options, rest = parser.parse_known_args(argv)
    follow_parent()
    leave_machine_alone()
    keep_ledger(options.ledger)
    return gateway(rest)


if __name__ == "__main__":
    sys.exit(main())
