"""Who is on duty at a moment, and when nobody is. All times are Unix ms, stretches half-open."""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from gateway.dispatch.days import DAY_MS, MINUTE_MS, Calendar, day_of, midnight_ms
from gateway.dispatch.roster import Duty, Person, Roster
from gateway.faults.times import minute_of

# A post and, for those that each grid has of its own, the grid.
PostKey = tuple[str, str | None]
Stretch = tuple[int, int]


class Gap(NamedTuple):
    """Nobody is on duty at a post in ``[from_ms, to_ms)``."""

    post: str
    grid: str | None
    from_ms: int
    to_ms: int


def on_duty(roster: Roster, post: str, grid: str | None, at_ms: int, calendar: Calendar) -> tuple[Person, ...]:
    """Who is on duty, in the file's order, each once; hand-overs count in the file's order, each on what the ones
    before it left."""
    here: dict[str, None] = {}
    for duty in roster.duties_of.get((post, grid), ()):
        if _covers(duty, at_ms, calendar):
            here[duty.person] = None
    for row in roster.hand_overs_of.get((post, grid), ()):
        begin, end = row.span_ms
        if begin <= at_ms < end and (row.instead_of is None or row.instead_of in here):
            here = dict.fromkeys(row.person if name == row.instead_of else name for name in here)
            here[row.person] = None
    return tuple(roster.by_id[name] for name in here)


def next_change(
    roster: Roster, key: PostKey, at_ms: int, until_ms: int, calendar: Calendar
) -> tuple[int, tuple[Person, ...]] | None:
    """The first moment in ``(at_ms, until_ms)`` at which others are on duty than at ``at_ms``, and who; None: none."""
    now = {person.id for person in on_duty(roster, *key, at_ms, calendar)}
    turns = {edge for stretch in _stretches(roster, key, at_ms, until_ms, calendar) for edge in stretch}
    turns |= {edge for row in roster.hand_overs_of.get(key, ()) for edge in row.span_ms}
    for turn in sorted(turn for turn in turns if at_ms < turn < until_ms):
        people = on_duty(roster, *key, turn, calendar)
        if {person.id for person in people} != now:
            return turn, people
    return None


def _covers(duty: Duty, at_ms: int, calendar: Calendar) -> bool:
    today = day_of(at_ms)
    return any(begin <= at_ms < end for day in (today, today - 1) for begin, end in _shift(duty, day, calendar))


def _shift(duty: Duty, day: int, calendar: Calendar) -> Iterator[Stretch]:
    """The shift that begins on ``day``, if there is one."""
    if not _falls_on(duty, day, calendar):
        return
    begin, end = minute_of(duty.begin), minute_of(duty.end)
    start = midnight_ms(day)
    yield start + begin * MINUTE_MS, start + end * MINUTE_MS + (DAY_MS if end <= begin else 0)


def _falls_on(duty: Duty, day: int, calendar: Calendar) -> bool:
    holiday = day in calendar.holidays
    if (duty.holidays == "only" and not holiday) or (duty.holidays == "never" and holiday):
        return False
    return duty.days == "every" or calendar.weekday(day) in duty.days


def gaps(roster: Roster, posts: Collection[PostKey], from_ms: int, to_ms: int, calendar: Calendar) -> tuple[Gap, ...]:
    """When nobody is on duty at one of ``posts`` within ``[from_ms, to_ms)``, by post and time."""
    return tuple(
        Gap(post, grid, *hole)
        for post, grid in posts
        for hole in _holes(sorted(_stretches(roster, (post, grid), from_ms, to_ms, calendar)), from_ms, to_ms)
    )


def _stretches(roster: Roster, key: PostKey, from_ms: int, to_ms: int, calendar: Calendar) -> Iterator[Stretch]:
    """When somebody is there; who stands in for another fills no hole."""
    for duty in roster.duties_of.get(key, ()):
        for day in range(day_of(from_ms) - 1, day_of(to_ms) + 1):
            yield from _shift(duty, day, calendar)
    yield from (row.span_ms for row in roster.hand_overs_of.get(key, ()) if row.instead_of is None)


def _holes(stretches: list[Stretch], from_ms: int, to_ms: int) -> Iterator[Stretch]:
    at = from_ms
    for begin, end in stretches:
        if begin > at:
            yield at, min(begin, to_ms)
        at = max(at, end)
        if at >= to_ms:
            return
    if at < to_ms:
        yield at, to_ms
