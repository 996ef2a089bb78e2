"""Faults on their way up, letters that nobody has confirmed, and what is done once a period."""

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, and_, delete, exists, func, or_, select, update

from gateway.dispatch.words import Address
from gateway.store import claims, faults, outbox
from gateway.store.rows import FaultRow, LadderRow, OutboxRow
from gateway.store.schema import faults as faults_table
from gateway.store.schema import ladders, marks, messages
from gateway.store.schema import outbox as outbox_table
from gateway.store.sql import Conflict, upsert

_L, _O, _F = ladders.c, outbox_table.c, faults_table.c
# What has to reach somebody; an end that did not is no danger.
_NEWS = ("problem", "reminder", "update")


def due(db: Connection, now_ms: int) -> list[LadderRow]:
    """Ladders whose next step is due, the most severe first."""
    query = select(*ladders.columns).where(_L.next_ms <= now_ms).order_by(_L.severity, _L.next_ms)
    return [LadderRow(*row) for row in db.execute(query)]


def climb(db: Connection, was: LadderRow, step: int, next_ms: int | None, to: Iterable[Address], at_ms: int) -> None:
    """Go from what was read to ``step``, telling ``to``; raises :class:`Conflict` if it is no longer so."""
    same = (_L.fault == was.fault) & (_L.step == was.step) & (_L.next_ms == was.next_ms)
    if db.execute(update(ladders).where(same).values(step=step, next_ms=next_ms)).rowcount != 1:
        raise Conflict("the fault's ladder was moved meanwhile")
    outbox.put(db, outbox.Entry(was.message, was.fault, "reminder", was.severity), to, at_ms)


def leave(db: Connection, fault: str) -> None:
    """There is nothing to climb for any more."""
    db.execute(delete(ladders).where(_L.fault == fault))


def never_told(db: Connection) -> list[tuple[FaultRow, int]]:
    """Faults with a work order of which people were to be told before letters were kept, so that none is kept of them,
    each with its newest message.
    """
    newest = select(func.max(messages.c.id)).where(
        messages.c.fault == _F.id, messages.c.kind.in_(("problem", "update"))
    )
    message = newest.scalar_subquery()
    known = exists().where(_L.fault == _F.id) | exists().where(_O.fault == _F.id)
    goes_on = and_(_F.closed_ms.is_(None), _F.root == "", _F.order_state != "closed", ~known, message.is_not(None))
    found = db.execute(select(_F.id, message.label("message")).where(goes_on).order_by(_F.severity, _F.id)).all()
    return [(fault, row.message) for row in found if (fault := faults.one(db, row.id)) is not None]


def set_out(db: Connection, fault: FaultRow, message: int, to: Iterable[Address], at_ms: int) -> None:
    """It is told of now, and begins its way up; when it goes on is looked at at once."""
    outbox.put(db, outbox.Entry(message, fault.id, "problem", fault.severity), to, at_ms)
    upsert(db, ladders, [(fault.id, message, fault.severity, at_ms, 0, at_ms)])


class Unheard(Struct, frozen=True):
    """A message that reached nobody of one post: its rows, each with what became of the letter its words are in."""

    fault: FaultRow
    rows: tuple[OutboxRow, ...]


def unheard(db: Connection, due_ms: int, alarmed: bool = False) -> list[Unheard]:
    """Messages on open faults that nobody has taken, the letters of which, to one post, were due by ``due_ms`` and none
    of which is confirmed. ``alarmed``: only of faults that were put on the wall.
    """
    live = and_(_F.closed_ms.is_(None), _F.root == "", _F.acknowledged_by.is_(None), _F.order_state != "closed")
    of = select(_F.id).where(live)
    if alarmed:
        of = of.where(_F.id.in_(select(_O.fault).where(_O.told_ms.is_not(None))))
    rows = claims.read(db, _O.fault.in_(of) & _O.kind.in_(_NEWS) & (_O.state != "dropped"))
    leads = _leads(db, rows)
    groups: dict[tuple[int | None, int, str], list[OutboxRow]] = {}
    for row in rows:
        groups.setdefault((row.message, row.step, row.post), []).append(_as_sent(row, leads))
    found = [group for group in groups.values() if _quiet(group, due_ms)]
    known = {number: faults.one(db, number) for number in {str(group[0].fault) for group in found}}
    return [Unheard(fault, tuple(group)) for group in found if (fault := known[str(group[0].fault)]) is not None]


def _leads(db: Connection, rows: Iterable[OutboxRow]) -> dict[int, OutboxRow]:
    """The letters that hold the words of ``rows``, as far as they joined one."""
    wanted = {row.into for row in rows if row.into is not None}
    return {lead.id: lead for lead in claims.read(db, _O.id.in_(wanted))}


def _as_sent(row: OutboxRow, leads: dict[int, OutboxRow]) -> OutboxRow:
    """``row`` with the fate of the letter that holds its words."""
    lead = leads.get(row.into) if row.into is not None else None
    if lead is None:
        return row
    fate = ("state", "confirmed", "sent_ms", "attempts", "reason", "reference")
    return replace(row, **{name: getattr(lead, name) for name in fate})


def _quiet(group: Sequence[OutboxRow], due_ms: int) -> bool:
    """Nobody has it, though the first letter of what was tried last was due by ``due_ms``."""
    made_ms = max(row.made_ms for row in group)
    first_ms = min(row.due_ms for row in group if row.made_ms == made_ms)
    return first_ms <= due_ms and not any(row.confirmed for row in group)


def alarm(db: Connection, ids: Sequence[int], at_ms: int) -> None:
    """The wall shows these from now on."""
    db.execute(update(outbox_table).where(_O.id.in_(ids), _O.told_ms.is_(None)).values(told_ms=at_ms))


def delivered(db: Connection, fault: str) -> list[OutboxRow]:
    """Everything that was to be sent on one fault, oldest first, with the fate of the letter its words are in."""
    rows = claims.read(db, _O.fault == fault)
    leads = _leads(db, rows)
    return [_as_sent(row, leads) for row in rows]


# The digest


def untold(db: Connection, from_ms: int, to_ms: int) -> list[FaultRow]:
    """History: faults that were over when they were learnt of, in ``[from_ms, to_ms)``, and of which nobody was told.
    What ended before it was told, or while nobody was to be told, is none; nor is that the gateway was away.
    """
    told = exists().where(messages.c.fault == _F.id)
    learnt = (_F.learnt_ms >= from_ms) & (_F.learnt_ms < to_ms) & (_F.closed_ms <= _F.learnt_ms)
    history = learnt & (_F.root == "") & (_F.code != "gateway_down")
    query = select(*faults_table.columns).where(history, ~told).order_by(_F.opened_ms, _F.id)
    return [faults.row(found) for found in db.execute(query)]


def mark(db: Connection, name: str) -> int | None:
    """When ``name`` was done last."""
    return db.execute(select(marks.c.at_ms).where(marks.c.name == name)).scalar()


def set_mark(db: Connection, name: str, was_ms: int | None, at_ms: int) -> None:
    """It is done at ``at_ms``; raises :class:`Conflict` if somebody else has done it since ``was_ms`` was read."""
    if mark(db, name) != was_ms:
        raise Conflict(f"{name} was done by another worker")
    upsert(db, marks, [(name, at_ms)])


def past(
    db: Connection, found: Iterable[FaultRow], to: Callable[[FaultRow], Iterable[Address]], bundle: str, at_ms: int
) -> None:
    """A line of the digest for each of ``found``."""
    for fault in found:
        outbox.put(db, outbox.Entry(None, fault.id, "digest", fault.severity, bundle), to(fault), at_ms)


def sweep(db: Connection, before_ms: int, pieces: int) -> int:
    """Forget at most ``pieces`` letters and as many messages older than ``before_ms``; how many that were."""
    done = _O.state.in_(("sent", "joined", "dropped", "dead"))
    old = select(_O.id).where(_O.made_ms < before_ms, done).order_by(_O.id).limit(pieces)
    letters = db.execute(delete(outbox_table).where(_O.id.in_(old))).rowcount
    kept = exists().where(_O.message == messages.c.id)
    climbing = exists().where(_L.message == messages.c.id)
    stale = select(messages.c.id).where(messages.c.at_ms < before_ms, ~or_(kept, climbing)).limit(pieces)
    return letters + db.execute(delete(messages).where(messages.c.id.in_(stale))).rowcount
