"""The hand-over sheet: what whoever comes next has to know, on paper."""

from dataclasses import dataclass

from contracts.names import name_of
from dashboard_api.auth.people import Person
from dashboard_api.calls import Call
from dashboard_api.desk import Desk
from dashboard_api.recipients import roster_of
from dashboard_api.times import clock_text
from dashboard_api.web.desk import queue
from dashboard_api.web.desk.queue import Line
from dashboard_api.web.desk.record import in_words
from dashboard_api.web.staff import duties
from dashboard_api.web.texts import Lang, say
from dashboard_api.web.texts import person as said_person
from gateway.dispatch.days import DAY_MS
from gateway.dispatch.duty import on_duty
from gateway.dispatch.posts import department_post

HOUR_MS = 3_600_000
# A shift of which nobody wrote down when it began.
SHIFT_MS = 12 * HOUR_MS
CALLS = 60


@dataclass(frozen=True, slots=True)
class Said:
    """One call of the shift."""

    time: str
    fault: str
    what: str
    said: str
    by: str


@dataclass(frozen=True, slots=True)
class Due:
    """Something that is to happen soon, or should have."""

    time: str
    late: bool
    fault: str
    what: str
    todo: str


@dataclass(frozen=True, slots=True)
class Planned:
    """Maintenance within a day."""

    span: str
    what: str
    by: str


@dataclass(frozen=True, slots=True)
class Reach:
    """Who is at which ``posts`` now, and who takes them over; ``people``: names with their numbers."""

    people: tuple[tuple[str, str], ...]
    posts: str
    next_at: str
    next_people: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """All of it. ``here``: who is at the desk now; ``next``: who comes, and when; ``more``: open faults not listed."""

    at: str
    since: str
    here: str
    next: str
    open: list[Line]
    more: int
    calls: list[Said]
    wrong: list[str]
    due: list[Due]
    planned: list[Planned]
    reach: list[Reach]


def read(desk: Desk, lang: Lang, person: Person) -> Sheet:
    """The sheet of now."""
    now_ms = desk.clock()
    found = queue.rows(desk, person)
    listed = queue.read(desk, lang, person, found)
    since_ms = begun_ms(desk, now_ms)
    calls = [one for one in desk.calls.since(since_ms) if _seen(desk, person, one)]
    wrong = [f"{one.person}\0{in_words(desk, lang, one)}" for one in calls if one.outcome == "wrong_number"]
    here, following = _people(desk, lang, now_ms)
    return Sheet(
        clock_text(now_ms, 0),
        clock_text(since_ms, now_ms),
        here,
        following,
        listed.all,
        len(found) - len(listed.all),
        [_said(desk, lang, one, now_ms) for one in reversed(calls[-CALLS:])],
        [text.partition("\0")[2] for text in dict.fromkeys(wrong)],
        _due(lang, listed.all, now_ms),
        _planned(desk, lang, person, now_ms),
        _reach(lang, duties.read(desk, lang, person).posts),
    )


def begun_ms(desk: Desk, now_ms: int) -> int:
    """When whoever is at the desk came: the last moment at which others were there, to the hour; at most 12 h ago."""
    roster, key = roster_of(desk), _desk_key(desk)
    if roster is None:
        return now_ms - SHIFT_MS
    calendar = desk.setup.calendar
    here = on_duty(roster, *key, now_ms, calendar)
    hours = [now_ms - now_ms % HOUR_MS - hour * HOUR_MS for hour in range(13)]
    before = next((at for at in hours if at <= now_ms and on_duty(roster, *key, at, calendar) != here), None)
    return now_ms - SHIFT_MS if before is None else before + HOUR_MS


def _desk_key(desk: Desk) -> tuple[str, str | None]:
    return department_post(desk.setup, desk.setup.safety).key


def _people(desk: Desk, lang: Lang, now_ms: int) -> tuple[str, str]:
    """Who is at the desk, and who comes next."""
    roster, comma = roster_of(desk), say(lang, "users.comma")
    if roster is None:
        return "", ""
    post = duties.at(desk, lang, roster, _desk_key(desk), now_ms)
    here = comma.join(name for name, _ in post.people)
    if not post.next_at:
        return here, say(lang, "sheet.stays")
    return here, say(lang, "sheet.next", time=post.next_at, who=post.next_people or say(lang, "roster.nobody"))


def _reach(lang: Lang, posts: list[duties.Post]) -> list[Reach]:
    """One line for those who are at several posts and are followed by the same; posts without anybody first."""
    found: dict[tuple[tuple[tuple[str, str], ...], str, str], list[str]] = {}
    for post in sorted(posts, key=lambda one: bool(one.people)):
        found.setdefault((tuple(post.people), post.next_at, post.next_people), []).append(post.name)
    comma = say(lang, "users.comma")
    return [Reach(people, comma.join(names), at, then) for (people, at, then), names in found.items()]


def _seen(desk: Desk, person: Person, call: Call) -> bool:
    row = desk.store.fault(call.fault)
    return row is not None and person.sees_fault(row)


def _said(desk: Desk, lang: Lang, call: Call, now_ms: int) -> Said:
    by = said_person(lang, desk.called(call.by))
    return Said(clock_text(call.at_ms, now_ms), call.fault, in_words(desk, lang, call), call.said, by)


def _due(lang: Lang, lines: list[Line], now_ms: int) -> list[Due]:
    """What is due within a day, the latest first."""
    soon = [line for line in lines if line.due_ms is not None and line.due_ms < now_ms + DAY_MS]
    return [
        Due(
            clock_text(line.due_ms or 0, now_ms),
            line.late,
            line.card.id,
            line.card.sentence,
            say(lang, f"due.{line.state}"),
        )
        for line in sorted(soon, key=lambda line: line.due_ms or 0)
    ]


def _planned(desk: Desk, lang: Lang, person: Person, now_ms: int) -> list[Planned]:
    found = []
    for window in desk.store.windows(None, now_ms, now_ms + DAY_MS):
        if window.kind == "weather" or not person.sees_asset(window.target):
            continue
        begin = clock_text(window.from_ms, now_ms)
        key = "sheet.open" if window.to_ms is None else "sheet.span"
        end = "" if window.to_ms is None else clock_text(window.to_ms, now_ms)
        what = say(lang, f"sheet.{window.kind}", what=name_of(desk.names, window.target).text(lang))
        by = said_person(lang, desk.called(window.by or ""))
        found.append(Planned(say(lang, key, begin=begin, end=end), what, by))
    return found
