"""How a session begins: by a password, by a one-time link, by the link that sets the first administrator up."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec
from fastapi import Request, Response

from dashboard_api.auth import cookies, tokens
from dashboard_api.auth.names import folded
from dashboard_api.auth.people import Person
from dashboard_api.desk import Desk
from dashboard_api.limits import LOGIN, LOGIN_ADDRESS
from dashboard_api.problems import Problem
from gateway.store import VILLAGE, Account, Deed, Invite, NewInvite, NewSession, SessionKind, Store

HOUR_MS = 3_600_000
AGENT = 200
T = TypeVar("T")


def invite(store: Store, role: str, hours: float, now_ms: int, areas: Sequence[str] = (VILLAGE,)) -> str:
    """A new one-time link's token, for an account that it will make."""
    token = tokens.new()
    store.create_invite(NewInvite(tokens.digest(token), role, now_ms + round(hours * HOUR_MS), tuple(areas)))
    return token


def set_up(store: Store, hours: float, now_ms: int) -> str | None:
    """The token of a link that makes the first administrator; None if there is one. Earlier ones count no more."""
    if store.has_admin():
        return None
    token = tokens.new()
    store.create_invite(NewInvite(tokens.digest(token), "admin", now_ms + round(hours * HOUR_MS), kind="set_up"))
    return token


def look(desk: Desk, request: Request, token: str) -> Invite:
    """What a link would give; changes nothing. Raises :class:`Problem` 404 or 429."""
    return _limited(desk, request, lambda: desk.store.invite(tokens.digest(token), desk.clock()))


def redeem(
    desk: Desk, request: Request, token: str, kind: SessionKind, name: str | None = None, password: str | None = None
) -> tuple[str, Account, int]:
    """Use a link up: the session's token, its account, when it ends. ``password``: a hash to set.

    Raises :class:`Problem` 404 or 429, and 409 where ``name`` is taken.
    """
    invited, now_ms = look(desk, request, token), desk.clock()
    if invited.kind == "set_up" and name is None:
        raise Problem(409, "this link sets the first administrator up; open it in a browser", reason="set_up")
    account = desk.store.redeem_invite(tokens.digest(token), now_ms, name, password)
    if account is None:
        look(desk, request, token)
        raise Problem(409, "this name is taken", reason="name_taken")
    return _begun(desk, request, account, kind)


async def by_password(desk: Desk, request: Request, name: str, password: str) -> tuple[str, Account, int]:
    """Sign in: the session's token, its account, when it ends. Raises :class:`Problem` 401 ``wrong`` or 429 ``tries``;
    who is unknown, has ended or has no password is not told from who typed it wrong.
    """
    called, address = folded(name), address_of(request)
    again(desk, request, called)
    found = await asyncio.to_thread(desk.store.secret, called)
    fits = await desk.passwords.fits(password, None if found is None else found[1])
    if found is None or not fits:
        await asyncio.to_thread(_note, desk, request, called, "", "sign-in refused")
        raise Problem(401, "name or password is wrong", reason="wrong")
    desk.tries.forgive(LOGIN, called, address)
    account = found[0]
    await asyncio.to_thread(_note, desk, request, account.name, account.role, "signed in")
    return await asyncio.to_thread(_begun, desk, request, account, "cookie")


def again(desk: Desk, request: Request, name: str) -> None:
    """Count one attempt at a password; raises :class:`Problem` 429 ``tries`` after too many."""
    address = address_of(request)
    wait_s = desk.tries.wait_s(LOGIN_ADDRESS, address) or desk.tries.wait_s(LOGIN, name, address)
    if wait_s:
        detail = f"too many attempts; try again in {wait_s} s"
        raise Problem(429, detail, reason="tries", headers={"Retry-After": str(wait_s)})


def renew(desk: Desk, request: Request, account: Account, answer: Response) -> None:
    """Sign this browser in anew, after all sessions of its account have ended."""
    token, _, expires_ms = _begun(desk, request, account, "cookie")
    cookies.give(answer, desk, token, expires_ms)


def _begun(desk: Desk, request: Request, account: Account, kind: SessionKind) -> tuple[str, Account, int]:
    """A new session, always with a new token; the one that the browser had before ends."""
    now_ms, token = desk.clock(), tokens.new()
    former = cookies.session(request, desk)
    if kind == "cookie" and former:
        desk.store.end_session(tokens.digest(former))
    expires_ms = now_ms + round(desk.settings.session_hours * HOUR_MS)
    agent = request.headers.get("user-agent", "")[:AGENT]
    desk.store.create_session(NewSession(tokens.digest(token), account.id, kind, now_ms, expires_ms, agent))
    return token, account, expires_ms


def address_of(request: Request) -> str:
    """Where a request comes from, as far as the server knows."""
    return request.client.host if request.client else "-"


def _note(desk: Desk, request: Request, who: str, role: str, action: str) -> None:
    detail = msgspec.json.encode({"address": address_of(request)}).decode()
    desk.store.note(Deed(desk.clock(), who, role, action, who, detail=detail))


def _limited(desk: Desk, request: Request, ask: Callable[[], T | None]) -> T:
    address = address_of(request)
    wait_s = desk.sign_in_limit.wait_s(address, desk.clock())
    if wait_s:
        raise Problem(429, f"too many wrong links; try again in {wait_s} s", headers={"Retry-After": str(wait_s)})
    found = ask()
    if found is None:
        desk.sign_in_limit.failed(address, desk.clock())
        raise Problem(404, "this link is unknown, used already, or too old; ask for a new one", reason="link")
    return found


def leave(desk: Desk, person: Person) -> None:
    """Sign out: what they came with is worth nothing afterwards."""
    desk.store.end_session(person.session)
    desk.store.note(Deed(desk.clock(), person.name, person.role, "signed out", person.name))
