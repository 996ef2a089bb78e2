"""Accounts, sessions and tokens as the pages show them."""

import re
from dataclasses import dataclass
from typing import Annotated

import segno
from fastapi import Path

from dashboard_api.auth import areas
from dashboard_api.auth.roles import ROLES
from dashboard_api.desk import Desk
from dashboard_api.recipients import roster_of
from dashboard_api.times import clock_text
from dashboard_api.web.texts import Lang, person, say
from gateway.store import VILLAGE, Account
from gateway.store.access import ID_LENGTH
from gateway.store.tokens import NEVER_MS

SessionNumber = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]
# Most special first: what an Edge on Android says holds all of the words after it.
_BROWSERS = {"MicroMessenger": "WeChat", "Edg": "Edge", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
SOON_MS = 14 * 86_400_000
_SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Mac", "Linux")


@dataclass(frozen=True, slots=True)
class Card:
    """An account in a list. ``state``: active, invited (no password yet) or ended. ``seen_ms``: last active, None = not
    signed in anywhere."""

    id: int
    name: str
    display: str
    role: str
    areas: str
    state: str
    roster: str
    role_id: str
    seen_ms: int | None


@dataclass(frozen=True, slots=True)
class SessionLine:
    """Somebody signed in; ``here``: by the browser that looks."""

    id: str
    device: str
    began: str
    seen_ms: int | None
    here: bool


@dataclass(frozen=True, slots=True)
class TokenLine:
    """A token of a program; ``soon``: it ends within two weeks."""

    id: str
    name: str
    owner: str
    what: str
    areas: str
    ends: str
    seen_ms: int | None
    role_id: str
    ends_ms: int
    soon: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several; ``deep``: it lies within the one before."""

    value: str
    text: str
    deep: bool = False


def card(desk: Desk, lang: Lang, account: Account, seen_ms: int | None = None) -> Card:
    """One account."""
    state = "ended" if account.ended_ms is not None else "active" if account.has_password else "invited"
    shown = account.display or person(lang, account.name)
    role = say(lang, f"role.{account.role}")
    roster = next((one.text for one in people(desk) if one.value == account.person), account.person or "")
    shown_areas = _areas(desk, lang, account.areas)
    return Card(account.id, account.name, shown, role, shown_areas, state, roster, account.role, seen_ms)


def sessions(desk: Desk, lang: Lang, account: int, mine: str) -> list[SessionLine]:
    """Where somebody is signed in; ``mine``: the hash of the session that looks."""
    now_ms = desk.clock()
    return [
        SessionLine(
            one.id,
            say(lang, "account.program") if one.kind == "bearer" else _device(lang, one.agent),
            clock_text(one.added_ms, now_ms),
            one.seen_ms,
            mine[:ID_LENGTH] == one.id,
        )
        for one in desk.store.sessions_of(account, now_ms)
    ]


def tokens(desk: Desk, lang: Lang) -> list[TokenLine]:
    """All tokens that count."""
    now_ms = desk.clock()
    return [
        TokenLine(
            one.id,
            one.name,
            one.account.display or one.account.name,
            say(lang, f"tokens.may_{one.scope}", role=say(lang, f"role.{one.role}")),
            _areas(desk, lang, one.areas),
            say(lang, "tokens.never") if one.expires_ms >= NEVER_MS else clock_text(one.expires_ms, now_ms),
            one.seen_ms,
            one.role,
            one.expires_ms,
            one.expires_ms - now_ms < SOON_MS,
        )
        for one in desk.store.tokens(now_ms)
    ]


def roles(lang: Lang) -> list[Choice]:
    """What somebody can be."""
    return [Choice(role, say(lang, f"role.{role}")) for role in ROLES]


def places(desk: Desk, lang: Lang) -> list[Choice]:
    """What somebody can see: everything, or grids, or junctions."""
    inner = {one.id for _, one in desk.village.junctions()}
    found = [Choice(one, name.text(lang), one in inner) for one, name in areas.known(desk.village).items()]
    return [Choice(VILLAGE, say(lang, "users.everything")), *found]


def people(desk: Desk) -> list[Choice]:
    """Whom the roster knows."""
    roster = roster_of(desk)
    return [Choice(one.id, one.name) for one in (roster.people if roster else ())]


def qr(address: str) -> str:
    """A link as a picture, dark on white in every theme: cameras read no other."""
    return str(segno.make(address, error="m").svg_inline(scale=4, border=3, dark="#000", light="#fff", omitsize=True))


def _areas(desk: Desk, lang: Lang, ids: tuple[str, ...]) -> str:
    if VILLAGE in ids:
        return say(lang, "users.everything")
    known = areas.known(desk.village)
    named = [known[one].text(lang) if one in known else one for one in ids]
    return say(lang, "users.comma").join(named) or say(lang, "users.nothing")


def _device(lang: Lang, agent: str) -> str:
    browser = next((name for sign, name in _BROWSERS.items() if sign in agent), "")
    system = next((name for name in _SYSTEMS if re.search(rf"\b{name}", agent)), "")
    return " · ".join(part for part in (browser, system) if part) or say(lang, "account.unknown_device")
