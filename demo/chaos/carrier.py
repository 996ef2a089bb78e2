"""A node of the harness at work: records go into the product's spool at a rate, the product's line sends them."""

import random
import secrets
import time
from pathlib import Path

from contracts.inventory import load_inventory
from contracts.settings import BrokerSettings
from demo.chaos import load
from demo.chaos.books import ACKED, QUIET, Books
from demo.chaos.setting import Setting
from edge import records
from edge.clock import Clock
from edge.spool import Spool
from edge.uplink import Identity, Line, Uplink
from edge.wake import Wake

KEEPALIVE_S = 5
LONGEST_SLEEP_S = 0.5


class BookedSpool(Spool):
    """The product's spool, with the harness's books beside it."""

    books: Books

    def ack(self, n: int) -> None:
        """As the spool's own, written down."""
        super().ack(n)
        self.books.note(ACKED, self.stream, n)

    def reconcile(self) -> None:
        """What the last process had made durable when it was killed, a moment before it could be written down."""
        known = self.books.newest(self.stream)
        missed = self.after(known, max(0, self.newest - known))
        self.books.write(self.books.accepted(self.stream, one.boot, one.n, one.body) for one in missed)

    def store(self, boot: str) -> None:
        """Commit what was appended, and write it down."""
        self.books.write([self.books.accepted(self.stream, boot, n, body) for n, body in self.commit()])


class Carrier:
    """One node's process. ``boot``: this process's mark."""

    def __init__(self, setting: Setting, boot: str) -> None:
        self.wake, self._boot = Wake(), boot
        self._clock = Clock(time.monotonic, lambda: time.time_ns() // 1_000_000, lambda: "ntp")
        self._spool = BookedSpool.open(Path(setting.folder), cap_bytes=setting.talk.cap_bytes, draw=secrets.token_hex)
        self._spool.books = Books(Path(setting.ledger))
        self._spool.reconcile()
        village = load_inventory(Path(setting.inventory))
        devices = load.birth_devices(village, setting.node)
        who = Identity(village.id, setting.node, boot, "chaos", "chaos", devices)
        broker = BrokerSettings(port=setting.port, keepalive_s=KEEPALIVE_S)
        self._line = Uplink(who, self._spool, Line(broker, None, self.wake.set, lambda: None), self._clock)
        chance = random.Random(f"{setting.talk.seed}/{setting.node}/{boot}")
        self._talk = load.Talk([(one.id, one.kind) for one in devices], setting.talk.rate, chance)
        self._next_at, self._quiet = 0.0, False

    def step(self, now: float) -> None:
        """Speak if it is time, send, sleep."""
        if now >= self._next_at and not self._quiet:
            self._speak(now)
        due = self._line.step(time.monotonic())
        if not self._quiet:
            due = min(due, self._next_at)
        self.wake.wait(min(due - time.monotonic(), LONGEST_SLEEP_S))

    def _speak(self, now: float) -> None:
        if self._spool.books.hushed:
            self._quiet = True
            self._spool.books.note(QUIET, self._spool.stream, self._spool.newest)
            return
        batch, lasts_s = self._talk.batch()
        self._next_at = now + lasts_s
        for readings, event in batch:
            body = records.fixed(readings, self._clock.wall_ms(), int(now * 1000), "ntp")
            self._spool.append(body, boot=self._boot, event=event)
        self._spool.store(self._boot)

    def close(self) -> None:
        """A planned stop."""
        self._line.say_goodbye(time.monotonic())
        self._line.close(2.0)
        self._spool.close()
