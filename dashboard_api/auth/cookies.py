"""The page's cookies: the session, before it what a sign-in form is bound to, and a wall's key. None is for scripts.

``__Host-`` where cookies travel over https only: then no neighbour under the same domain can set one.
"""

from fastapi import Request, Response

from dashboard_api.auth import tokens
from dashboard_api.desk import Desk

SESSION, BEFORE, WALL = "vsm_session", "vsm_before", "vsm_wall"
# Long enough to look a password up, and to find a form again after lunch.
BEFORE_S = 4 * 3600
# Browsers keep none for longer than 400 days.
LONGEST_S = 400 * 24 * 3600


def _name(desk: Desk, name: str) -> str:
    return f"__Host-{name}" if desk.settings.secure else name


def session(request: Request, desk: Desk) -> str | None:
    """The session's token that a browser sent."""
    return request.cookies.get(_name(desk, SESSION))


def give(answer: Response, desk: Desk, token: str, expires_ms: int) -> None:
    """Sign this browser in."""
    _set(answer, desk, SESSION, token, (expires_ms - desk.clock()) // 1000)
    take(answer, desk, BEFORE)


def take(answer: Response, desk: Desk, name: str = SESSION) -> None:
    """Sign this browser out."""
    answer.delete_cookie(_name(desk, name), secure=desk.settings.secure, httponly=True, samesite="lax")


def wall(request: Request, desk: Desk) -> str | None:
    """The key of a wall's screen that a browser sent."""
    return request.cookies.get(_name(desk, WALL))


def give_wall(answer: Response, desk: Desk, token: str, expires_ms: int) -> None:
    """Make this browser a wall's screen, as long as its key counts."""
    _set(answer, desk, WALL, token, min(LONGEST_S, (expires_ms - desk.clock()) // 1000))


def before(request: Request, desk: Desk) -> str:
    """The token that a sign-in form of this browser is bound to; a new one where it has none yet."""
    return request.cookies.get(_name(desk, BEFORE)) or tokens.new()


def bind(answer: Response, desk: Desk, token: str) -> None:
    """Give a browser the token of :func:`before`."""
    _set(answer, desk, BEFORE, token, BEFORE_S)


def bound(request: Request, desk: Desk, given: str) -> bool:
    """Whether a sign-in form comes from a page that this browser got from here: another site can neither read it nor
    send the cookie with a form of its own."""
    known = request.cookies.get(_name(desk, BEFORE))
    return known is not None and tokens.same(given, tokens.csrf_of(known))


def _set(answer: Response, desk: Desk, name: str, value: str, age_s: int) -> None:
    answer.set_cookie(
        _name(desk, name), value, max_age=age_s, secure=desk.settings.secure, httponly=True, samesite="lax", path="/"
    )
