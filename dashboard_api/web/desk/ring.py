"""Whom to ring about a fault, and in which order: who has it, who is sent for, and up the ladder. Pure but for the
store's accounts and calls."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from contracts.inventory import DepartmentRole
from dashboard_api.calls import UNREACHED, Call
from dashboard_api.desk import Desk
from dashboard_api.due import TAKEN
from dashboard_api.recipients import roster_of
from dashboard_api.web.texts import Lang
from gateway.dispatch.duty import on_duty
from gateway.dispatch.post_names import post_name
from gateway.dispatch.posts import Post, centre, department_post, leads, post_of, posts
from gateway.dispatch.roster import Person, Roster
from gateway.store import FaultRow, MoveRow

# Why somebody is to be rung: they have it, they are sent for, they are told beside it, they come next on the ladder.
Why = Literal["has", "main", "beside", "ladder"]
# From these on people are rung anew: who did not answer before may do so now.
_ANEW = frozenset({"opened", "reopened", "relapsed", "forwarded"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody on duty with a number. ``last``: the newest call to them about this fault since it began anew."""

    person: str
    name: str
    phone: str
    post: str
    post_name: str
    role: DepartmentRole
    why: Why
    last: Call | None = None


@dataclass(frozen=True, slots=True)
class Ring:
    """``people``: in the order to be rung; ``empty``: names of posts that should be rung and have nobody."""

    people: list[Candidate]
    empty: list[str]


def read(desk: Desk, lang: Lang, row: FaultRow, calls: Sequence[Call], moves: Sequence[MoveRow]) -> Ring:
    """Whom to ring about ``row`` now. ``calls`` and ``moves``: all about it, oldest first."""
    roster = roster_of(desk)
    if roster is None:
        return Ring([], [])
    found, empty = _on_duty(desk, lang, roster, row)
    people: dict[str, Candidate] = {}
    for one in (*_has(desk, lang, roster, row), *found):
        people.setdefault(one.person, one)
    anew_ms = max((one.at_ms for one in moves if one.move in _ANEW), default=0)
    last = {one.person: one for one in calls if one.at_ms >= anew_ms}
    listed = [replace(one, last=last.get(one.person)) for one in people.values()]
    return Ring(sorted(listed, key=_tried), empty)


def _tried(one: Candidate) -> tuple[int, int]:
    """Who was not tried yet first, then who was tried longest ago; a number that is wrong last."""
    if one.last is None or one.last.outcome not in UNREACHED:
        return 0, 0
    return (2 if one.last.outcome == "wrong_number" else 1), one.last.at_ms


def _on_duty(desk: Desk, lang: Lang, roster: Roster, row: FaultRow) -> tuple[list[Candidate], list[str]]:
    found: list[Candidate] = []
    empty: list[str] = []
    for post, why in _chain(desk, row):
        name = post_name(desk.village, post.id).text(lang)
        here = on_duty(roster, *post.key, desk.clock(), desk.setup.calendar)
        people = [_candidate(one, post, name, why) for one in here if one.phone]
        found += people
        if not people:
            empty.append(name)
    return found, empty


def _chain(desk: Desk, row: FaultRow) -> Iterator[tuple[Post, Why]]:
    """Posts as the ladder goes, each once, without the desk itself."""
    setup = desk.setup
    main, *beside = posts(setup, row.asset, row.code, row.department)
    yield main, "main"
    above = (*leads(setup, row.asset), department_post(setup, main.id, head=True), *centre(setup)[0])
    whys: Iterable[tuple[Post, Why]] = (*((one, "beside") for one in beside), *((one, "ladder") for one in above))
    seen = {main.id, setup.safety}
    for post, why in whys:
        if post.id not in seen:
            seen.add(post.id)
            yield post, why


def _has(desk: Desk, lang: Lang, roster: Roster, row: FaultRow) -> list[Candidate]:
    """Who has taken it, as far as the roster knows them."""
    if row.order_state not in TAKEN or not row.acknowledged_by:
        return []
    person = _in_roster(desk, roster, row.acknowledged_by)
    if person is None or not person.phone:
        return []
    main = next(iter(posts(desk.setup, row.asset, row.code, row.department)))
    duty = next((one for one in roster.duties if one.person == person.id), None)
    post = main if duty is None else post_of(desk.setup, f"{duty.post}@{duty.grid}" if duty.grid else duty.post)
    return [_candidate(person, post, post_name(desk.village, post.id).text(lang), "has")]


def _in_roster(desk: Desk, roster: Roster, taker: str) -> Person | None:
    account = next((one for one in desk.store.accounts() if one.name == taker.partition("/")[0]), None)
    if account is not None and account.person is not None:
        return roster.by_id.get(account.person)
    return next((one for one in roster.people if one.name in (taker, desk.called(taker))), None)


def _candidate(person: Person, post: Post, name: str, why: Why) -> Candidate:
    return Candidate(person.id, person.name, person.phone or "", post.id, name, post.role, why)


def name_of(desk: Desk, candidate: Candidate) -> str:
    """In whose name a move of theirs is recorded: their account's, where they have one, so that they find it among
    their own work."""
    accounts = desk.store.accounts()
    own = next((one for one in accounts if one.person == candidate.person and one.ended_ms is None), None)
    return candidate.name if own is None else own.name
