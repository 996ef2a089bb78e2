"""Accounts and their sessions, for administrators."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response

from dashboard_api.access_models import ChangeUser, MakeUser, NewLink, User, Users, UserSession, UserSessions
from dashboard_api.auth import accounts
from dashboard_api.auth.accounts import HOUR_MS, LINK_HOURS, Given, Wrong
from dashboard_api.auth.people import SECURITY, Person, allowed
from dashboard_api.desk import Desk, DeskDep
from dashboard_api.problems import responses
from dashboard_api.times import iso, iso_or_none
from gateway.store import Account, Session

router = APIRouter(prefix="/users", tags=["users"], dependencies=SECURITY)
Admin = Annotated[Person, Depends(allowed("users"))]
Number = Annotated[int, Path(ge=1, le=2**53, examples=[1])]
SessionNumber = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$", examples=["0f3a9c51d2e87b64"])]


@router.get("", summary="All accounts", responses=responses(401, 403))
def list_users(desk: DeskDep, person: Admin) -> Users:
    """Also those that have ended. Who looked is written into the audit log."""
    accounts.saw(desk, person, "accounts")
    return Users(items=[_user(one) for one in desk.store.accounts()])


@router.post("", summary="Make an account", status_code=201, responses=responses(401, 403, 422))
def make_user(desk: DeskDep, person: Admin, body: MakeUser, response: Response) -> NewLink:
    """Its owner sets the password by the link in the answer, once, within 72 h."""
    try:
        given = Given(body.name, body.display, body.role, tuple(body.areas), body.person)
        account, token = accounts.make(desk, person, given)
    except Wrong as wrong:
        raise wrong.problem() from wrong
    return _link(desk, response, account, token)


@router.get("/{user}", summary="One account", responses=responses(401, 403, 404, 422))
def one_user(desk: DeskDep, person: Admin, user: Number) -> User:
    """Who looked is written into the audit log."""
    account = accounts.one(desk, person, user)
    accounts.saw(desk, person, "account", account.name)
    return _user(account)


@router.patch("/{user}", summary="Change an account", responses=responses(401, 403, 404, 409, 422))
def change_user(desk: DeskDep, person: Admin, user: Number, body: ChangeUser) -> User:
    """What is left out stays. It counts at once, also for whoever is signed in by it."""
    account = accounts.one(desk, person, user)
    given = Given(
        account.name,
        account.display if body.display is None else body.display,
        body.role or account.role,
        account.areas if body.areas is None else tuple(body.areas),
        (account.person or "") if body.person is None else body.person,
    )
    try:
        return _user(accounts.change(desk, person, account, given))
    except Wrong as wrong:
        raise wrong.problem() from wrong


@router.post("/{user}/link", summary="A new one-time link for an account", responses=responses(401, 403, 404, 409, 422))
def make_link(desk: DeskDep, person: Admin, user: Number, response: Response) -> NewLink:
    """For who forgot the password, or did not use the first link in time; earlier links count no more."""
    account = accounts.one(desk, person, user)
    return _link(desk, response, account, accounts.link(desk, person, account))


@router.post("/{user}/end", summary="End an account", status_code=204, responses=responses(401, 403, 404, 409, 422))
def end_user(desk: DeskDep, person: Admin, user: Number) -> None:
    """For good: its sessions, tokens and links end at once. Its name stays taken, since the audit log knows it."""
    accounts.end(desk, person, accounts.one(desk, person, user))


@router.get("/{user}/sessions", summary="Where an account is signed in", responses=responses(401, 403, 404, 422))
def list_sessions(desk: DeskDep, person: Admin, user: Number) -> UserSessions:
    """Who looked is written into the audit log."""
    account = accounts.one(desk, person, user)
    accounts.saw(desk, person, "sessions", account.name)
    return UserSessions(items=[_session(one) for one in desk.store.sessions_of(account.id, desk.clock())])


@router.delete(
    "/{user}/sessions/{session}", summary="End a session", status_code=204, responses=responses(401, 403, 404, 422)
)
def end_session(desk: DeskDep, person: Admin, user: Number, session: SessionNumber) -> None:
    """At once."""
    accounts.end_session(desk, person, accounts.one(desk, person, user), session)


def _user(account: Account) -> User:
    return User(
        id=account.id,
        name=account.name,
        display=account.display,
        role=account.role,
        areas=list(account.areas),
        person=account.person,
        has_password=account.has_password,
        added=iso(account.added_ms),
        ended=iso_or_none(account.ended_ms),
    )


def _link(desk: Desk, response: Response, account: Account, token: str) -> NewLink:
    response.headers["Cache-Control"] = "no-store"
    expires = iso(desk.clock() + LINK_HOURS * HOUR_MS)
    return NewLink(user=_user(account), link=f"{desk.settings.address}/sign-in/{token}", expires=expires)


def _session(one: Session) -> UserSession:
    times = {"began": iso(one.added_ms), "expires": iso(one.expires_ms), "seen": iso_or_none(one.seen_ms)}
    return UserSession.model_validate({"id": one.id, "kind": one.kind, "agent": one.agent, **times})
