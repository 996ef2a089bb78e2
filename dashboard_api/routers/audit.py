"""The audit log, for administrators."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from dashboard_api.auth.people import SECURITY, allowed
from dashboard_api.desk import DeskDep
from dashboard_api.order_models import Audit, AuditEntry
from dashboard_api.paging import NumberedDep
from dashboard_api.problems import responses
from dashboard_api.sought import Between, Words
from dashboard_api.times import iso
from gateway.store import AuditWanted

router = APIRouter(tags=["audit"], dependencies=SECURITY)


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
