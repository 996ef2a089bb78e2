"""The person behind a request: a cookie of the page, or a bearer token of a program."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, HTTPBearer

from dashboard_api.auth import areas, cookies, tokens
from dashboard_api.auth.roles import EVERYWHERE, Action, may
from dashboard_api.desk import Desk, DeskDep
from dashboard_api.limits import WRITES
from dashboard_api.problems import Problem
from gateway.store import Area, FaultRow, Session, SessionKind

CSRF_HEADER = "X-CSRF-Token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# How exactly "last used" is known: a write for every read would be dear.
SEEN_MS = 5 * 60_000
CHALLENGE = {"WWW-Authenticate": "Bearer"}

# They stand in the OpenAPI document; reading and checking is done below.
BEARER = HTTPBearer(auto_error=False, description="a token from POST /api/v1/sign-in")
SESSION = APIKeyCookie(
    name=cookies.SESSION,
    auto_error=False,
    description=f"the page's session; `__Host-{cookies.SESSION}` over https. Writing also needs {CSRF_HEADER}",
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody signed in. ``csrf`` is what their forms must carry; programs with a bearer token need none.

    ``area``: what they see, None = the whole village. ``display``: what others call them; ``roster``: who they are in
    the roster. ``session``: the hash of what they came with; ``reads``: a token that may not write.
    """

    name: str
    role: str
    expires_ms: int
    csrf: str | None
    area: Area | None = None
    display: str = ""
    account: int = 0
    roster: str | None = None
    session: str = ""
    reads: bool = False

    def may(self, action: Action) -> bool:
        """Whether their role may do ``action``; what reaches over the whole village only who sees all of it."""
        return may(self.role, action) and (self.area is None or action not in EVERYWHERE)

    def sees(self, junction: str) -> bool:
        """Whether a junction, and what stands there, is theirs to see."""
        return self.area is None or junction in self.area.junctions

    def sees_asset(self, asset: str) -> bool:
        """The same of a device, node, junction, road or supply, by its id."""
        return self.area is None or asset in self.area.assets

    def sees_fault(self, fault: FaultRow) -> bool:
        """The same of a fault: by its junction, or by its asset where that reaches into their area."""
        return self.sees(fault.junction) or self.sees_asset(fault.asset)


def _found(desk: Desk, token: str, kind: SessionKind) -> Person | None:
    session = desk.store.session(tokens.digest(token), desk.clock())
    # A screen's key opens the wall and nothing else.
    if session is None or session.kind != kind or session.scope == "wall":
        return None
    digest, now_ms = tokens.digest(token), desk.clock()
    if session.seen_ms is None or now_ms - session.seen_ms > SEEN_MS:
        desk.store.touch_session(digest, now_ms)
    return _person(desk, session, digest, tokens.csrf_of(token) if kind == "cookie" else None)


def kiosk_of(desk: Desk, token: str) -> Person | None:
    """The screen that a token of scope "wall" stands for; it may look at the wall, and is nobody elsewhere."""
    digest, now_ms = tokens.digest(token), desk.clock()
    session = desk.store.session(digest, now_ms)
    if session is None or session.scope != "wall":
        return None
    if session.seen_ms is None or now_ms - session.seen_ms > SEEN_MS:
        desk.store.touch_session(digest, now_ms)
    return _person(desk, session, digest, None)


def kiosk(request: Request, desk: Desk) -> Person | None:
    """The same by the cookie that a browser sent."""
    token = cookies.wall(request, desk)
    return kiosk_of(desk, token) if token else None


def still(desk: Desk, person: Person) -> bool:
    """Whether they may do and see what they could, no more and no less."""
    session = desk.store.session(person.session, desk.clock())
    return session is not None and _person(desk, session, person.session, person.csrf) == person


def _person(desk: Desk, session: Session, digest: str, csrf: str | None) -> Person:
    account = session.account
    return Person(
        f"{account.name}/{session.name}" if session.name else account.name,
        session.role,
        session.expires_ms,
        csrf,
        areas.area(desk.village, session.areas),
        account.display or account.name,
        account.id,
        account.person,
        digest,
        session.scope != "write",
    )


def _bearer(request: Request) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def visitor(request: Request, desk: DeskDep) -> Person | None:
    """Who asks; None = a resident. Whoever writes too often, or by a token that may only read, is refused, by page or
    by program."""
    person = _who(request, desk)
    if person is None:
        return None
    if request.method not in SAFE:
        # Here, so that no route, be it a page's form, can forget it.
        if person.reads:
            raise Problem(403, "this token may only read", reason="scope")
        wait_s = desk.tries.wait_s(WRITES, person.session)
        if wait_s:
            detail = f"too many changes in a minute; try again in {wait_s} s"
            raise Problem(429, detail, reason="writes", headers={"Retry-After": str(wait_s)})
    return person


def _who(request: Request, desk: Desk) -> Person | None:
    """A wrong bearer token is refused: no program may take the public part for all."""
    token = _bearer(request)
    if token is not None:
        person = _found(desk, token, "bearer")
        if person is None:
            raise Problem(401, "this token is unknown or has ended", headers=CHALLENGE)
        return person
    cookie = cookies.session(request, desk)
    return _found(desk, cookie, "cookie") if cookie else None


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


def member(action: Action) -> Callable[..., Person]:
    """The same for pages: who has not signed in, or whose session is over, gets the form and then what they wanted,
    with what they had typed; a form's token is the route's to check (:func:`check_csrf`)."""

    def check(person: Visitor) -> Person:
        if person is None:
            raise Problem(401, "sign in first", reason="need_sign_in")
        if not person.may(action):
            raise Problem(403, f"role '{person.role}' may not do this", reason="role")
        return person

    return check


def theirs(person: Person, seen: bool) -> None:
    """Refuse what lies outside of somebody's area: ``seen`` is what :class:`Person` says of it."""
    if not seen:
        raise Problem(403, f"this lies outside of the area of '{person.name}'", reason="area")


def fault_of(desk: Desk, person: Person, number: str) -> FaultRow:
    """A fault that ``person`` may see; raises :class:`Problem` 404 or 403."""
    row = desk.store.fault(number)
    if row is None:
        raise Problem(404, f"no fault '{number}'")
    theirs(person, person.sees_fault(row))
    return row


def check_csrf(person: Person, given: str) -> None:
    """Refuse a request that another site made the browser send."""
    if person.csrf is not None and not tokens.same(given, person.csrf):
        raise Problem(403, "the form's token is missing or wrong; load the page again", reason="csrf")


# Named in the routes, so that the OpenAPI document shows the two ways to sign in.
SECURITY = [Security(BEARER), Security(SESSION)]
