"""What the page's forms send. With htmx the answer is the faults' section; without any script it is the page again."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel

from dashboard_api.acknowledge import Wish, acknowledge
from dashboard_api.auth.people import Person, Visitor, check_csrf
from dashboard_api.desk import Desk, DeskDep
from dashboard_api.problems import Problem
from dashboard_api.web import render
from dashboard_api.web.pages import HTML, PRIVATE, Number
from dashboard_api.web.render import Draft, taste
from dashboard_api.web.texts import Lang, say, strings

router = APIRouter(include_in_schema=False)
COMMENT_MAX = 500


class TakeForm(BaseModel):
    """The form on a fault's card."""

    csrf: str = ""
    version: int | None = None
    comment: str = ""
    measured_dead: bool = False


@router.post("/faults/{number}/acknowledge")
async def take_fault(
    request: Request, desk: DeskDep, person: Visitor, number: Number, sent: Annotated[TakeForm, Form()]
) -> Response:
    """Take a fault on; whatever is wrong is said on its card, with what was typed still there."""
    lang = taste(request).lang
    try:
        status, draft = await _take(desk, person, lang, number, sent)
    except Problem as problem:
        status, draft = problem.status, Draft(number, _said(lang, problem), False, sent.comment, sent.measured_dead)
    return await asyncio.to_thread(_answer, request, desk, person, status, draft)


async def _take(desk: Desk, person: Person | None, lang: Lang, number: str, sent: TakeForm) -> tuple[int, Draft]:
    if person is None:
        raise Problem(401, "", reason="need_sign_in")
    check_csrf(person, sent.csrf)
    if not person.may("acknowledge"):
        raise Problem(403, "", reason="role")
    if len(sent.comment) > COMMENT_MAX:
        raise Problem(422, "", reason="limit")
    wish = Wish(sent.version, sent.comment.strip() or None, sent.measured_dead)
    row, applied = await acknowledge(desk, person, number, wish)
    outcome = "pending" if not applied else "released" if row.closed_ms is not None else "done"
    return (200 if applied else 202), Draft(number, say(lang, f"take.{outcome}", fault=number), True)


def _said(lang: Lang, problem: Problem) -> str:
    if problem.reason == "need_sign_in":
        return say(lang, "take.need_sign_in")
    if problem.status == 404:
        return say(lang, "problem.missing")
    key = f"problem.{problem.reason}"
    return say(lang, key, detail=problem.detail) if key in strings(lang) else problem.detail


def _answer(request: Request, desk: Desk, person: Person | None, status: int, draft: Draft) -> Response:
    liking, headers = taste(request), {"Cache-Control": PRIVATE}
    if request.headers.get("HX-Request") == "true":
        body = render.part(desk, "faults", liking, person, draft)
        return Response(body, status, media_type=HTML, headers=headers)
    return Response(render.page(desk, liking, person, draft), status, media_type=HTML, headers=headers)
