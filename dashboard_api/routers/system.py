"""The system's own health, for whoever looks after it."""

from fastapi import APIRouter, Depends

from dashboard_api.auth.people import SECURITY, allowed
from dashboard_api.desk import DeskDep
from dashboard_api.problems import responses
from dashboard_api.system import look
from dashboard_api.system.check import Check
from dashboard_api.system.nodes import NodeHealth
from dashboard_api.system_models import (
    LostRecords,
    NodeTraffic,
    RefusedInput,
    SystemCheck,
    SystemHealth,
    SystemNode,
)
from dashboard_api.times import iso, iso_or_none

router = APIRouter(tags=["operation"], dependencies=SECURITY)


@router.get(
    "/system",
    summary="How the system itself does",
    dependencies=[Depends(allowed("system"))],
    responses=responses(401, 403),
)
def system_health(desk: DeskDep) -> SystemHealth:
    """The gateway's machine, what waits, what was lost or refused, backups, months, letters, and each node: figures
    with their age and the limits that they are held against.
    """
    found = look.look(desk)
    return SystemHealth(
        time=iso(found.now_ms),
        level=found.level,
        checks={name: [_check(one) for one in group] for name, group in found.groups.items()},
        nodes=[_node(one) for one in found.nodes],
        lost=[
            LostRecords(node=one.node, stream=one.stream, first=one.first, last=one.last, found=iso(one.found_ms))
            for one in found.lost
        ],
        refused=[
            RefusedInput(reason=one.reason, node=one.node, count=one.count, last=iso(one.last_ms))
            for one in found.counters
        ],
    )


def _check(one: Check) -> SystemCheck:
    return SystemCheck(
        key=one.key,
        subject=one.subject,
        level=one.level,
        value=one.value,
        unit=one.unit,
        limit=one.limit,
        at=iso_or_none(one.at_ms),
        note=one.note,
        facts=dict(one.facts),
        fault=one.fault or None,
    )


def _node(one: NodeHealth) -> SystemNode:
    traffic = NodeTraffic(
        today=one.today,
        yesterday=one.yesterday,
        month=round(one.data.value or 0),
        last_month=one.last_month,
        pace=one.pace,
        budget=round(one.data.limit or 0),
        counted_since=iso(one.counted_ms) if one.counted_ms else None,
    )
    checks = [_check(check) for check in one.checks]
    return SystemNode(node=one.node, junction=one.junction, level=one.level, checks=checks, traffic=traffic)
