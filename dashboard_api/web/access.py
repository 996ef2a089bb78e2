"""Signing in by name and password or by a one-time link, and signing out. All of it works without any script."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from dashboard_api.auth import accounts, cookies, names, sign_in, tokens
from dashboard_api.auth.accounts import Wrong
from dashboard_api.auth.people import Visitor, check_csrf
from dashboard_api.desk import Desk, DeskDep
from dashboard_api.problems import Problem
from dashboard_api.web import access_again, access_next, render
from dashboard_api.web.access_again import Entry
from dashboard_api.web.pages import HTML, PRIVATE, remember
from dashboard_api.web.render import taste
from dashboard_api.web.texts import say
from gateway.store import Invite

router = APIRouter(include_in_schema=False)
Token = Annotated[str, Path(max_length=200)]
NO_STORE = {"Cache-Control": "no-store"}


class SignInForm(BaseModel):
    """Name and password; ``kept``: a form that waits for its sender."""

    name: str = ""
    password: str = ""
    next: str = ""
    kept: str = ""
    csrf: str = ""


class LinkForm(BaseModel):
    """What a one-time link's page sends; a name only where a new account is made."""

    name: str = ""
    password: str = ""
    repeat: str = ""


@router.get("/sign-in")
def ask(request: Request, desk: DeskDep, person: Visitor, next: str = "") -> Response:  # noqa: A002  # the query's word
    """The form; whoever is signed in already goes on."""
    goes_on = access_next.own(next)
    if person is not None and person.csrf is not None:
        return RedirectResponse(access_next.of_role(goes_on, person.role), 303, headers=NO_STORE)
    return access_again.form(request, desk, Entry(goes_on))


@router.post("/sign-in")
async def enter(request: Request, desk: DeskDep, sent: Annotated[SignInForm, Form()]) -> Response:
    """Sign this browser in; whatever is wrong is said in the form, where all but the password is still there."""
    goes_on = access_next.own(sent.next)
    try:
        if not cookies.bound(request, desk, sent.csrf):
            raise Problem(403, "", reason="stale")
        session, account, expires_ms = await sign_in.by_password(desk, request, sent.name, sent.password)
    except Problem as problem:
        wrong = _said(request, problem)
        entry = Entry(goes_on, sent.name[: 2 * names.LONGEST], wrong, sent.kept)
        answer = await asyncio.to_thread(access_again.form, request, desk, entry, problem.status)
        answer.headers.update(problem.headers)
        return answer
    kept, goes_on = access_again.unpacked(sent.kept), access_next.of_role(goes_on, account.role)
    answer = RedirectResponse(goes_on, 303, headers=NO_STORE)
    if kept is not None:
        liking, csrf = taste(request), tokens.csrf_of(session)
        shown = access_again.in_words(desk, liking.lang, kept)
        values: dict[str, Any] = {"kept": kept, "shown": shown, "csrf": csrf, "next": goes_on}
        body = await asyncio.to_thread(render.small, desk, liking, "access/kept.html", **values)
        answer = Response(body, media_type=HTML, headers=NO_STORE)
    cookies.give(answer, desk, session, expires_ms)
    return answer


def _said(request: Request, problem: Problem) -> str:
    minutes = -(-int(problem.headers.get("Retry-After", "60")) // 60)
    return say(taste(request).lang, f"access.{problem.reason}", minutes=minutes)


@router.post("/sign-out")
def leave(desk: DeskDep, person: Visitor, csrf: Annotated[str, Form()] = "") -> Response:
    """End the session of this browser."""
    if person is not None:
        check_csrf(person, csrf)
        sign_in.leave(desk, person)
    # Nothing of theirs stays on this machine: no kept page, no draft.
    answer = RedirectResponse("/", 303, headers={"Clear-Site-Data": '"storage"'})
    cookies.take(answer, desk)
    return answer


@router.get("/sign-in/{token}")
def link(request: Request, desk: DeskDep, token: Token) -> Response:
    """What a link would do, and the button that does it. Looking changes nothing: messengers look at links too."""
    return _link(request, desk, token, sign_in.look(desk, request, token), LinkForm(), {})


@router.post("/sign-in/{token}")
async def use_link(request: Request, desk: DeskDep, token: Token, sent: Annotated[LinkForm, Form()]) -> Response:
    """Use a link up: this browser is signed in, by a password from now on where one was given.

    The link itself is the secret that another site would have to know; a browser that says that another site sent the
    form is believed all the same.
    """
    if request.headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        raise Problem(403, "sent by another site", reason="csrf")
    invited = await asyncio.to_thread(sign_in.look, desk, request, token)
    try:
        name, hashed = await _chosen(desk, invited, sent)
        made = await asyncio.to_thread(sign_in.redeem, desk, request, token, "cookie", name, hashed)
    except Wrong as wrong:
        return await asyncio.to_thread(_link, request, desk, token, invited, sent, wrong.fields)
    except Problem as problem:
        if problem.reason != "name_taken":
            raise
        return await asyncio.to_thread(_link, request, desk, token, invited, sent, {"name": "name_taken"})
    session, account, expires_ms = made
    answer = RedirectResponse(access_next.of_role(access_next.LANDING, account.role), 303, headers=NO_STORE)
    cookies.give(answer, desk, session, expires_ms)
    return answer


async def _chosen(desk: Desk, invited: Invite, sent: LinkForm) -> tuple[str | None, str | None]:
    """A new account's name, and the hash of a password; a plain invitation needs neither. Raises :class:`Wrong`."""
    if invited.kind == "invite" and invited.account is None and not (sent.name or sent.password or sent.repeat):
        return None, None
    name = invited.account.name if invited.account is not None else names.folded(sent.name)
    bad = names.wrong(name) if invited.account is None else None
    try:
        accounts.check_password(sent.password, sent.repeat, name)
    except Wrong as wrong:
        raise Wrong(wrong.fields | ({} if bad is None else {"name": bad})) from wrong
    if bad is not None:
        raise Wrong({"name": bad})
    return None if invited.account is not None else name, await desk.passwords.hash(sent.password)


def _link(request: Request, desk: Desk, token: str, invited: Invite, sent: LinkForm, wrong: dict[str, str]) -> Response:
    liking = taste(request)
    hours = (invited.expires_ms - desk.clock()) // sign_in.HOUR_MS
    role = say(liking.lang, f"role.{invited.role}")
    said = {name: say(liking.lang, f"mistake.{word}") for name, word in wrong.items()}
    values: dict[str, Any] = {
        "role": role,
        "hours": hours,
        "token": token,
        "invited": invited,
        "typed": sent.name,
        "wrong": said,
    }
    body = render.small(desk, liking, "access/link.html", **values)
    answer = Response(body, 422 if wrong else 200, media_type=HTML, headers={"Cache-Control": PRIVATE})
    remember(request, answer, desk, liking)
    return answer
