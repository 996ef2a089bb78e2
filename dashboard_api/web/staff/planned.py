"""Planned maintenance and time out of service: the list, and the form with what is wrong in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from contracts.names import name_of
from dashboard_api import windows
from dashboard_api.auth.people import Person
from dashboard_api.desk import Desk
from dashboard_api.problems import Problem
from dashboard_api.times import clock_text
from dashboard_api.web.staff.sending import moment
from dashboard_api.web.texts import Lang, say
from dashboard_api.web.texts import person as said_person
from gateway.store import WindowWish
from gateway.uptime import Window

Kind = Literal["planned", "out_of_service"]
KINDS: tuple[Kind, ...] = get_args(Kind)
# How far back a list reaches: what has just ended is still of interest.
BACK_MS = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class Item:
    """One window of the list. ``now``: it is going on; ``cancels``: whether this reader may end it."""

    kind: str
    target: str
    from_ms: int
    name: str
    line: str
    by: str
    now: bool
    over: bool
    late: bool
    cancels: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A junction and what stands there, for the choice of a target."""

    name: str
    targets: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Draft:
    """A form as it was filled in. ``wrong``: texts by field; ``told``: about the whole of it."""

    kind: Kind
    target: str = ""
    from_: str = ""
    to: str = ""
    wrong: dict[str, str] = field(default_factory=dict)
    told: str = ""


def listed(desk: Desk, lang: Lang, person: Person) -> dict[str, list[Item]]:
    """What goes on, what is to come, and what ended within a day, by kind."""
    now_ms = desk.clock()
    until_ms = now_ms + windows.LONGEST_DAYS * windows.DAY_MS
    return {
        kind: [
            _item(desk, lang, person, window)
            for window in windows.listed(desk, kind, now_ms - BACK_MS, until_ms)
            if person.sees_asset(window.target)
        ]
        for kind in KINDS
    }


def _item(desk: Desk, lang: Lang, person: Person, window: Window) -> Item:
    now_ms = desk.clock()
    over = window.to_ms is not None and window.to_ms <= now_ms
    begin = clock_text(window.from_ms, now_ms)
    end = "" if window.to_ms is None else clock_text(window.to_ms, now_ms)
    line = say(lang, "plan.span", time=begin, end=end) if end else say(lang, "plan.open", time=begin)
    return Item(
        window.kind,
        window.target,
        window.from_ms,
        name_of(desk.names, window.target).text(lang),
        line,
        said_person(lang, desk.called(window.by or "")),
        window.from_ms <= now_ms and not over,
        over,
        window.late,
        person.may("plan") and not over,
    )


def targets(desk: Desk, lang: Lang, person: Person, kind: Kind) -> list[Group]:
    """What may be chosen: everything of theirs, junction by junction; a whole junction only for maintenance."""
    found = []
    for _, junction in desk.village.junctions():
        if not person.sees(junction.id):
            continue
        name = junction.name.text(lang)
        whole = [(junction.id, say(lang, "plan.whole", name=name))] if kind == "planned" else []
        here = [
            (place.device, place.name.text(lang)) for place in desk.places.values() if place.junction == junction.id
        ]
        found.append(Group(name, [*whole, *here]))
    return found


def checked(desk: Desk, lang: Lang, person: Person, draft: Draft) -> WindowWish | Draft:
    """What is asked for, or the draft again with every mistake beside its field."""
    wrong: dict[str, str] = {}
    if not draft.target:
        wrong["target"] = say(lang, "plan.wrong_target")
    if draft.kind == "planned":
        wrong |= {name: say(lang, "plan.wrong_moment") for name in ("from", "to") if not _of(draft, name)}
    # Without a target the times are checked all the same: everything that is wrong is said at once.
    target = draft.target or next((name for name, one in desk.places.items() if person.sees(one.junction)), "")
    given = windows.Given(target, _moment(draft.from_), _moment(draft.to))
    try:
        wish = windows.checked(desk, person, draft.kind, given)
        if not wrong:
            return wish
    except Problem as problem:
        if problem.status != 422:
            return Draft(draft.kind, draft.target, draft.from_, draft.to, wrong, say(lang, "error.s403"))
        for one in problem.errors:
            wrong.setdefault(one.field.removeprefix("body."), say(lang, f"plan.wrong_{one.reason}"))
    return Draft(draft.kind, draft.target, draft.from_, draft.to, wrong, say(lang, "wrong.some", n=len(wrong)))


def _of(draft: Draft, name: str) -> str:
    return draft.from_ if name == "from" else draft.to


def _moment(text: str) -> str | None:
    return moment(text) if text else None


def in_order(items: Sequence[Item]) -> list[Item]:
    """What goes on first, then what is to come, then what is over."""
    return sorted(items, key=lambda item: (item.over, not item.now, item.from_ms))
