"""Commands to nodes, for staff."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from contracts.topics import ID_PATTERN
from dashboard_api import commands
from dashboard_api.auth.people import SECURITY, Person, allowed, theirs
from dashboard_api.command_models import Command, Commands, GiveCommand
from dashboard_api.desk import DeskDep
from dashboard_api.problems import Problem, responses
from dashboard_api.times import iso, iso_or_none
from gateway.store import CommandRow

router = APIRouter(tags=["commands"], dependencies=SECURITY)
Looker = Annotated[Person, Depends(allowed("look"))]
Commander = Annotated[Person, Depends(allowed("command"))]
LARGEST = 2**53


@router.post(
    "/commands",
    summary="Have a node do something",
    status_code=202,
    responses=responses(401, 403, 409, 422),
)
async def give_command(desk: DeskDep, person: Commander, body: GiveCommand) -> Command:
    """The gateway signs it and says it again until the node answers or it is void; the node does it once. Look at its
    number for what became of it.
    """
    return _command(await asyncio.to_thread(commands.give, desk, person, body.device, body.name, body.ttl_s))


@router.get("/commands", summary="Commands, the newest first", responses=responses(401, 403, 422))
def list_commands(
    desk: DeskDep,
    person: Looker,
    device: Annotated[str | None, Query(pattern=ID_PATTERN, description="only to this device or node")] = None,
    before: Annotated[int | None, Query(ge=1, le=LARGEST, description="`next` of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Commands:
    """Those to devices of one's area."""
    mine = None if person.area is None else person.area.assets
    wanted = mine if device is None else {device} & (mine if mine is not None else {device})
    found = desk.store.commands(wanted, before, limit)
    return Commands(items=[_command(row) for row in found], next=found[-1].number if len(found) == limit else None)


@router.get("/commands/{command}", summary="One command", responses=responses(401, 403, 404, 422))
def one_command(
    desk: DeskDep, person: Looker, command: Annotated[int, Path(ge=1, le=LARGEST, examples=[1])]
) -> Command:
    """What became of it."""
    row = desk.store.command(command)
    if row is None:
        raise Problem(404, f"no command {command}")
    theirs(person, person.sees_asset(row.device))
    return _command(row)


def _command(row: CommandRow) -> Command:
    return Command(
        number=row.number,
        device=row.device,
        node=row.node,
        name=row.name,
        by=row.by,
        at=iso(row.added_ms),
        expires=iso(row.expires_ms),
        state=row.state,
        reason=row.reason,
        sent=iso_or_none(row.sent_ms),
        ended=iso_or_none(row.ended_ms),
    )
