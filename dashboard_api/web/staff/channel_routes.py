"""The channels' page, and sending a trial by one."""

from typing import Annotated

from fastapi import APIRouter, Form, Path, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from dashboard_api.auth.people import check_csrf
from dashboard_api.desk import DeskDep
from dashboard_api.problems import Problem
from dashboard_api.roster_models import TryChannel
from dashboard_api.routers.channels import try_channel
from dashboard_api.web.render import taste
from dashboard_api.web.staff import ways
from dashboard_api.web.staff.shell import SignedIn, Worker, answer, is_part

router = APIRouter(include_in_schema=False)
LIST = "/staff/channels"


class TrialForm(BaseModel):
    """To whom: a person's or a room's id; "" where the channel is a room itself."""

    to: str = Field(default="", max_length=100)
    csrf: str = ""


@router.get(LIST)
def channels(
    request: Request, desk: DeskDep, person: Worker, tried: Annotated[str, Query(max_length=40)] = ""
) -> Response:
    """Whether people can be told."""
    template = "channels_body.html" if is_part(request) else "channels.html"
    found = ways.read(desk, taste(request).lang, person)
    return answer(request, desk, person, template, ways=found, tried=tried, wrong="")


@router.post("/staff/channels/{name}/test")
async def test(
    request: Request,
    desk: DeskDep,
    person: SignedIn,
    name: Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{0,30}$")],
    sent: Annotated[TrialForm, Form()],
) -> Response:
    """Send one; 303 to the page that shows what the channel said, else the page with why none was sent."""
    if not person.may("test"):
        raise Problem(403, f"role '{person.role}' may not do this", reason="role")
    check_csrf(person, sent.csrf)
    lang = taste(request).lang
    try:
        await try_channel(desk, person, name, Response(), TryChannel(to=sent.to, lang=lang))
    except Problem as problem:
        wrong = ways.refused(lang, problem.reason, problem.detail)
        found = ways.read(desk, lang, person)
        return answer(request, desk, person, "channels.html", problem.status, ways=found, tried=name, wrong=wrong)
    return RedirectResponse(f"{LIST}?tried={name}", 303)
