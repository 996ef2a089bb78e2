"""The users page: who may sign in, as what, and what they see; for administrators."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Path, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from dashboard_api.auth import accounts
from dashboard_api.auth.accounts import LINK_HOURS, Given, Wrong
from dashboard_api.auth.people import Person, check_csrf, member
from dashboard_api.desk import Desk, DeskDep
from dashboard_api.web import access_sought, access_view, render
from dashboard_api.web.access_sought import ANY, Sought, SoughtQuery
from dashboard_api.web.access_view import SessionNumber
from dashboard_api.web.pages import HTML, remember
from dashboard_api.web.render import taste
from dashboard_api.web.texts import say
from gateway.store import Account

router = APIRouter(prefix="/users", include_in_schema=False)
Admin = Annotated[Person, Depends(member("users"))]
Number = Annotated[int, Path(ge=1, le=2**53)]
Csrf = Annotated[str, Form()]


class UserForm(BaseModel):
    """An account as it is typed."""

    name: str = ""
    display: str = ""
    role: str = ""
    areas: list[str] = []
    person: str = ""
    csrf: str = ""

    def given(self) -> Given:
        """The same for the judgement."""
        return Given(self.name, self.display, self.role, tuple(self.areas), self.person)


@router.get("")
def look(request: Request, desk: DeskDep, person: Admin, sought: SoughtQuery) -> Response:
    """All accounts, or those that are looked for, and the form for one more."""
    accounts.saw(desk, person, "accounts")
    return _list(request, desk, person, UserForm(role="maintenance"), {}, sought)


@router.post("")
def make(request: Request, desk: DeskDep, person: Admin, sent: Annotated[UserForm, Form()]) -> Response:
    """A new account; its link is shown once."""
    check_csrf(person, sent.csrf)
    try:
        account, token = accounts.make(desk, person, sent.given())
    except Wrong as wrong:
        return _list(request, desk, person, sent, wrong.fields)
    return _link(request, desk, person, account, token)


@router.get("/{user}")
def one(request: Request, desk: DeskDep, person: Admin, user: Number) -> Response:
    """One account: what it may, and where it is signed in."""
    account = accounts.one(desk, person, user)
    accounts.saw(desk, person, "account", account.name)
    return _one(request, desk, person, account, _form(account), {})


@router.post("/{user}")
def change(request: Request, desk: DeskDep, person: Admin, user: Number, sent: Annotated[UserForm, Form()]) -> Response:
    """Another role, area, name to show."""
    check_csrf(person, sent.csrf)
    account = accounts.one(desk, person, user)
    try:
        accounts.change(desk, person, account, sent.given())
    except Wrong as wrong:
        return _one(request, desk, person, account, sent, wrong.fields)
    return RedirectResponse(f"/users/{user}?done=true", 303)


@router.post("/{user}/link")
def link(request: Request, desk: DeskDep, person: Admin, user: Number, csrf: Csrf = "") -> Response:
    """A new one-time link, by which a new password is set."""
    check_csrf(person, csrf)
    account = accounts.one(desk, person, user)
    return _link(request, desk, person, account, accounts.link(desk, person, account))


@router.post("/{user}/end")
def end(desk: DeskDep, person: Admin, user: Number, csrf: Csrf = "") -> Response:
    """End an account for good."""
    check_csrf(person, csrf)
    accounts.end(desk, person, accounts.one(desk, person, user))
    return RedirectResponse("/users", 303)


@router.post("/{user}/sessions/{session}/end")
def end_session(desk: DeskDep, person: Admin, user: Number, session: SessionNumber, csrf: Csrf = "") -> Response:
    """Sign a browser out."""
    check_csrf(person, csrf)
    accounts.end_session(desk, person, accounts.one(desk, person, user), session)
    return RedirectResponse(f"/users/{user}", 303)


def _form(account: Account) -> UserForm:
    return UserForm(
        name=account.name,
        display=account.display,
        role=account.role,
        areas=list(account.areas),
        person=account.person or "",
    )


def _choices(request: Request, desk: Desk, sent: UserForm, wrong: dict[str, str]) -> dict[str, object]:
    lang = taste(request).lang
    return {
        "sent": sent,
        "wrong": {name: say(lang, f"mistake.{word}") for name, word in wrong.items()},
        "roles": access_view.roles(lang),
        "places": access_view.places(desk, lang),
        "people": access_view.people(desk),
    }


def _list(
    request: Request,
    desk: Desk,
    person: Person,
    sent: UserForm,
    wrong: dict[str, str],
    sought: Sought = ANY,
) -> Response:
    lang, every, seen = taste(request).lang, desk.store.accounts(), desk.store.last_seen()
    now = [access_view.card(desk, lang, one, seen.get(one.id)) for one in every if one.ended_ms is None]
    past = [access_view.card(desk, lang, one) for one in every if one.ended_ms is not None]
    values: dict[str, Any] = {
        "users": access_sought.users(now, sought),
        "count": len(now),
        "ended": access_sought.users(past, sought),
        "sought": sought,
        "orders": access_sought.USER_ORDERS,
        **_choices(request, desk, sent, wrong),
    }
    return answer(request, desk, person, "access/users.html", 422 if wrong else 200, **values)


def _one(
    request: Request, desk: Desk, person: Person, account: Account, sent: UserForm, wrong: dict[str, str]
) -> Response:
    lang = taste(request).lang
    values: dict[str, Any] = {
        "user": access_view.card(desk, lang, account),
        "sessions": access_view.sessions(desk, lang, account.id, person.session),
        "done": request.query_params.get("done") == "true",
        **_choices(request, desk, sent, wrong),
    }
    return answer(request, desk, person, "access/user.html", 422 if wrong else 200, **values)


def _link(request: Request, desk: Desk, person: Person, account: Account, token: str) -> Response:
    lang, address = taste(request).lang, f"{desk.settings.address}/sign-in/{token}"
    values: dict[str, Any] = {
        "user": access_view.card(desk, lang, account),
        "address": address,
        "qr": access_view.qr(address),
    }
    return answer(request, desk, person, "access/new_link.html", hours=LINK_HOURS, **values)


def answer(
    request: Request, desk: Desk, person: Person, template: str, status: int = 200, **values: object
) -> Response:
    """A page for administrators, which no browser keeps."""
    liking = taste(request)
    body = render.small(desk, liking, template, person, **values)
    made = Response(body, status, media_type=HTML, headers={"Cache-Control": "no-store"})
    remember(request, made, desk, liking)
    return made
