"""The outbox as those see it who carry it: senders, the ladder, the auditor."""

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct
from sqlalchemy import Connection, Engine, select

from gateway.dispatch.words import Address
from gateway.faults.times import DispatchTimes
from gateway.store import claims, faults, ladders, outbox
from gateway.store.claims import Claimed, Sender
from gateway.store.ladders import Unheard
from gateway.store.outbox import Waiting
from gateway.store.rows import FaultRow, LadderRow, MessageRow, OutboxRow
from gateway.store.schema import messages
from gateway.store.sql import Conflict, transaction

_PIECE = 500
# What a mark of a channel is called.
_CHANNEL = "channel:"


class Told(Struct, frozen=True):
    """One row of a letter: what it speaks of. ``message`` None: a fault of the past that only the digest names.
    ``member``: of an update, the newest fault that is a part of what it names.
    """

    row: OutboxRow
    message: MessageRow | None
    fault: FaultRow | None
    member: FaultRow | None = None


class Letters:
    """Safe for several threads and processes; every method is one transaction. Raises :class:`StoreError`."""

    def __init__(self, read: Engine, write: Engine) -> None:
        self._read, self._write = read, write

    def claim(self, sender: Sender, now_ms: int, times: DispatchTimes) -> Claimed | None:
        """The next letter of a channel, the sender's until its lease ends; None if none may go now."""
        with transaction(self._read) as db:
            if not claims.due(db, sender.channel, now_ms):
                return None
        try:
            with transaction(self._write) as db:
                return claims.claim(db, sender, now_ms, times)
        except Conflict:
            return None  # it is theirs

    def told(self, rows: Sequence[OutboxRow]) -> list[Told]:
        """What these rows speak of."""
        with transaction(self._read) as db:
            return [_told(db, row) for row in rows]

    def sent(self, id_: int, lease: str, now_ms: int, confirmed: bool, reference: str = "") -> bool:
        """The vendor has it; False if the lease was over and somebody else's turn."""
        with transaction(self._write) as db:
            return claims.sent(db, id_, lease, now_ms, confirmed, reference)

    def failed(self, id_: int, lease: str, next_ms: int | None, reason: str, unknown: bool = False) -> bool:
        """It was not taken, or, ``unknown``, perhaps: again at ``next_ms``, None = given up. False as above."""
        with transaction(self._write) as db:
            return claims.failed(db, id_, lease, next_ms, reason, unknown)

    def due_ladders(self, now_ms: int) -> list[LadderRow]:
        """Faults whose next step up is due."""
        with transaction(self._read) as db:
            return ladders.due(db, now_ms)

    def climb(self, was: LadderRow, step: int, next_ms: int | None, to: Iterable[Address], at_ms: int) -> None:
        """Tell ``to`` and remember it; raises :class:`Conflict` if the ladder is no longer as it was read."""
        with transaction(self._write) as db:
            ladders.climb(db, was, step, next_ms, to, at_ms)

    def leave(self, fault: str) -> None:
        """Nothing to climb for any more."""
        with transaction(self._write) as db:
            ladders.leave(db, fault)

    def take_over(self, to: Callable[[FaultRow], Iterable[Address]], at_ms: int) -> int:
        """Tell of every fault that goes on and of which no letter is kept; how many those are."""
        with transaction(self._write) as db:
            found = ladders.never_told(db)
            for fault, message in found:
                ladders.set_out(db, fault, message, to(fault), at_ms)
            return len(found)

    def unheard(self, due_ms: int) -> list[Unheard]:
        """Messages due by ``due_ms`` on open faults that reached nobody of a post."""
        with transaction(self._read) as db:
            return ladders.unheard(db, due_ms)

    def wall(self, now_ms: int) -> list[Unheard]:
        """What the auditor found to have reached nobody, and still has not."""
        with transaction(self._read) as db:
            found = ladders.unheard(db, now_ms, alarmed=True)
        return [one for one in found if any(row.told_ms is not None for row in one.rows)]

    def counted(self, recipients: Iterable[str], from_ms: int) -> dict[str, int]:
        """How many letters the storm guard counts for each since ``from_ms``."""
        with transaction(self._read) as db:
            return claims.counted(db, set(recipients), from_ms)

    def strand(self, served: Iterable[str], before_ms: int) -> None:
        """Give up what was due before ``before_ms`` on any channel but ``served``: no courier does."""
        with transaction(self._write) as db:
            claims.strand(db, list(served), before_ms)

    def another_way(self, of: Unheard, to: Iterable[Address], at_ms: int) -> None:
        """Put what reached nobody on the wall, and tell ``to`` instead."""
        with transaction(self._write) as db:
            ladders.alarm(db, [row.id for row in of.rows], at_ms)
            first = of.rows[0]
            entry = outbox.Entry(first.message, first.fault, first.kind, first.severity)
            outbox.put(db, entry, to, at_ms)

    def of_fault(self, fault: str) -> list[OutboxRow]:
        """Who was told of a fault, when and by which way, oldest first; a row that joined another has its fate."""
        with transaction(self._read) as db:
            return ladders.delivered(db, fault)

    def digest(self, at_ms: int, bundle: str, to: Callable[[FaultRow], Iterable[Address]]) -> int:
        """Lines for faults of the past since the last digest; how many. Raises :class:`Conflict` if it is done."""
        with transaction(self._write) as db:
            was_ms = ladders.mark(db, "digest")
            if was_ms is not None and was_ms >= at_ms:
                return 0
            found = ladders.untold(db, at_ms if was_ms is None else was_ms, at_ms)
            ladders.past(db, found, to, bundle, at_ms)
            ladders.set_mark(db, "digest", was_ms, at_ms)
            return len(found)

    def waiting(self) -> list[Waiting]:
        """What is still to be sent, by channel."""
        with transaction(self._read) as db:
            return outbox.waiting(db)

    def worked(self, channel: str, at_ms: int) -> None:
        """A trial by hand has shown that the channel takes letters."""
        with transaction(self._write) as db:
            ladders.set_mark(db, _CHANNEL + channel, ladders.mark(db, _CHANNEL + channel), at_ms)

    def worked_ms(self, channel: str) -> int | None:
        """When a trial last showed that."""
        with transaction(self._read) as db:
            return ladders.mark(db, _CHANNEL + channel)

    def newest_sent(self) -> dict[str, int]:
        """When each channel last had a letter taken, Unix ms."""
        with transaction(self._read) as db:
            return claims.newest_sent(db)

    def sweep(self, before_ms: int) -> int:
        """Forget some of what is older; while it returns anything there may be more."""
        with transaction(self._write) as db:
            return ladders.sweep(db, before_ms, _PIECE)


def _told(db: Connection, row: OutboxRow) -> Told:
    message = _message(db, row)
    fault = faults.one(db, row.fault) if row.fault else None
    member = faults.newest_part(db, message.asset) if message and row.kind == "update" else None
    return Told(row, message, fault, member)


def _message(db: Connection, row: OutboxRow) -> MessageRow | None:
    t = messages.c
    found = db.execute(select(t.id, t.kind, t.asset, t.code, t.at_ms, t.fault).where(t.id == row.message)).one_or_none()
    return MessageRow(*found) if found else None


__all__ = ["Claimed", "Letters", "Sender", "Told", "Unheard"]
