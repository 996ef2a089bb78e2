"""Runs the real gateway, or one with a mechanism taken out: ``python -m demo.chaos.gateway_run [--break NAME] --config
FILE``.
"""

import argparse
import queue
import sys
import threading
import time
from collections.abc import Callable

from contracts.messages import Up
from demo.child import follow_parent
from gateway import ingest
from gateway.main import main as gateway
from gateway.ordering import Card, Decision, NodeOrder
from gateway.store import Batch, Store

# So much later the database has what was acknowledged.
LATE_S = 0.3


def ack_before_commit() -> None:
    """A commit says yes at once, and is done a moment later."""
    record: Callable[[Store, Batch], None] = Store.record
    waiting: queue.SimpleQueue[tuple[Store, Batch, float]] = queue.SimpleQueue()

    def early(self: Store, batch: Batch) -> None:
        waiting.put((self, batch, time.monotonic() + LATE_S))

    def late() -> None:
        while True:
            store, batch, at = waiting.get()
            time.sleep(max(0.0, at - time.monotonic()))
            record(store, batch)

    Store.record = early  # type: ignore[method-assign]  # the mechanism is taken out of the real process
    threading.Thread(target=late, name="late", daemon=True).start()


def accept_gap() -> None:
    """Whatever is newer than what is applied comes next, and what lies between is forgotten."""

    def place(order: NodeOrder, up: Up) -> tuple[NodeOrder, Decision]:
        card = order.card()
        if up.stream != order.current or up.n <= card.done:
            return order, Decision("ignore" if up.stream != order.current else "duplicate")
        cards = {**order.cards, up.stream: Card(up.n, up.boot, max(card.top, up.n))}
        return NodeOrder(order.current, cards), Decision("apply", None, up.n > card.top)

    vars(ingest)["place"] = place


BREAKS: dict[str, Callable[[], None]] = {"ack-before-commit": ack_before_commit, "accept-gap": accept_gap}


def main(argv: list[str] | None = None) -> int:
    """The gateway's own exit status."""
    parser = argparse.ArgumentParser(prog="python -m demo.chaos.gateway_run", description=__doc__)
    parser.add_argument("--break", dest="broken", choices=sorted(BREAKS), help="the mechanism to take out")
    options, rest = parser.parse_known_args(argv)
    follow_parent()
    if options.broken:
        BREAKS[options.broken]()
    return gateway(rest)


if __name__ == "__main__":
    sys.exit(main())
