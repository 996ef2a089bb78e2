"""The person behind a request: a cookie of the page, or a bearer token of a program."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, HTTPBearer

from dashboard_api.auth import tokens
from dashboard_api.auth.roles import Action, may
from dashboard_api.desk import Desk, DeskDep
from dashboard_api.problems import Problem
from gateway.store import SessionKind

COOKIE = "vsm_session"
CSRF_HEADER = "X-CSRF-Token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CHALLENGE = {"WWW-Authenticate": "Bearer"}

# They stand in the OpenAPI document; reading and checking is done below.
BEARER = HTTPBearer(auto_error=False, description="a token from POST /api/v1/sign-in")
SESSION = APIKeyCookie(
    name=COOKIE, auto_error=False, description=f"the page's session; writing also needs the header {CSRF_HEADER}"
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody signed in. ``csrf`` is what their forms must carry; programs with a bearer token need none."""

    name: str
    role: str
    expires_ms: int
    csrf: str | None

    def may(self, action: Action) -> bool:
        """Whether their role may do ``action``."""
        return may(self.role, action)


def _session(desk: Desk, token: str, kind: SessionKind) -> Person | None:
    session = desk.store.session(tokens.digest(token), desk.clock())
    if session is None or session.kind != kind:
        return None
    csrf = tokens.csrf_of(token) if kind == "cookie" else None
    return Person(session.account.name, session.account.role, session.expires_ms, csrf)


def _bearer(request: Request) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def visitor(request: Request, desk: DeskDep) -> Person | None:
    """Who asks; None = a resident. A wrong bearer token is refused: no program may take the public part for all."""
    token = _bearer(request)
    if token is not None:
        person = _session(desk, token, "bearer")
        if person is None:
            raise Problem(401, "this token is unknown or has ended", headers=CHALLENGE)
        return person
    cookie = request.cookies.get(COOKIE)
    return _session(desk, cookie, "cookie") if cookie else None


Visitor = Annotated[Person | None, Depends(visitor)]


def allowed(action: Action) -> Callable[..., Person]:
    """A dependency: the person, if they may do ``action``; writing with a cookie also takes the form token."""

    def check(request: Request, person: Visitor) -> Person:
        if person is None:
            raise Problem(401, "sign in first", headers=CHALLENGE)
        if not person.may(action):
            raise Problem(403, f"role '{person.role}' may not do this", reason="role")
        if person.csrf is not None and request.method not in SAFE:
            check_csrf(person, request.headers.get(CSRF_HEADER, ""))
        return person

    return check


def check_csrf(person: Person, given: str) -> None:
    """Refuse a request that another site made the browser send."""
    if person.csrf is not None and not tokens.same(given, person.csrf):
        raise Problem(403, "the form's token is missing or wrong; load the page again", reason="csrf")


# Named in the routes, so that the OpenAPI document shows the two ways to sign in.
SECURITY = [Security(BEARER), Security(SESSION)]
