"""Turning a one-time link into a session, by page or by program."""

from collections.abc import Callable
from typing import TypeVar

from fastapi import Request

from dashboard_api.auth import tokens
from dashboard_api.desk import Desk
from dashboard_api.problems import Problem
from gateway.store import Account, Invite, NewInvite, NewSession, SessionKind, Store

HOUR_MS = 3_600_000
T = TypeVar("T")


def invite(store: Store, role: str, hours: float, now_ms: int) -> str:
    """A new one-time link's token."""
    token = tokens.new()
    store.create_invite(NewInvite(tokens.digest(token), role, now_ms + round(hours * HOUR_MS)))
    return token


def look(desk: Desk, request: Request, token: str) -> Invite:
    """What a link would give; changes nothing. Raises :class:`Problem` 404 or 429."""
    return _limited(desk, request, lambda: desk.store.invite(tokens.digest(token), desk.clock()))


def redeem(desk: Desk, request: Request, token: str, kind: SessionKind) -> tuple[str, Account, int]:
    """Use a link up: the session's token, its account, when it ends. Raises :class:`Problem` 404 or 429."""
    now_ms = desk.clock()
    account = _limited(desk, request, lambda: desk.store.redeem_invite(tokens.digest(token), now_ms))
    session = tokens.new()
    expires_ms = now_ms + round(desk.settings.session_hours * HOUR_MS)
    desk.store.create_session(NewSession(tokens.digest(session), account.id, kind, now_ms, expires_ms))
    return session, account, expires_ms


def _limited(desk: Desk, request: Request, ask: Callable[[], T | None]) -> T:
    address = request.client.host if request.client else "-"
    wait_s = desk.sign_in_limit.wait_s(address, desk.clock())
    if wait_s:
        raise Problem(429, f"too many wrong links; try again in {wait_s} s", headers={"Retry-After": str(wait_s)})
    found = ask()
    if found is None:
        desk.sign_in_limit.failed(address, desk.clock())
        raise Problem(404, "this link is unknown, used already, or too old; ask for a new one", reason="link")
    return found
