"""The outbox as it is emptied: a sender takes one letter with a lease, and says what became of it.

Whoever dies between sending and saying so leaves a lease behind; once that is over the letter is tried again, since
nobody knows whether it got out.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Row, func, insert, literal_column, or_, select, update

from gateway.dispatch.storm import DIGEST, Choice, Waiting, choose
from gateway.faults.times import DispatchTimes
from gateway.store.rows import OutboxRow
from gateway.store.schema import faults, messages, outbox
from gateway.store.sql import Conflict

_O = outbox.c
# In SQLite an index of some rows serves only who names them as it does, in so many words.
_UNSENT = _O.state.in_([literal_column("'waiting'"), literal_column("'sending'")])
# Of a letter that may have got out twice nobody tries a third time where each would be shown.
DOUBLED = 2
FATE_UNKNOWN = "twice it is not known whether it got out"
NO_CHANNEL = "its channel is not in the settings any more"


class Sender(Struct, frozen=True):
    """Who takes letters: ``lease`` is its own name, ``idempotent`` whether its channel shows the same letter once."""

    channel: str
    lease: str
    idempotent: bool


class Claimed(Struct, frozen=True):
    """A letter that is this sender's until its lease ends, and the rows whose words it holds."""

    row: OutboxRow
    parts: tuple[OutboxRow, ...]


def due(db: Connection, channel: str, now_ms: int) -> bool:
    """Whether there is anything to look at."""
    return db.execute(select(_O.id).where(_mine(channel), _O.next_ms <= now_ms).limit(1)).first() is not None


def claim(db: Connection, sender: Sender, now_ms: int, times: DispatchTimes) -> Claimed | None:
    """The next letter of a channel; None if none may go now. Raises :class:`Conflict` if another took it meanwhile."""
    _end_leases(db, sender, now_ms)
    _drop_taken(db, sender.channel, now_ms)
    choice = _choice(db, sender.channel, now_ms, times)
    return None if choice is None else _take(db, sender, choice, now_ms, times)


def _choice(db: Connection, channel: str, now_ms: int, times: DispatchTimes) -> Choice | None:
    """What goes next. Of a recipient whose turn it is all rows are looked at, of the others none: there may be
    thousands, and who commits faults waits meanwhile.
    """
    query = select(_O.id, _O.recipient, _O.severity).where(_mine(channel), _O.state == "waiting", _O.next_ms <= now_ms)
    order = db.execute(query.order_by(_O.severity, _O.due_ms, _O.id)).all()
    known = counted(db, {row.recipient for row in order}, now_ms - round(times.storm_window_s * 1000))
    ready: dict[str, dict[int, Waiting]] = {}
    for row in order:
        who = str(row.recipient)
        if row.severity > 1 and known.get(who, 0) >= times.storm_messages:
            continue
        if who not in ready:
            ready[who] = {one.id: one for one in _ready(db, channel, who, now_ms)}
        if row.id in ready[who]:
            return choose(ready[who].values(), known, times)
    return None


def _ready(db: Connection, channel: str, recipient: str, now_ms: int) -> list[Waiting]:
    """A recipient's rows that nothing holds up."""
    rows = _told_of(db, _mine(channel) & (_O.recipient == recipient))
    joined = _joined_to(db, [row.id for row in rows])
    leads = {row.into for row in joined}
    # In one digest beginning and end stand together.
    apart = {name: _ahead(row for row in (*rows, *joined) if row.bundle != name) for name in _digests(rows)}
    ahead = _ahead([*rows, *joined])
    due_now = (row for row in rows if row.state == "waiting" and row.next_ms <= now_ms)
    return [_waiting(row, leads) for row in due_now if not _blocked(row, apart.get(row.bundle, ahead))]


def _digests(rows: Iterable[Row[Any]]) -> set[str]:
    return {row.bundle for row in rows if row.bundle.startswith(DIGEST)}


def _mine(channel: str) -> ColumnElement[bool]:
    """The unsent rows of a channel."""
    return _UNSENT & (_O.channel == channel)


def _end_leases(db: Connection, sender: Sender, now_ms: int) -> None:
    gone = _mine(sender.channel) & (_O.state == "sending") & (_O.next_ms <= now_ms)
    db.execute(update(outbox).where(gone).values(state="waiting", lease=None, unsure=_O.unsure + 1, next_ms=now_ms))
    if not sender.idempotent:
        twice = _mine(sender.channel) & (_O.state == "waiting") & (_O.unsure >= DOUBLED)
        db.execute(update(outbox).where(twice).values(state="dead", reason=FATE_UNKNOWN))


def strand(db: Connection, served: Collection[str], before_ms: int) -> None:
    """Nobody carries letters of other channels; those are given up when a courier would give them up."""
    left = _UNSENT & _O.channel.not_in(served) & (_O.due_ms < before_ms) & (_O.made_ms < before_ms)
    db.execute(update(outbox).where(left).values(state="dead", lease=None, reason=NO_CHANNEL))


def _drop_taken(db: Connection, channel: str, now_ms: int) -> None:
    """What is of no use once somebody is on it."""
    mine = _mine(channel) & (_O.state == "waiting") & (_O.next_ms <= now_ms) & _O.unless_taken
    taken = or_(faults.c.acknowledged_by.is_not(None), faults.c.order_state == "closed")
    its = select(faults.c.id).where(faults.c.id == _O.fault, taken).exists()
    db.execute(update(outbox).where(mine, its).values(state="dropped", reason="somebody has taken the fault"))


def _joined_to(db: Connection, leads: Collection[int]) -> list[Row[Any]]:
    return _told_of(db, _O.into.in_(leads)) if leads else []


def _told_of(db: Connection, which: Any) -> list[Row[Any]]:
    """Rows with the asset and code they speak of, and the cause of their fault."""
    query = (
        select(*outbox.columns, messages.c.asset, messages.c.code, faults.c.root)
        .join_from(outbox, messages, messages.c.id == _O.message, isouter=True)
        .join(faults, faults.c.id == _O.fault, isouter=True)
    )
    return list(db.execute(query.where(which).order_by(_O.id)))


# The oldest letter that has not gone, of each recipient and (asset, code); code '' stands for any of the asset, '*' for
# the parts of a cause, '~' for the end of flapping.
_Ahead = Mapping[tuple[str, str, str], tuple[int, int]]


def _ahead(rows: Iterable[Row[Any]]) -> _Ahead:
    first: dict[tuple[str, str, str], tuple[int, int]] = {}
    for row in rows:
        if row.message is None:
            continue
        steady = [(row.asset, "~")] if row.kind == "flapping_end" else []
        for asset, code in ((row.asset, row.code), (row.asset, ""), (row.root or "", "*"), *steady):
            key, at = (row.recipient, asset, code), (row.message, row.step)
            first[key] = min(first.get(key, at), at)
    return first


def _blocked(row: Row[Any], ahead: _Ahead) -> bool:
    """Whether something older on the same has not gone yet: nobody hears of an end before its beginning."""
    if row.message is None or (row.severity == 1 and row.kind == "problem"):
        return False
    at = (row.message, row.step)
    more = {"flapping_end": ("",), "recovery": ("*", "~"), "update": ("*",)}.get(row.kind, ())
    codes = (row.code, *more)
    return any(ahead.get((row.recipient, row.asset, code), at) < at for code in codes)


def _waiting(row: Row[Any], leads: Collection[int]) -> Waiting:
    """The words of what surely did not get out may go into another's text; not those of a text of several."""
    alone = row.unsure == 0 and row.message is not None and row.id not in leads
    return Waiting(row.id, row.recipient, row.severity, row.bundle, row.due_ms, row.attempts == 0 or alone)


def counted(db: Connection, recipients: Collection[str], from_ms: int) -> dict[str, int]:
    """How many letters below severity 1 each recipient had since ``from_ms``, those on their way included."""
    mine = (_O.recipient.in_(recipients), _O.severity > 1)
    sent = (_O.state == literal_column("'sent'")) & (_O.sent_ms > from_ms)
    under_way = _UNSENT & (_O.state == "sending")
    found: Counter[str] = Counter()
    for had in (sent, under_way):
        query = select(_O.recipient, func.count()).where(*mine, had).group_by(_O.recipient)
        found.update({str(who): int(count) for who, count in db.execute(query)})
    return found


def _take(db: Connection, sender: Sender, choice: Choice, now_ms: int, times: DispatchTimes) -> Claimed:
    lead = choice.lead if choice.lead is not None else _cover(db, choice, now_ms)
    if choice.joined:
        _move(db, choice.joined, {"state": "joined", "into": lead})
    lease_ms = now_ms + round(times.lease_s * 1000)
    mine = {"state": "sending", "lease": sender.lease, "next_ms": lease_ms, "attempts": _O.attempts + 1}
    _move(db, (lead,), mine)
    (row,) = read(db, _O.id == lead)
    return Claimed(row, tuple(read(db, _O.into == lead)))


def _move(db: Connection, ids: Collection[int], values: Mapping[str, Any]) -> None:
    """Take rows that wait, all or none: where two look at once, both see them waiting."""
    waits = _O.id.in_(ids) & (_O.state == "waiting")
    if db.execute(update(outbox).where(waits).values(dict(values))).rowcount != len(ids):
        raise Conflict("another sender has taken the letter")


def _cover(db: Connection, choice: Choice, now_ms: int) -> int:
    """A row for a letter that speaks of several."""
    first = read(db, _O.id.in_(choice.joined))[0]
    values = {
        "kind": choice.kind,
        "severity": first.severity,
        "step": first.step,
        "recipient": first.recipient,
        "channel": first.channel,
        "post": first.post,
        "role": first.role,
        "bundle": "",
        "unless_taken": False,
        "made_ms": now_ms,
        "due_ms": now_ms,
        "state": "waiting",
        "next_ms": now_ms,
        "attempts": 0,
        "unsure": 0,
        "confirmed": False,
    }
    key = db.execute(insert(outbox), values).inserted_primary_key
    assert key is not None  # noqa: S101  # narrows for mypy: an insert of one row has its key
    return int(key[0])


def read(db: Connection, which: Any, limit: int | None = None) -> list[OutboxRow]:
    """Rows in the order they were made."""
    query = select(*outbox.columns).where(which).order_by(_O.id).limit(limit)
    return [OutboxRow(**row._mapping) for row in db.execute(query)]  # noqa: SLF001  # SQLAlchemy's documented way to a row's names


def sent(db: Connection, id_: int, lease: str, now_ms: int, confirmed: bool, reference: str) -> bool:
    """It is with the vendor; False if the lease was over and somebody else has it."""
    values = {"state": "sent", "lease": None, "sent_ms": now_ms, "confirmed": confirmed, "reference": reference or None}
    return _mark(db, id_, lease, {**values, "reason": None})


def failed(db: Connection, id_: int, lease: str, next_ms: int | None, reason: str, unknown: bool = False) -> bool:
    """It was not taken: again at ``next_ms``, None = given up; ``unknown``: perhaps it was. False as above."""
    state = "waiting" if next_ms is not None else "dead"
    values = {"state": state, "lease": None, "reason": reason, "unsure": _O.unsure + int(unknown)}
    return _mark(db, id_, lease, values if next_ms is None else {**values, "next_ms": next_ms})


def _mark(db: Connection, id_: int, lease: str, values: Mapping[str, Any]) -> bool:
    mine = (_O.id == id_) & (_O.lease == lease) & (_O.state == "sending")
    return db.execute(update(outbox).where(mine).values(dict(values))).rowcount == 1


def newest_sent(db: Connection) -> dict[str, int]:
    """When each channel last had a letter taken."""
    query = select(_O.channel, func.max(_O.sent_ms)).where(_O.state == literal_column("'sent'")).group_by(_O.channel)
    return {str(channel): int(at_ms) for channel, at_ms in db.execute(query) if at_ms is not None}
