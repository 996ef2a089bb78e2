"""The outbox as it is filled: one row for each recipient and channel, in the transaction of what it tells.

Who is told of a problem comes with the message. Whatever follows goes to those who were told, which only the store
knows: it looks at the rows that are there.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from msgspec.structs import replace
from sqlalchemy import ColumnElement, Connection, Row, delete, func, or_, select, update

from gateway.dispatch.words import Address, LetterKind, OutboxState
from gateway.store.batch import MessageWrite, OrderMove
from gateway.store.rows import MessageRow
from gateway.store.schema import faults, ladders, messages, outbox
from gateway.store.sql import insert_new, upsert

_O, _M = outbox.c, messages.c
NOBODY = "nobody can be told; see the roster and the channels"
# Whoever has such a row was told, or is about to be.
_TOLD = or_(_O.state.in_(("waiting", "sending", "sent", "joined")), _O.unsure > 0)
HANDED_ON = 1000
_ENDS = ("recovery", "flapping_end")


def fill(db: Connection, written: Sequence[tuple[MessageRow, MessageWrite]], at_ms: int) -> None:
    """Address what a transaction tells, once all of its faults stand as they will."""
    for message, told in written:
        item = _raised(db, message, told) if told.kind == "flapping_end" else told
        entry = Entry(message.id, message.fault, message.kind, item.severity, item.bundle)
        new, known = _first(db, message, item), _followers(db, message, item)
        put(db, entry, known, at_ms)
        # Who hears of a cause for the first time is told of it, not of how it came to be known.
        put(db, entry._replace(kind="problem") if item.kind == "update" else entry, new, at_ms)
        if item.kind == "flapping_end":
            _set_out(db, message, item)
        if message.fault is not None:
            _ladder(db, message, item)


class Waiting(NamedTuple):
    """So many ``letters`` wait for ``channel``; the oldest was due at ``due_ms``."""

    channel: str
    letters: int
    due_ms: int


def waiting(db: Connection) -> list[Waiting]:
    """What is still to be sent, by channel."""
    unsent = _O.state.in_(("waiting", "sending"))
    query = select(_O.channel, func.count(), func.min(_O.due_ms)).where(unsent).group_by(_O.channel)
    return [Waiting(*row) for row in db.execute(query.order_by(_O.channel))]


class Dead(NamedTuple):
    """So many ``letters`` were given up, the newest made at ``newest_ms``."""

    letters: int
    newest_ms: int | None


def dead(db: Connection, since_ms: int) -> Dead:
    """Those made since ``since_ms``."""
    query = select(func.count(), func.max(_O.made_ms)).where(_O.state == "dead", _O.made_ms >= since_ms)
    return Dead(*db.execute(query).one())


class Entry(NamedTuple):
    """What rows are about: see :class:`gateway.store.rows.OutboxRow`."""

    message: int | None
    fault: str | None
    kind: LetterKind
    severity: int
    bundle: str = ""


def put(db: Connection, entry: Entry, addresses: Iterable[Address], at_ms: int) -> None:
    """Rows for ``addresses``; one that is there already (message, step, recipient, channel) stays as it is."""
    rows = []
    for to in addresses:
        state: OutboxState = "waiting" if to.channel else "dead"
        reason = None if to.channel else NOBODY
        who = (to.step, to.recipient, to.channel, to.post, to.role, entry.bundle, to.unless_taken)
        when = (at_ms, to.due_ms, state, to.due_ms, 0, 0, None, None, None, False, None, reason, None)
        rows.append((entry.message, entry.fault, entry.kind, entry.severity, *who, *when))
    insert_new(db, outbox, rows)


def _first(db: Connection, message: MessageRow, item: MessageWrite) -> tuple[Address, ...]:
    """Who is told because of what it is. A cause that is named by an update only is new to its own department."""
    if item.kind == "update" and _rows(db, _speaks_of(message)):
        return ()
    return item.to if item.kind in {"problem", "flapping", "update"} else ()


def _followers(db: Connection, message: MessageRow, item: MessageWrite) -> list[Address]:
    """Who was told of what this message goes on about, each once a channel."""
    if item.kind in {"problem", "flapping"}:
        return []
    told = _rows(db, _members(db, message) if item.kind == "update" else _speaks_of(message))
    ways = {(row.recipient, row.channel): row for row in told}
    elsewhere = {who for who, channel in ways if channel not in item.calls}
    return [
        Address(who, channel, row.post, row.role, item.due_ms)
        for (who, channel), row in ways.items()
        # Nobody is rung up to hear that it is over, who can read it.
        if channel not in item.calls or who not in elsewhere
    ]


def _rows(db: Connection, which: ColumnElement[bool]) -> Sequence[Row[Any]]:
    query = select(_O.recipient, _O.channel, _O.post, _O.role).join(messages, _M.id == _O.message)
    return list(db.execute(query.where(which, _TOLD, _O.channel != "").order_by(_O.id)))


def _since_last(asset: ColumnElement[str] | str, code: ColumnElement[str] | str, before: int) -> ColumnElement[int]:
    """The message that ended what was told of (asset, code) before ``before``."""
    last = messages.alias("last")
    ended = select(func.max(last.c.id)).where(
        last.c.asset == asset, last.c.code == code, last.c.kind.in_(_ENDS), last.c.id < before
    )
    return func.coalesce(ended.scalar_subquery(), 0)


def _speaks_of(message: MessageRow) -> ColumnElement[bool]:
    """Rows on the same since it last ended; the end of flapping stands for whatever was told of the asset, and for the
    beginning of what went on then.
    """
    same = (_M.asset == message.asset) & (_M.id < message.id)
    alike = _M.id > _since_last(_M.asset, _M.code, message.id)
    if message.kind == "flapping_end":
        return same & alike
    told = messages.alias("begun")
    mine = (told.c.asset == message.asset) & (told.c.code == message.code) & (told.c.id < message.id)
    begun = select(func.max(told.c.id)).where(mine, told.c.kind.in_(("problem", "recovery"))).scalar_subquery()
    steady = (_M.kind == "flapping_end") & (_M.id > func.coalesce(begun, 0))
    return same & ((alike & (_M.code == message.code)) | steady)


def _untold(db: Connection, asset: str) -> Sequence[Row[Any]]:
    """Faults of ``asset`` that go on and are not on their way up the ladder."""
    climbing = select(ladders.c.fault).where(ladders.c.fault == faults.c.id).exists()
    goes_on = (faults.c.asset == asset) & faults.c.closed_ms.is_(None) & (faults.c.root == "")
    query = select(faults.c.id, faults.c.severity).where(goes_on, faults.c.order_state != "closed", ~climbing)
    return list(db.execute(query))


def _raised(db: Connection, message: MessageRow, item: MessageWrite) -> MessageWrite:
    """The end of flapping stands for the first message of what goes on: it is as urgent, and may not wait for the
    morning. What was not said yet of the flapping itself is of no use then.
    """
    worst = min((row.severity for row in _untold(db, message.asset)), default=item.severity)
    if worst >= item.severity:
        return item
    about = select(_M.id).where(_M.asset == message.asset, _M.kind == "flapping")
    later = (_O.state == "waiting") & (_O.next_ms > item.at_ms) & _O.message.in_(about)
    db.execute(update(outbox).where(later).values(next_ms=item.at_ms, due_ms=item.at_ms, bundle=""))
    return replace(item, severity=worst, due_ms=item.at_ms, bundle="")


def _set_out(db: Connection, message: MessageRow, item: MessageWrite) -> None:
    """What goes on begins its way up with the message that stood for its first."""
    told_ms = item.due_ms or item.at_ms
    rows = [(row.id, message.id, row.severity, told_ms, 0, item.at_ms) for row in _untold(db, message.asset)]
    upsert(db, ladders, rows)


def _members(db: Connection, message: MessageRow) -> ColumnElement[bool]:
    """Rows on faults that are a part of the cause now, told of since the cause last ended."""
    of = select(faults.c.id).where(faults.c.root == message.asset)
    ended = db.execute(select(_since_last(message.asset, message.code, message.id))).scalar_one()
    return _O.fault.in_(of) & (_M.id < message.id) & (_M.id > ended)


def _ladder(db: Connection, message: MessageRow, item: MessageWrite) -> None:
    """A problem starts at the bottom of the ladder; an update only if its cause has none; an end takes it away."""
    mine = ladders.c.fault == message.fault
    if item.kind in _ENDS:
        db.execute(delete(ladders).where(mine))
        return
    known = db.execute(select(ladders.c.fault).where(mine)).first() is not None
    if item.escalate_ms is not None and (item.kind == "problem" or not known):
        row = (message.fault, message.id, item.severity, item.due_ms or item.at_ms, 0, item.escalate_ms)
        upsert(db, ladders, [row])


def hand_on(db: Connection, fault: str, severity: int, turn: int, item: OrderMove) -> None:
    """Another department has it now: it is told as if the fault were new, and the ladder begins anew."""
    if item.escalate_ms is None:
        return
    newest = select(func.max(_M.id)).where(_M.fault == fault, _M.kind.in_(("problem", "update")))
    message = (
        db.execute(newest).scalar() or db.execute(select(ladders.c.message).where(ladders.c.fault == fault)).scalar()
    )
    # A step of its own, or it would be the first message over again, which some of them may have had.
    to = [replace(address, step=HANDED_ON + turn) for address in item.to]
    put(db, Entry(message, fault, "problem", severity), to, item.at_ms)
    if message is not None:  # else nobody was to be told of it yet: its ladder comes with its first message
        upsert(db, ladders, [(fault, message, severity, item.at_ms, 0, item.escalate_ms)])


def moved(db: Connection, fault: str, at_ms: int) -> None:
    """Somebody moved the work order: look anew at when its next step is due."""
    db.execute(update(ladders).where(ladders.c.fault == fault).values(next_ms=at_ms))
