"""Pictures that nodes send as evidence. Only what a record named before is kept, so that nothing lands here that the
node's own records did not promise.
"""

from collections.abc import Iterable, Sequence

from msgspec.structs import astuple
from sqlalchemy import ColumnElement, Connection, delete, exists, func, or_, select

from gateway.store.batch import Bad
from gateway.store.evidence_rows import EvidenceNote, EvidenceRow, PictureCome
from gateway.store.schema_evidence import evidence, pictures
from gateway.store.sql import insert_new

_E, _P = evidence.c, pictures.c
DAY_MS = 24 * 3600 * 1000
# Findings with pictures that one node may have in a day; a node that has gone mad fills no database.
DAY_MOST = 300
# A sweep forgets so many pictures at once: they are large.
PIECE = 50


def note(db: Connection, notes: Sequence[EvidenceNote]) -> None:
    """Write down what records named; the same finding again is left as it was."""
    for one in notes:
        today = select(func.count()).where(_E.node == one.node, _E.at_ms > one.at_ms - DAY_MS)
        if int(db.execute(today).scalar() or 0) < DAY_MOST:
            insert_new(db, evidence, [astuple(one)])


def come(db: Connection, found: Iterable[PictureCome]) -> tuple[list[str], list[Bad]]:
    """Keep what was named; the devices that have new pictures, and what was refused. One that is there stays."""
    devices, bad = [], []
    for one in found:
        named = select(_E.at_ms).where(
            _E.node == one.node, _E.device == one.device, or_(_E.before == one.id, _E.after == one.id)
        )
        at_ms = db.execute(named.limit(1)).scalar()
        if at_ms is None:
            bad.append(Bad("picture_not_named", one.node, 1, f"{one.device}: {one.id}"))
            continue
        insert_new(db, pictures, [(one.node, one.id, at_ms, one.body)])
        devices.append(one.device)
    return devices, bad


def read(db: Connection, device: str, code: str, from_ms: int, to_ms: int, limit: int) -> list[EvidenceRow]:
    """Findings in ``[from_ms, to_ms)`` of which any picture is there, newest first."""
    here = [_there(_E.before), _there(_E.after)]
    query = (
        select(_E.number, _E.node, _E.device, _E.code, _E.at_ms, *here)
        .where(_E.device == device, _E.code == code, _E.at_ms >= from_ms, _E.at_ms < to_ms, or_(*here))
        .order_by(_E.at_ms.desc(), _E.number.desc())
        .limit(limit)
    )
    return [EvidenceRow(*row) for row in db.execute(query)]


def _there(name: ColumnElement[str] | ColumnElement[str | None]) -> ColumnElement[bool]:
    return exists().where(_P.node == _E.node, _P.id == name)


def picture(db: Connection, number: int, after: bool) -> bytes | None:
    """One picture of a finding; None if it is not there, or not any more."""
    name = _E.after if after else _E.before
    query = select(_P.body).join(evidence, (_P.node == _E.node) & (_P.id == name)).where(_E.number == number)
    body = db.execute(query).scalar()
    return None if body is None else bytes(body)


def sweep(db: Connection, before_ms: int) -> int:
    """Forget some of what is older than ``before_ms``, pictures and their findings; how many pictures that were."""
    oldest = select(_P.node, _P.id).where(_P.at_ms < before_ms).order_by(_P.at_ms).limit(PIECE)
    rows = list(db.execute(oldest))
    for node, name in rows:
        db.execute(delete(pictures).where(_P.node == node, _P.id == name))
    if len(rows) < PIECE:
        db.execute(delete(evidence).where(_E.at_ms < before_ms))
    return len(rows)
