"""The audit log, for administrators."""

import csv
import io
from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from dashboard_api.auth.people import SECURITY, Person, allowed
from dashboard_api.desk import Desk, DeskDep
from dashboard_api.order_models import Audit, AuditEntry
from dashboard_api.paging import NumberedDep
from dashboard_api.problems import Responses, responses
from dashboard_api.sought import Between, Words
from dashboard_api.times import iso
from gateway.store import AuditRow, AuditWanted, Deed

router = APIRouter(tags=["audit"], dependencies=SECURITY)
PIECE = 500
COLUMNS = ("id", "at", "who", "role", "action", "subject", "place", "detail", "hash")
# A spreadsheet takes what begins so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
Admin = Annotated[Person, Depends(allowed("audit"))]
AS_LINES: Responses = {
    200: {"description": "oldest first", "content": {"application/jsonl": {"schema": {"type": "string"}}}}
}
AS_CSV: Responses = {200: {"description": "oldest first", "content": {"text/csv": {"schema": {"type": "string"}}}}}


def wanted(
    span: Between,
    who: Words = None,
    action: Words = None,
    subject: Annotated[Words, Query(description="a fault's number, a device …")] = None,
    role: Words = None,
    result: Annotated[Literal["done", "refused"] | None, Query(description="only what was done, or was not")] = None,
) -> AuditWanted:
    """Several values of one filter: any of them; several filters: all of them."""
    refused = None if result is None else result == "refused"
    who_, actions, subjects, roles = (tuple(given or ()) for given in (who, action, subject, role))
    return AuditWanted(who_, actions, subjects, span, roles, refused)


@router.get(
    "/audit",
    summary="What people did",
    dependencies=[Depends(allowed("audit"))],
    responses=responses(401, 403, 422),
)
def list_audit(
    desk: DeskDep,
    of: Annotated[AuditWanted, Depends(wanted)],
    paging: NumberedDep,
    verify: Annotated[bool, Query(description="also look through the whole log for a row that was changed")] = False,
) -> Audit:
    """Oldest first: every move of a work order, every window, what was refused, and who looked at a photo."""
    rows = desk.store.audit(paging.after, paging.limit, of)
    return Audit(
        items=[
            AuditEntry(
                id=row.id,
                at=iso(row.at_ms),
                who=row.who,
                role=row.role,
                action=row.action,
                subject=row.subject,
                place=row.place,
                detail=row.detail,
                hash=row.hash,
            )
            for row in rows
        ],
        next=rows[-1].id if len(rows) == paging.limit else None,
        verified=verify,
        first_bad=desk.store.verify_audit() if verify else None,
    )


@router.get(
    "/audit.csv",
    summary="The audit log for a spreadsheet",
    response_class=StreamingResponse,
    responses=AS_CSV | responses(401, 403, 422),
)
def export_audit(desk: DeskDep, person: Admin, of: Annotated[AuditWanted, Depends(wanted)]) -> StreamingResponse:
    """UTF-8 with a byte order mark; all of it, or what passes the filters. Who took it is written into the log, as the
    last line of the whole of it."""
    _exported(desk, person, of, "csv")
    lines = ("".join(_line(_cells(row)) for row in rows) for rows in _pieces(desk, of))
    return _file(_after("\ufeff" + _line(COLUMNS), lines), "audit.csv", "text/csv; charset=utf-8")


@router.get(
    "/audit.jsonl",
    summary="The audit log for programs",
    response_class=StreamingResponse,
    responses=AS_LINES | responses(401, 403, 422),
)
def export_audit_lines(desk: DeskDep, person: Admin, of: Annotated[AuditWanted, Depends(wanted)]) -> StreamingResponse:
    """One JSON object a line, otherwise as the CSV. Of all rows their hashes can be computed again: each is the SHA-256
    of the one before and the row."""
    _exported(desk, person, of, "jsonl")
    lines = ("".join(_object(row) for row in rows) for rows in _pieces(desk, of))
    return _file(lines, "audit.jsonl", "application/jsonl")


def _exported(desk: Desk, person: Person, of: AuditWanted, as_: str) -> None:
    """Who took it, and which part of it."""
    said = {name: value for name, value in msgspec.to_builtins(of).items() if value not in (None, [], (), {})}
    said["span"] = {name: at for name, at in said.get("span", {}).items() if at is not None}
    detail = {"as": as_} | {name: value for name, value in said.items() if value != {}}
    deed = Deed(
        desk.clock(), person.name, person.role, "audit log exported", "", "", msgspec.json.encode(detail).decode()
    )
    desk.store.note(deed)


def _file(lines: Iterator[str], name: str, media_type: str) -> StreamingResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingResponse(lines, media_type=media_type, headers=headers)


def _after(head: str, lines: Iterator[str]) -> Iterator[str]:
    yield head
    yield from lines


def _pieces(desk: Desk, of: AuditWanted) -> Iterator[list[AuditRow]]:
    after = 0
    while rows := desk.store.audit(after, PIECE, of):
        yield rows
        after = rows[-1].id


def _object(row: AuditRow) -> str:
    said: dict[str, object] = {"id": row.id, "at": iso(row.at_ms), "at_ms": row.at_ms}
    said |= {name: getattr(row, name) for name in COLUMNS[2:]}
    return msgspec.json.encode(said).decode() + "\n"


def _cells(row: AuditRow) -> tuple[str, ...]:
    told = (row.who, row.role, row.action, row.subject, row.place, row.detail)
    return (str(row.id), iso(row.at_ms), *(f"'{one}" if one.startswith(FORMULA) else one for one in told), row.hash)


def _line(cells: tuple[str, ...]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()
