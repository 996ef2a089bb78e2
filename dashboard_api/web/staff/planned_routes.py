"""Planned maintenance and time out of service, as pages and forms."""

import asyncio
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from dashboard_api import windows
from dashboard_api.auth.people import Person, check_csrf
from dashboard_api.desk import Desk, DeskDep
from dashboard_api.problems import Problem
from dashboard_api.web.render import taste
from dashboard_api.web.staff import planned, sending
from dashboard_api.web.staff.planned import Draft, Kind
from dashboard_api.web.staff.shell import SignedIn, Worker, answer, is_part
from dashboard_api.web.texts import say, strings

router = APIRouter(include_in_schema=False)
LIST, NEW = "/staff/maintenance", "/staff/maintenance/new"
Word = Annotated[str, Query(max_length=40)]


class PlanForm(BaseModel):
    """What the form carries; times as they were typed."""

    kind: Kind
    target: str = Field(default="", max_length=100)
    from_: str = Field(default="", alias="from", max_length=40)
    to: str = Field(default="", max_length=40)
    csrf: str = ""


class EndForm(BaseModel):
    """Which window is to end."""

    kind: Kind
    target: str = Field(max_length=100)
    from_ms: int = Field(ge=0, le=2**53)
    csrf: str = ""


@router.get(LIST)
def maintenance(request: Request, desk: DeskDep, person: Worker, done: Word = "") -> Response:
    """What is planned, and what is out of service."""
    lang = taste(request).lang
    found = {kind: planned.in_order(items) for kind, items in planned.listed(desk, lang, person).items()}
    key = f"plan.done_{done}"
    told = say(lang, key) if done and key in strings(lang) else ""
    template = "plan_body.html" if is_part(request) else "plan.html"
    return answer(request, desk, person, template, found=found, told=told, done=done, plans=person.may("plan"))


@router.get(NEW)
def new(request: Request, desk: DeskDep, person: Worker, kind: Kind = "planned", target: Word = "") -> Response:
    """An empty form."""
    _may(person)
    return _form(request, desk, person, Draft(kind, target, sending.local(desk.clock()) if kind == "planned" else ""))


@router.post(NEW)
async def plan(request: Request, desk: DeskDep, person: SignedIn, sent: Annotated[PlanForm, Form()]) -> Response:
    """303 to the list that shows it; else the form again with every mistake beside its field."""
    draft = Draft(sent.kind, sent.target, sent.from_, sent.to)
    _may(person)
    lang = taste(request).lang
    wish = await asyncio.to_thread(planned.checked, desk, lang, person, draft)
    if isinstance(wish, Draft):
        return _form(request, desk, person, wish, 422)
    try:
        check_csrf(person, sent.csrf)
        _, applied = await windows.lay(desk, person, sent.kind, wish)
    except Problem as problem:
        key = "conflict.csrf" if problem.reason == "csrf" else "plan.refused"
        told = say(lang, key, detail=problem.detail)
        return _form(request, desk, person, replace(draft, told=told), problem.status)
    return RedirectResponse(f"{LIST}?done={sent.kind if applied else 'pending'}", 303)


@router.post("/staff/maintenance/end")
async def end(desk: DeskDep, person: SignedIn, sent: Annotated[EndForm, Form()]) -> Response:
    """Cancel maintenance, or put something into service again; 303 to the list."""
    _may(person)
    check_csrf(person, sent.csrf)
    try:
        if sent.kind == "planned":
            _, applied = await windows.cancel(desk, person, sent.target, sent.from_ms)
        else:
            _, applied = await windows.back(desk, person, sent.target, max(sent.from_ms, desk.clock()))
    except Problem as problem:
        if problem.status not in {404, 409}:
            raise
        return RedirectResponse(f"{LIST}?done=over", 303)
    return RedirectResponse(f"{LIST}?done={'ended' if applied else 'pending'}", 303)


def _may(person: Person) -> None:
    if not person.may("plan"):
        raise Problem(403, f"role '{person.role}' may not do this", reason="role")


def _form(request: Request, desk: Desk, person: Person, draft: Draft, status: int = 200) -> Response:
    groups = planned.targets(desk, taste(request).lang, person, draft.kind)
    return answer(request, desk, person, "plan_form.html", status, draft=draft, groups=groups)
