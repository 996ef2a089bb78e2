"""One node: looks at its devices on their schedules and writes down what is to be reported."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog

from contracts.messages import Answer, Reading
from edge import records
from edge.clock import Clock
from edge.spool import SpoolError
from edge.watch import Watch

log = structlog.get_logger()
RETRY_S = 5.0


class Store(Protocol):
    """The part of the spool that is written here."""

    def append(self, body: bytes, *, boot: str, event: bool) -> int:
        """Take a record into the next batch."""
        ...

    def commit(self) -> list[tuple[int, bytes]]:
        """Make the batch durable."""
        ...


@dataclass(slots=True)
class Node:
    """The devices of one node. ``boot``: this process start, 16 hex digits.

    A change is a record of its own at once; every ``interval_s`` one record carries all devices, and so does the first
    one after a start and after a birth. A watch with a ``report_s`` of its own goes with them no more often than that.
    ``unstored`` counts records that the card did not take.
    """

    id: str
    interval_s: float
    watches: Sequence[Watch]
    store: Store
    clock: Clock
    boot: str
    unstored: int = 0
    _report_at: float = -math.inf

    def report_all(self) -> None:
        """Let the next step write a record of all devices."""
        self._report_at = -math.inf
        for watch in self.watches:
            watch.tells_at = -math.inf

    @property
    def due_at(self) -> float:
        """When to be stepped next (monotonic seconds)."""
        return min([self._report_at, *(watch.due_at for watch in self.watches)])

    def step(self, now: float) -> None:
        """Look at what is due, write down what is to be reported, make it durable."""
        news = [(watch, watch.look(now)) for watch in self.watches]
        urgent = [reading for _, told in news for reading in told]
        if now >= self._report_at:
            # Urgent readings are in it, so it is kept like an event.
            due = [watch for watch, told in news if told or watch.tells_at <= now]
            readings = [reading for watch in due for reading in watch.tell(now)]
            planned = self._report_at + self.interval_s
            self._report_at = planned if planned > now else now + self.interval_s
            self._write(readings, now, event=bool(urgent))
        elif urgent:
            self._write(urgent, now, event=True)

    def watch(self, device: str) -> Watch | None:
        """The watch of a device; None for what is not looked at here."""
        return next((watch for watch in self.watches if watch.device.id == device), None)

    def answer(self, answer: Answer, now: float) -> bool:
        """Write down what became of a command; whether the card has it."""
        body = records.fixed((), self.clock.wall_ms(), int(now * 1000), self.clock.quality(), (answer,))
        try:
            self.store.append(body, boot=self.boot, event=True)
            self.store.commit()
        except SpoolError as error:
            log.error("answer not stored", node=self.id, command=answer.id, error=str(error))
            return False
        return True

    def close(self) -> None:
        """Let go of all drivers."""
        for watch in self.watches:
            watch.close()

    def _write(self, readings: Sequence[Reading], now: float, *, event: bool) -> None:
        body = records.fixed(readings, self.clock.wall_ms(), int(now * 1000), self.clock.quality())
        try:
            self.store.append(body, boot=self.boot, event=event)
            self.store.commit()
        except SpoolError as error:
            if not self.unstored:
                log.error("record not stored", node=self.id, error=str(error))
            self.unstored += 1
            # Nothing is lost but the moment: the next record that the card takes carries all devices.
            again_at = min(self._report_at, now + RETRY_S)
            self.report_all()
            self._report_at = again_at
