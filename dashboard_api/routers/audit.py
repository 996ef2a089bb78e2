"""The audit log, for administrators."""

import csv
import io
from collections.abc import Iterator
from typing import Annotated

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
AS_CSV: Responses = {200: {"description": "oldest first", "content": {"text/csv": {"schema": {"type": "string"}}}}}


def wanted(
    span: Between,
    who: Words = None,
    action: Words = None,
    subject: Annotated[Words, Query(description="a fault's number, a device …")] = None,
) -> AuditWanted:
    """Several values of one filter: any of them; several filters: all of them."""
    return AuditWanted(tuple(who or ()), tuple(action or ()), tuple(subject or ()), span)


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
    summary="The whole audit log for a spreadsheet",
    response_class=StreamingResponse,
    responses=AS_CSV | responses(401, 403),
)
def export_audit(desk: DeskDep, person: Annotated[Person, Depends(allowed("audit"))]) -> StreamingResponse:
    """UTF-8 with a byte order mark. Who took it is written into the log, as its last line here."""
    desk.store.note(Deed(desk.clock(), person.name, person.role, "audit log exported", ""))
    headers = {"Content-Disposition": 'attachment; filename="audit.csv"', "Cache-Control": "no-store"}
    return StreamingResponse(_lines(desk), media_type="text/csv; charset=utf-8", headers=headers)


def _lines(desk: Desk) -> Iterator[str]:
    yield "\ufeff" + _line(COLUMNS)
    after = 0
    while rows := desk.store.audit(after, PIECE):
        yield "".join(_line(_cells(row)) for row in rows)
        after = rows[-1].id


def _cells(row: AuditRow) -> tuple[str, ...]:
    told = (row.who, row.role, row.action, row.subject, row.place, row.detail)
    return (str(row.id), iso(row.at_ms), *(f"'{one}" if one.startswith(FORMULA) else one for one in told), row.hash)


def _line(cells: tuple[str, ...]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()
