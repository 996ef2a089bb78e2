"""Making, changing and ending accounts and tokens: what may be asked for, and its line in the audit log.

``Wrong`` names every field that cannot be used by a word, so that a page and a program are each told in their own way.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import get_args

import msgspec

from dashboard_api import passwords
from dashboard_api.auth import areas, names, tokens
from dashboard_api.auth.people import Person, theirs
from dashboard_api.auth.roles import ROLES
from dashboard_api.desk import Desk
from dashboard_api.problems import FieldProblem, Problem
from dashboard_api.recipients import roster_of
from gateway.store import VILLAGE, Account, Deed, NewAccount, NewInvite, NewToken, Scope

HOUR_MS, DAY_MS = 3_600_000, 24 * 3_600_000
LINK_HOURS, SET_UP_HOURS = 72, 24
LONGEST_DAYS = 730
SCOPES: tuple[Scope, ...] = get_args(Scope)
# As what a wall's screen looks.
SCREEN = "safety_centre"

WORDS = {
    "name_missing": "must not be empty",
    "name_signs": "2 to 40 letters, digits or . _ @ -, without spaces",
    "name_taken": "is taken, perhaps by an account that has ended",
    "display_long": f"at most {names.LONGEST_DISPLAY} characters",
    "role": f"must be one of {', '.join(ROLES)}",
    "areas": "must be ids of grids or junctions of this village, or *",
    "person": "must be the id of somebody in the roster",
    "password_short": f"at least {passwords.SHORTEST} characters",
    "password_long": f"at most {passwords.LONGEST} characters",
    "password_common": "too easy to guess: too common, too few different characters, or with the name in it",
    "repeat": "must be the same password again",
    "days": f"1 to {LONGEST_DAYS} days",
    "scope": f"must be {', '.join(SCOPES[:-1])} or {SCOPES[-1]}",
    "title": "1 to 40 letters, digits or . _ @ -, without spaces",
}


class Wrong(Exception):
    """Values that cannot be used: field -> word of :data:`WORDS`."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(", ".join(fields))
        self.fields = dict(fields)

    def problem(self) -> Problem:
        """The same for a program."""
        errors = [FieldProblem(field=f"body.{name}", detail=WORDS[word]) for name, word in self.fields.items()]
        return Problem(422, f"{len(errors)} value(s) cannot be used", errors=errors)


@dataclass(frozen=True, slots=True)
class Given:
    """An account as it was typed."""

    name: str = ""
    display: str = ""
    role: str = ""
    areas: tuple[str, ...] = ()
    person: str = ""


@dataclass(frozen=True, slots=True)
class GivenToken:
    """A token as it was typed; ``days`` until it ends, None = never."""

    name: str = ""
    role: str = ""
    scope: str = "read"
    areas: tuple[str, ...] = field(default=(VILLAGE,))
    days: int | None = None


def make(desk: Desk, person: Person, given: Given) -> tuple[Account, str]:
    """A new account, and the one-time link's token by which its owner sets a password. Raises :class:`Wrong`."""
    _rules(person)
    new = _checked(desk, given, named=True)
    account = desk.store.add_account(new, _deed(desk, person, "account made", new.name, _said(new)))
    if account is None:
        raise Wrong({"name": "name_taken"})
    return account, link(desk, person, account)


def link(desk: Desk, person: Person, account: Account) -> str:
    """A new one-time link's token for an account; its earlier ones count no more. Raises :class:`Problem` 409."""
    _rules(person)
    _active(account)
    token, now_ms = tokens.new(), desk.clock()
    new = NewInvite(tokens.digest(token), account.role, now_ms + LINK_HOURS * HOUR_MS, account.areas, account.id)
    desk.store.create_invite(new, _deed(desk, person, "link made", account.name))
    return token


def change(desk: Desk, person: Person, account: Account, given: Given) -> Account:
    """Another role, area, name to show. Raises :class:`Wrong`, and :class:`Problem` 409 for the last administrator."""
    _rules(person)
    _active(account)
    to = msgspec.structs.replace(_checked(desk, given, named=False), name=account.name)
    if to.role != "admin" or VILLAGE not in to.areas:
        _not_the_last(desk, account)
    desk.store.change_account(account.id, to, _deed(desk, person, "account changed", account.name, _said(to)))
    return desk.store.account(account.id) or account


def end(desk: Desk, person: Person, account: Account) -> None:
    """End an account for good. Raises :class:`Problem` 409 for the last administrator."""
    _rules(person)
    _active(account)
    _not_the_last(desk, account)
    desk.store.end_account(account.id, _deed(desk, person, "account ended", account.name))


def end_session(desk: Desk, person: Person, account: Account, number: str) -> None:
    """End one session of an account. Raises :class:`Problem` 404."""
    if person.account != account.id:
        _rules(person)
    if not desk.store.end_session_of(account.id, number, _deed(desk, person, "session ended", account.name)):
        raise Problem(404, f"'{account.name}' has no session '{number}'")


async def set_password(desk: Desk, person: Person, now: str, new: str, again: str) -> None:
    """Change one's own password; all sessions end. Raises :class:`Wrong`, and :class:`Problem` 401 ``wrong``."""
    account = _one(desk, person.account)
    found = desk.store.secret(account.name)
    if found is None or (found[1] is not None and not await desk.passwords.fits(now, found[1])):
        raise Problem(401, "the present password is wrong", reason="wrong")
    check_password(new, again, account.name)
    hashed = await desk.passwords.hash(new)
    to = NewAccount(account.name, account.role, account.display, account.areas, account.person, hashed)
    desk.store.change_account(account.id, to, _deed(desk, person, "password changed", account.name))


def check_password(new: str, again: str, name: str) -> None:
    """Raises :class:`Wrong`."""
    word = passwords.wrong(new, name)
    if word is not None:
        raise Wrong({"password": word})
    if new != again:
        raise Wrong({"repeat": "repeat"})


def make_token(desk: Desk, person: Person, given: GivenToken) -> str:
    """A new token for a program. Raises :class:`Wrong`."""
    _rules(person)
    name = names.folded(given.name)
    bad = _bad_role_and_areas(desk, given.role, given.areas)
    if names.wrong(name) is not None:
        bad["name"] = "title"
    scope: Scope | None = next((one for one in SCOPES if one == given.scope), None)
    if scope is None:
        bad["scope"] = "scope"
    if given.days is not None and not 1 <= given.days <= LONGEST_DAYS:
        bad["days"] = "days"
    if bad or scope is None:
        raise Wrong(bad)
    token, now_ms = tokens.new(), desk.clock()
    ends = None if given.days is None else now_ms + given.days * DAY_MS
    role = SCREEN if scope == "wall" else given.role
    new = NewToken(tokens.digest(token), name, person.account, role, scope, given.areas, now_ms, ends)
    said = {"role": role, "scope": scope, "areas": given.areas}
    desk.store.add_token(new, _deed(desk, person, "token made", name, said))
    return token


def revoke(desk: Desk, person: Person, number: str) -> None:
    """End a token at once. Raises :class:`Problem` 404."""
    _rules(person)
    called = next((one.name for one in desk.store.tokens(desk.clock()) if one.id == number), "")
    if not desk.store.revoke_token(number, _deed(desk, person, "token revoked", number, {"name": called})):
        raise Problem(404, f"no token '{number}'")


def one(desk: Desk, person: Person, number: int) -> Account:
    """An account for an administrator. Raises :class:`Problem` 404 or 403."""
    _rules(person)
    return _one(desk, number)


def mine(desk: Desk, person: Person) -> Account:
    """One's own account."""
    return _one(desk, person.account)


def saw(desk: Desk, person: Person, what: str, subject: str = "") -> None:
    """Note who looked at what is personal."""
    desk.store.note(_deed(desk, person, f"{what} viewed", subject))


def _one(desk: Desk, number: int) -> Account:
    account = desk.store.account(number)
    if account is None:
        raise Problem(404, f"no account {number}")
    return account


def _rules(person: Person) -> None:
    """Only an administrator of the whole village says who sees which part of it."""
    if not person.may("users"):
        raise Problem(403, f"role '{person.role}' may not do this", reason="role")
    theirs(person, person.area is None)


def _active(account: Account) -> None:
    if account.ended_ms is not None:
        raise Problem(409, f"'{account.name}' has ended; make a new account", reason="ended")


def _not_the_last(desk: Desk, account: Account) -> None:
    others = (one for one in desk.store.accounts() if one.ended_ms is None and one.id != account.id)
    if account.role == "admin" and not any(one.role == "admin" and VILLAGE in one.areas for one in others):
        raise Problem(409, "the last administrator of the whole village; make another first", reason="last_admin")


def _checked(desk: Desk, given: Given, *, named: bool) -> NewAccount:
    name, display, person = names.folded(given.name), given.display.strip(), given.person.strip()
    bad = _bad_role_and_areas(desk, given.role, given.areas)
    word = names.wrong(name) if named else None
    if word is not None:
        bad["name"] = word
    if len(display) > names.LONGEST_DISPLAY:
        bad["display"] = "display_long"
    roster = roster_of(desk)
    if person and person not in {one.id for one in (roster.people if roster else ())}:
        bad["person"] = "person"
    if bad:
        raise Wrong(bad)
    return NewAccount(name, given.role, display, given.areas, person or None)


def _bad_role_and_areas(desk: Desk, role: str, ids: tuple[str, ...]) -> dict[str, str]:
    bad = {} if role in ROLES else {"role": "role"}
    if not set(ids) <= {VILLAGE, *areas.known(desk.village)}:
        bad["areas"] = "areas"
    return bad


def _said(new: NewAccount) -> dict[str, object]:
    said = {"role": new.role, "areas": new.areas, "display": new.display, "person": new.person}
    return {name: value for name, value in said.items() if value}


def _deed(desk: Desk, person: Person, action: str, subject: str, said: Mapping[str, object] | None = None) -> Deed:
    detail = msgspec.json.encode(said).decode() if said else ""
    return Deed(desk.clock(), person.name, person.role, action, subject, detail=detail)
