"""Carries one channel's letters: take one with a lease, send it, say what became of it.

The order is what makes it safe. A letter is marked as sent only after the vendor has it: whoever dies between the two
has it sent again. It is taken from the store only, where it stands since the transaction that opened its fault.
"""

import threading
from collections.abc import Callable

import structlog
from msgspec import Struct

from gateway.delivery.channels.base import Channel
from gateway.dispatch.retry import next_try_ms
from gateway.dispatch.words import Failed, Letter, Outcome, Sent
from gateway.faults.times import DispatchTimes
from gateway.store import Claimed, Letters, Sender, StoreError

log = structlog.get_logger(__name__)
LOOK_S = 0.5
MARK_EACH_S = 1.0
# So many letters refused for good, one after the other, are the channel's fault and not theirs.
REFUSALS = 3

# What a letter says; a text instead: why it cannot be written.
Write = Callable[[Claimed], Letter | str]


class Trouble(Struct, frozen=True):
    """A channel that takes nothing since ``since_ms``; ``reason``: what it said last."""

    channel: str
    since_ms: int
    reason: str


class Desk(Struct, frozen=True):
    """What all couriers share. ``lease``: a name of this process among all that ever were; ``chance`` draws from
    [0, 1).
    """

    letters: Letters
    write: Write
    times: DispatchTimes
    now_ms: Callable[[], int]
    chance: Callable[[], float]
    lease: str


class Courier:
    """One channel's sender."""

    def __init__(self, channel: Channel, desk: Desk) -> None:
        self.channel = channel
        self.trouble: Trouble | None = None
        self._letters, self._now_ms, self._desk = desk.letters, desk.now_ms, desk
        self._sender = Sender(channel.name, desk.lease, channel.idempotent)
        self._refused = 0

    def run(self, stop: threading.Event) -> None:
        """Until ``stop``; what is on its way is finished."""
        while not stop.is_set():
            try:
                busy = self.once(stop)
            except StoreError as error:
                log.warning("letters wait", channel=self.channel.name, reason=str(error))
                busy = False
            except Exception:  # the thread must outlive whatever one letter dies of; the lease brings it back
                log.exception("a letter was not sent", channel=self.channel.name)
                busy = False
            if not busy:
                stop.wait(LOOK_S)

    def once(self, stop: threading.Event | None = None) -> bool:
        """Send the next letter; False if there is none."""
        claimed = self._letters.claim(self._sender, self._now_ms(), self._desk.times)
        if claimed is None:
            return False
        letter = self._desk.write(claimed)
        outcome = Failed(False, letter) if isinstance(letter, str) else self.channel.send(letter)
        self._mark(claimed, outcome, stop or threading.Event())
        return True

    def _mark(self, claimed: Claimed, outcome: Outcome, stop: threading.Event) -> None:
        """Say what became of it. While the store is away that is tried until the lease ends: else it is sent twice."""
        while True:
            try:
                self._say(claimed, outcome)
            except StoreError as error:
                if self._now_ms() >= claimed.row.next_ms or stop.is_set():
                    raise
                log.warning("cannot say what became of a letter", channel=self.channel.name, reason=str(error))
                stop.wait(MARK_EACH_S)
            else:
                return

    def _say(self, claimed: Claimed, outcome: Outcome) -> None:
        row, now_ms = claimed.row, self._now_ms()
        if isinstance(outcome, Sent):
            self._letters.sent(row.id, self._sender.lease, now_ms, outcome.confirmed, outcome.reference)
            self.trouble, self._refused = None, 0
            return
        next_ms = next_try_ms(self._desk.times, outcome, row.attempts, row.due_ms, now_ms, self._desk.chance())
        self._letters.failed(row.id, self._sender.lease, next_ms, outcome.reason, outcome.unknown)
        if next_ms is None:
            log.warning("a letter is given up", channel=self.channel.name, letter=row.id, reason=outcome.reason)
        self._note(outcome, now_ms)

    def _note(self, failed: Failed, now_ms: int) -> None:
        self._refused += not failed.recoverable
        if failed.recoverable or self._refused >= REFUSALS:
            since_ms = self.trouble.since_ms if self.trouble else now_ms
            self.trouble = Trouble(self.channel.name, since_ms, failed.reason)
