"""What people did, append only. Each row's hash covers the row and the hash before it, so that a row that is changed,
taken out or put in later is found. Rows cut off at the end are not: whoever needs that keeps the newest hash elsewhere.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec.structs import asdict, astuple, replace
from sqlalchemy import Connection, func, select

from gateway.store.batch import InputDone
from gateway.store.order_rows import AuditRow, Deed
from gateway.store.rows import InputRow
from gateway.store.schema_evidence import audit
from gateway.store.wanted import ALL_AUDIT, AuditWanted

PIECE = 1000
_encode = msgspec.json.Encoder(order="sorted").encode
_payload = msgspec.json.Decoder(dict[str, Any]).decode


def append(db: Connection, deed: Deed) -> None:
    """One row more, behind the newest: there is one writer at a time, so two never come behind the same."""
    last = db.execute(select(audit.c.id, audit.c.hash).order_by(audit.c.id.desc()).limit(1)).one_or_none()
    number, before = (last.id + 1, last.hash) if last else (1, "")
    row = AuditRow(id=number, **asdict(deed), hash="")
    db.execute(audit.insert(), asdict(replace(row, hash=sealed(row, before))))


def asked(db: Connection, row: InputRow, done: InputDone, at_ms: int) -> None:
    """What became of an input, in the transaction of its effect."""
    try:
        said = _payload(row.payload)
    except msgspec.DecodeError:
        said = {"payload": row.payload[:400].decode("utf-8", "backslashreplace")}
    role, place = str(said.pop("role", None) or ""), str(said.pop("place", None) or "")
    subject = str(said.pop("fault", None) or said.pop("target", None) or "")
    action = str(said.pop("move", None) or row.kind)
    if done.status == "refused":
        action = f"refused {action}"
    said |= {"input": row.id, "version": row.expected_version, "reason": done.reason}
    detail = {key: value for key, value in said.items() if value not in (None, False)}
    append(db, Deed(at_ms, row.by, role, action, subject, place, _encode(detail).decode()))


def sealed(row: AuditRow, before: str) -> str:
    """The hash of ``row`` behind the hash ``before``."""
    return hashlib.sha256(_encode([before, *astuple(row)[:-1]])).hexdigest()


def read(db: Connection, after: int, limit: int, wanted: AuditWanted = ALL_AUDIT) -> list[AuditRow]:
    """Rows numbered above ``after``, oldest first."""
    query = select(*audit.columns).where(audit.c.id > after, wanted.condition()).order_by(audit.c.id).limit(limit)
    return [AuditRow(*row) for row in db.execute(query)]


def newest(db: Connection, before: int | None, limit: int, wanted: AuditWanted) -> list[AuditRow]:
    """Rows numbered below ``before``, newest first."""
    query = select(*audit.columns).where(wanted.condition()).order_by(audit.c.id.desc()).limit(limit)
    return [AuditRow(*row) for row in db.execute(query if before is None else query.where(audit.c.id < before))]


def count(db: Connection, wanted: AuditWanted) -> int:
    """How many rows are wanted."""
    return int(db.execute(select(func.count()).select_from(audit).where(wanted.condition())).scalar() or 0)


def known(db: Connection) -> tuple[list[str], list[str]]:
    """Who did anything, and every kind of deed, each in order."""
    who, action = (select(column).distinct().order_by(column) for column in (audit.c.who, audit.c.action))
    return list(db.execute(who).scalars()), list(db.execute(action).scalars())


def since(db: Connection, after: int, wanted: AuditWanted) -> tuple[list[AuditRow], int]:
    """Every wanted row numbered above ``after``, and the number of the newest row of all, at least ``after``."""
    newest = db.execute(select(func.max(audit.c.id))).scalar() or after
    query = select(*audit.columns).where(audit.c.id > after, wanted.condition()).order_by(audit.c.id)
    return [AuditRow(*row) for row in db.execute(query)], max(after, int(newest))


def first_bad(db: Connection) -> int | None:
    """The number of the first row that is not as it was written, or that others are missing before."""
    return walked(db)[2]


def walked(db: Connection) -> tuple[int, str, int | None]:
    """How many rows fit, the hash of the last of them, and the number of the first that does not."""
    before, rows = "", 0
    for row in _all(db):
        if row.id != rows + 1 or row.hash != sealed(row, before):
            return rows, before, row.id
        before, rows = row.hash, row.id
    return rows, before, None


def _all(db: Connection) -> Iterator[AuditRow]:
    after = -1
    while rows := read(db, after, PIECE):
        after = rows[-1].id
        yield from rows
