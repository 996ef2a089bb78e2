"""Carries one channel's letters: take one with a lease, send it, say what became of it.

The order is what makes it safe. A letter is marked as sent only after the vendor has it: whoever dies between the two
has it sent again. It is taken from the store only, where it stands since the transaction that opened its fault.
"""

import queue
import threading
import traceback
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
    """A channel that takes nothing since ``since_ms``; ``reason``: what it said last, at ``last_ms``."""

    channel: str
    since_ms: int
    reason: str
    last_ms: int


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
        self._trials: queue.SimpleQueue[tuple[Letter, Callable[[Outcome], None]]] = queue.SimpleQueue()

    def try_out(self, letter: Letter, done: Callable[[Outcome], None]) -> None:
        """Send a trial before the next letter; ``done`` is told in this sender's thread what became of it."""
        self._trials.put((letter, done))

    def run(self, stop: threading.Event) -> None:
        """Until ``stop``; what is on its way is finished."""
        while not stop.is_set():
            try:
                busy = self.once(stop)
            except StoreError as error:
                log.warning("letters wait", channel=self.channel.name, reason=str(error))
                busy = False
            except Exception as error:  # noqa: BLE001  # the thread must outlive what one turn dies of; the lease brings it back
                self._died("a turn failed", error)
                busy = False
            if not busy:
                stop.wait(LOOK_S)

    def once(self, stop: threading.Event | None = None) -> bool:
        """Send the next letter; False if there is none."""
        if not self._trials.empty():
            self._try_out(*self._trials.get_nowait())
            return True
        claimed = self._letters.claim(self._sender, self._now_ms(), self._desk.times)
        if claimed is None:
            self._look_for_trial()
            return False
        letter = self._written(claimed)
        outcome = letter if isinstance(letter, Failed) else self._handed_over(letter)
        if outcome is not letter:
            self._note(outcome)
        self._mark(claimed, outcome, stop or threading.Event())
        return True

    def _try_out(self, letter: Letter, done: Callable[[Outcome], None]) -> None:
        outcome = self._handed_over(letter)
        self._note(outcome)
        done(outcome)

    def _written(self, claimed: Claimed) -> Letter | Failed:
        """The letter; what cannot be written did not get out, and is no fault of the channel."""
        try:
            letter = self._desk.write(claimed)
        except Exception as error:  # noqa: BLE001  # one letter's words must not hold up the others
            self._died("a letter could not be written", error)
            return Failed(True, f"it could not be written: {type(error).__name__}; see the log")
        return Failed(False, letter) if isinstance(letter, str) else letter

    def _handed_over(self, letter: Letter) -> Outcome:
        try:
            return self.channel.send(letter)
        except Exception as error:  # noqa: BLE001  # a mistake in a channel; nobody knows how far it got
            self._died("a channel broke", error)
            return Failed(True, f"the channel broke: {type(error).__name__}; see the log", unknown=True)

    def _died(self, what: str, error: Exception) -> None:
        """Where it died, not what it says: that may hold an address or a key."""
        at = "".join(traceback.format_tb(error.__traceback__))
        log.error(what, channel=self.channel.name, error=type(error).__name__, at=at)

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
            return
        # What was learnt of late was due before it could be tried.
        from_ms = max(row.due_ms, row.made_ms)
        next_ms = next_try_ms(self._desk.times, outcome, row.attempts, from_ms, now_ms, self._desk.chance())
        self._letters.failed(row.id, self._sender.lease, next_ms, outcome.reason, outcome.unknown)
        if next_ms is None:
            log.warning("a letter is given up", channel=self.channel.name, letter=row.id, reason=outcome.reason)

    def _note(self, outcome: Outcome) -> None:
        """What it says of the channel itself."""
        if isinstance(outcome, Sent):
            self.trouble, self._refused = None, 0
            return
        self._refused += not outcome.recoverable
        if outcome.recoverable or self._refused >= REFUSALS:
            now_ms = self._now_ms()
            since_ms = self.trouble.since_ms if self.trouble else now_ms
            self.trouble = Trouble(self.channel.name, since_ms, outcome.reason, now_ms)

    def _look_for_trial(self) -> None:
        """With nothing to send, only a trial by hand can show that the channel is well again."""
        if self.trouble is not None and (self._letters.worked_ms(self.channel.name) or 0) > self.trouble.last_ms:
            self.trouble, self._refused = None, 0
