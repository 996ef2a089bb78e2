"""Everybody's own page: the password, and where they are signed in."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from dashboard_api.auth import accounts, sign_in
from dashboard_api.auth.accounts import Wrong
from dashboard_api.auth.people import Person, check_csrf, member
from dashboard_api.desk import Desk, DeskDep
from dashboard_api.problems import Problem
from dashboard_api.web import access_view, render
from dashboard_api.web.access_view import SessionNumber
from dashboard_api.web.pages import HTML, PRIVATE, remember
from dashboard_api.web.render import taste
from dashboard_api.web.texts import say

router = APIRouter(include_in_schema=False)
Own = Annotated[Person, Depends(member("look"))]


class PasswordForm(BaseModel):
    """A new password, typed twice, and the present one."""

    present: str = ""
    password: str = ""
    repeat: str = ""
    csrf: str = ""


@router.get("/account")
def look(request: Request, desk: DeskDep, person: Own, done: bool = False) -> Response:
    """The page."""
    return _page(request, desk, person, {}, done=done)


@router.post("/account/password")
async def set_password(request: Request, desk: DeskDep, person: Own, sent: Annotated[PasswordForm, Form()]) -> Response:
    """Change the password; every session ends but this one, which begins anew."""
    check_csrf(person, sent.csrf)
    try:
        sign_in.again(desk, request, person.name)
        await accounts.set_password(desk, person, sent.present, sent.password, sent.repeat)
    except Wrong as wrong:
        return await asyncio.to_thread(_page, request, desk, person, wrong.fields)
    except Problem as problem:
        word = {"wrong": "present", "tries": "tries"}.get(problem.reason or "")
        if word is None:
            raise
        return await asyncio.to_thread(_page, request, desk, person, {"present": word})
    answer = RedirectResponse("/account?done=true", 303)
    await asyncio.to_thread(sign_in.renew, desk, request, accounts.mine(desk, person), answer)
    return answer


@router.post("/account/sessions/{session}/end")
def end_session(desk: DeskDep, person: Own, session: SessionNumber, csrf: Annotated[str, Form()] = "") -> Response:
    """Sign another browser of one's own out."""
    check_csrf(person, csrf)
    accounts.end_session(desk, person, accounts.mine(desk, person), session)
    return RedirectResponse("/account", 303)


def _page(request: Request, desk: Desk, person: Person, wrong: dict[str, str], *, done: bool = False) -> Response:
    liking, account = taste(request), accounts.mine(desk, person)
    body = render.small(
        desk,
        liking,
        "access/account.html",
        person,
        account=access_view.card(desk, liking.lang, account),
        sessions=access_view.sessions(desk, liking.lang, account.id, person.session),
        wrong={name: say(liking.lang, f"mistake.{word}") for name, word in wrong.items()},
        done=done,
    )
    answer = Response(body, 422 if wrong else 200, media_type=HTML, headers={"Cache-Control": PRIVATE})
    remember(request, answer, desk, liking)
    return answer
