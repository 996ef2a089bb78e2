"""The page of programs' tokens, for administrators."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from dashboard_api.auth import accounts
from dashboard_api.auth.accounts import GivenToken, Wrong
from dashboard_api.auth.people import Person, check_csrf
from dashboard_api.desk import Desk, DeskDep
from dashboard_api.web import access_sought, access_view
from dashboard_api.web.access_sought import ANY, Sought, SoughtQuery
from dashboard_api.web.access_users import Admin, Csrf, answer
from dashboard_api.web.access_view import SessionNumber
from dashboard_api.web.render import taste
from dashboard_api.web.texts import say

router = APIRouter(prefix="/tokens", include_in_schema=False)
NEVER = -1


class TokenForm(BaseModel):
    """A token as it is typed; ``days`` "" = it never ends."""

    name: str = ""
    role: str = "maintenance"
    scope: str = "read"
    areas: list[str] = []
    days: str = "365"
    csrf: str = ""

    def given(self) -> GivenToken:
        """The same for the judgement."""
        typed = self.days.strip()
        days = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else None if not typed else NEVER
        return GivenToken(self.name, self.role, self.scope, tuple(self.areas), days)


@router.get("")
def look(request: Request, desk: DeskDep, person: Admin, sought: SoughtQuery) -> Response:
    """All tokens, or those that are looked for, and the form for one more."""
    return _list(request, desk, person, TokenForm(areas=["*"]), {}, sought)


@router.post("")
def make(request: Request, desk: DeskDep, person: Admin, sent: Annotated[TokenForm, Form()]) -> Response:
    """A new token; it is shown once."""
    check_csrf(person, sent.csrf)
    try:
        token = accounts.make_token(desk, person, sent.given())
    except Wrong as wrong:
        return _list(request, desk, person, sent, wrong.fields)
    return answer(
        request, desk, person, "access/new_token.html", token=token, name=sent.name, address=_address(desk, sent, token)
    )


def _address(desk: Desk, sent: TokenForm, token: str) -> str:
    """Where a wall's screen is opened with it; "" for any other token."""
    return f"{desk.settings.address}/wall?key={token}" if sent.scope == "wall" else ""


@router.post("/{token}/revoke")
def revoke(desk: DeskDep, person: Admin, token: SessionNumber, csrf: Csrf = "") -> Response:
    """End a token at once."""
    check_csrf(person, csrf)
    accounts.revoke(desk, person, token)
    return RedirectResponse("/tokens", 303)


def _list(
    request: Request,
    desk: Desk,
    person: Person,
    sent: TokenForm,
    wrong: dict[str, str],
    sought: Sought = ANY,
) -> Response:
    lang = taste(request).lang
    every = access_view.tokens(desk, lang)
    values: dict[str, Any] = {
        "tokens": access_sought.tokens(every, sought),
        "count": len(every),
        "sought": sought,
        "orders": access_sought.TOKEN_ORDERS,
        "sent": sent,
        "wrong": {name: say(lang, f"mistake.{word}") for name, word in wrong.items()},
        "roles": access_view.roles(lang),
        "places": access_view.places(desk, lang),
    }
    return answer(request, desk, person, "access/tokens.html", 422 if wrong else 200, **values)
