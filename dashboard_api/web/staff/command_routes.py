"""The buttons that have a node do something."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Form, Path
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from contracts.commands import CommandName
from contracts.topics import ID_PATTERN
from dashboard_api import commands
from dashboard_api.auth.people import check_csrf
from dashboard_api.command_models import USUAL_S
from dashboard_api.desk import DeskDep
from dashboard_api.problems import Problem
from dashboard_api.web.staff.shell import SignedIn

router = APIRouter(include_in_schema=False)


class CommandForm(BaseModel):
    """``fault``: the fault on whose page the button stood, "" for the device's own."""

    fault: str = Field(default="", pattern=r"^(F-[0-9]{4}-[0-9]{4,9})?$")
    csrf: str = ""


@router.post("/staff/devices/{device_id}/commands/{name}")
async def command(
    desk: DeskDep,
    person: SignedIn,
    device_id: Annotated[str, Path(pattern=ID_PATTERN)],
    name: Annotated[CommandName, Path()],
    sent: Annotated[CommandForm, Form()],
) -> RedirectResponse:
    """Ask for it; 303 to the page that shows what becomes of it. Pressed twice it is asked once."""
    if not person.may("command"):
        raise Problem(403, f"role '{person.role}' may not do this", reason="role")
    check_csrf(person, sent.csrf)
    try:
        await asyncio.to_thread(commands.give, desk, person, device_id, name, USUAL_S)
    except Problem as problem:
        if problem.reason != "under_way":
            raise
    where = f"/staff/faults/{sent.fault}" if sent.fault else f"/staff/devices/{device_id}"
    return RedirectResponse(f"{where}#commands", 303)
