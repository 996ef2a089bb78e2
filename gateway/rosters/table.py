"""The table of who is on duty, for a terminal."""

import unicodedata
from collections.abc import Iterator

from gateway.dispatch import Person, Post, Setup, needed_posts, on_duty
from gateway.dispatch.post_names import post_name
from gateway.dispatch.posts import post_of

HEADER = ("post", "", "on duty", "reached by")


def table(setup: Setup, at_ms: int, numbers: bool) -> Iterator[str]:
    """A line a post; ``numbers``: telephone numbers in full."""
    rows = [HEADER, *(row for post in _posts(setup) for row in _rows(setup, post, at_ms, numbers))]
    widths = [max(width(row[column]) for row in rows) for column in range(len(HEADER))]
    for row in rows:
        yield "  ".join(cell + " " * (w - width(cell)) for cell, w in zip(row, widths, strict=True)).rstrip()


def width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _posts(setup: Setup) -> list[Post]:
    """Those that faults lead to, and those that the roster has beside them."""
    roster = setup.roster
    keys = (*roster.duties_of, *roster.hand_overs_of) if roster else ()
    beside = (post_of(setup, f"{post}@{grid}" if grid else post) for post, grid in keys)
    return sorted({*needed_posts(setup), *beside})


def _rows(setup: Setup, post: Post, at_ms: int, numbers: bool) -> Iterator[tuple[str, str, str, str]]:
    on = on_duty(setup.roster, *post.key, at_ms, setup.calendar) if setup.roster else ()
    people = [(person.name, _reached(setup, person, numbers)) for person in on]
    rooms = [(room, setup.ways[room][0].channel) for room in setup.rooms(post.key)]
    first, name = post.id, post_name(setup.village, post.id).zh
    for who, by in (*people, *rooms) or (("-- nobody --", ""),):
        yield first, name, who, by
        first = name = ""


def _reached(setup: Setup, person: Person, numbers: bool) -> str:
    number = person.phone if numbers or person.phone is None else masked(person.phone)
    channels = ", ".join(way.channel for way in setup.ways[person.id]) or "no channel"
    return f"{channels}  {number}" if number else channels


def masked(phone: str) -> str:
    """``+8613800001234`` -> ``+86138****1234``."""
    return f"{phone[:-8]}****{phone[-4:]}"
