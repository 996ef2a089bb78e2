"""What to send now: decided from the log, the acks and the clock alone. No I/O but reading the log.

Nothing is sent on a new connection before somebody who commits records has said how far he is; then everything behind
his word, at most 200 unconfirmed. Acks move the window; no progress for 3 s asks again, and an answer that still says
the same means that what was sent is gone: it is sent anew.
"""

from collections import deque
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from edge.spool import Record

MAX_IN_FLIGHT = 200
PROBE_S = 3.0
IDLE_S = 300.0
# A gateway that is away for long is asked less often: a probe costs bytes on a metered line.
EAGER_PROBES = 20
PATIENT_S = 30.0


class Log(Protocol):
    """The part of the spool that is read here."""

    @property
    def newest(self) -> int:
        """Number of the newest durable record."""
        ...

    def after(self, n: int, limit: int) -> Sequence[Record]:
        """The oldest ``limit`` records above ``n``."""
        ...


class Send(NamedTuple):
    """``live``: ahead of its turn, for the live view only; it comes again in order."""

    record: Record
    live: bool


class Window:
    """The sending side of one stream. Times are monotonic seconds.

    ``synced``: an ack came on this connection. ``acked``: the last one's number. ``in_flight``: numbers sent and not
    confirmed, rising.
    """

    def __init__(self) -> None:
        self.connected = self.synced = False
        self.acked = 0
        self.in_flight: deque[int] = deque()
        self._sent = 0
        self._sent_live: int | None = None
        self._asked: float | None = None
        self._probes = 0
        self._moved = 0.0

    def connect(self, now: float) -> None:
        """A birth has just been sent: that asks for an ack."""
        self.connected, self.synced = True, False
        self._probes = 0
        self.asked(now)

    def disconnect(self) -> None:
        """The line is down."""
        self.connected = self.synced = False
        self.in_flight.clear()

    def asked(self, now: float) -> None:
        """A birth or a probe was sent."""
        self._asked = self._moved = now
        self._probes += 1

    def ack(self, n: int, now: float) -> None:
        """The gateway has committed up to and with ``n``; its last word counts, also a lower one."""
        stuck = n == self.acked and self._asked is not None
        if not self.synced or n < self.acked or stuck:
            # Begun anew from his word: what was sent ahead may be gone too, so the newest goes again.
            self.in_flight.clear()
            self._sent, self._sent_live = n, None
        while self.in_flight and self.in_flight[0] <= n:
            self.in_flight.popleft()
        if n != self.acked or self._asked is not None:
            self._moved, self._probes = now, 0
        self.acked, self.synced, self._asked = n, True, None
        self._sent = max(self._sent, n)

    def due(self, log: Log, now: float) -> list[Send]:
        """What to send now; it counts as sent."""
        if not self.synced:
            return []
        if not self.in_flight and self._sent < log.newest:
            self._moved = now
        sends = [Send(record, live=False) for record in self._in_order(log)]
        return sends + [Send(record, live=True) for record in self._ahead(log)]

    def _in_order(self, log: Log) -> Sequence[Record]:
        room = MAX_IN_FLIGHT - len(self.in_flight)
        if room <= 0 or self._sent >= log.newest:
            return ()
        records = log.after(self._sent, room)
        self.in_flight += [record.n for record in records]
        self._sent = records[-1].n if records else log.newest
        return records

    def _ahead(self, log: Log) -> Sequence[Record]:
        """While more wait than may be in flight: what is new, beside the drain."""
        before = log.newest - 1 if self._sent_live is None else self._sent_live
        self._sent_live = max(before, self._sent)
        if self._sent_live >= log.newest:
            return ()
        records = log.after(self._sent_live, MAX_IN_FLIGHT)
        self._sent_live = records[-1].n if records else log.newest
        return records

    def probe_at(self, log: Log) -> float | None:
        """When to ask for an ack; None while the line is down."""
        if not self.connected:
            return None
        if self.synced and log.newest <= self.acked:
            return self._moved + IDLE_S
        return self._moved + (PROBE_S if self._probes <= EAGER_PROBES else PATIENT_S)
