"""Who is told first of a fault, by which channel and when."""

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from gateway.dispatch.posts import Chain, Post, after, leads, posts
from gateway.dispatch.quiet import due_ms, is_night
from gateway.dispatch.setup import Setup
from gateway.dispatch.ways import GROUP, Way
from gateway.dispatch.words import Address, ChannelKind

URGENT = 1
# (recipient, channel) of letters that went before.
Told = Collection[tuple[str, str]]


class Round(NamedTuple):
    """One telling of people: of which severity, when, on which step, and who was told before."""

    severity: int
    due_ms: int
    step: int = 0
    told: Told = ()


def address(
    setup: Setup, asset: str, code: str, severity: int, at_ms: int, department: str | None = None
) -> tuple[Address, ...]:
    """Step 0: the rows of a fault's first message, never none. ``department``: to whom the fault was passed on.

    Who is told is who is on duty when the letter is due. A row without a recipient names a post that has nobody; those
    who come after it are told at once. Of several such posts the first is named.
    """
    now = Round(severity, due_ms(setup.times, severity, at_ms))
    first, nearest = posts(setup, asset, code, department), leads(setup, asset)
    return once(
        setup, (row for post in first for row in reach(setup, post, after(setup, post, first[0], nearest), now))
    )


def reach(setup: Setup, post: Post, chain: Chain, now: Round) -> Iterator[Address]:
    """A post's rows; if nobody is there, a row that says so, and those of the first of ``chain`` where somebody is."""
    yield from tell(setup, post, now)
    if manned(setup, post, now):
        return
    yield Address("", "", post.id, post.role, now.due_ms, now.step)
    for level in chain:
        yield from (row for other in level for row in tell(setup, other, now))
        if any(manned(setup, other, now) for other in level):
            return


def manned(setup: Setup, post: Post, now: Round) -> bool:
    """Whether somebody is there. At severity 1 a room does not count: nobody may be looking at it."""
    return bool(setup.people(post.key, now.due_ms) or (now.severity != URGENT and setup.rooms(post.key)))


def tell(setup: Setup, post: Post, now: Round) -> list[Address]:
    """The rows for one post alone. Each person's ways by which they were told before come last."""
    people = [_fresh(setup.ways[person.id], now.told) for person in setup.people(post.key, now.due_ms)]
    rooms = [setup.ways[room][0] for room in setup.rooms(post.key)]
    if now.severity == URGENT:
        return [*_urgent(setup, post, people, rooms, now)]
    return [row(way, post, now) for way in (rooms or [ways[0] for ways in people])]


def _fresh(ways: tuple[Way, ...], told: Told) -> tuple[Way, ...]:
    return tuple(sorted(ways, key=lambda way: (way.recipient, way.channel) in told))


def row(way: Way, post: Post, now: Round, later_ms: int = 0, unless_taken: bool = False) -> Address:
    """One row of the outbox."""
    return Address(way.recipient, way.channel, post.id, post.role, now.due_ms + later_ms, now.step, unless_taken)


def _of_kind(ways: Iterable[Way], kind: ChannelKind) -> Way | None:
    return next((way for way in ways if way.kind == kind), None)


def _urgent(setup: Setup, post: Post, people: list[tuple[Way, ...]], rooms: list[Way], now: Round) -> Iterator[Address]:
    """By day all at once; by night it rings first, and what follows is of no use once somebody has it."""
    night = is_night(setup.times, now.due_ms)
    gap = round(setup.times.night_gap_s * 1000)
    for ways in people:
        ring = _of_kind(ways, "voice") if night else None
        rest = [way for way in ways if way != ring]
        text = _of_kind(rest, "sms") or next(iter(rest), None)
        if ring:
            yield row(ring, post, now)
        if text:
            yield row(text, post, now, gap, unless_taken=True) if ring else row(text, post, now)
    late = night and bool(people)
    yield from (row(room, post, now, 2 * gap if late else 0, unless_taken=late) for room in rooms)


def once(setup: Setup, rows: Iterable[Address]) -> tuple[Address, ...]:
    """Each recipient once on each channel, at the earliest of its times; a room once, however many names it has."""
    kept: dict[tuple[str, str, str], Address] = {}
    for one in rows:
        found = way(setup, one.recipient, one.channel)
        room = found is not None and one.recipient.startswith(GROUP)
        key = ("", one.channel, found.to) if found and room else (one.recipient, one.channel, "")
        before = kept.get(key)
        if before is None or (one.due_ms, one.unless_taken) < (before.due_ms, before.unless_taken):
            kept[key] = one
    return tuple(kept.values())


def way(setup: Setup, recipient: str, channel: str) -> Way | None:
    """How a person or a group is reached on a channel; None if they no longer are."""
    return next((way for way in setup.ways.get(recipient, ()) if way.channel == channel), None)
