"""Another way to somebody whom a letter did not reach, or to somebody else in their place."""

from collections.abc import Iterator

from gateway.dispatch.posts import Post, after, post_of
from gateway.dispatch.routing import Round, Told, once, row
from gateway.dispatch.setup import Setup
from gateway.dispatch.ways import Way, rank
from gateway.dispatch.words import Address


def another_way(setup: Setup, failed: Address, tried: Told, at_ms: int) -> tuple[Address, ...]:
    """The recipient's surest channel that was not tried; if none is left, or its word cannot be relied on, also the
    post's other people and its group, and if none of them is left either, those who come after them.

    ``tried``: (recipient, channel) of all letters of this fault. The step stays; () = everything was tried.
    """
    own = _best(setup, failed.recipient, tried)
    rows = [Address(failed.recipient, own.channel, failed.post, failed.role, at_ms, failed.step)] if own else []
    if own is None or not own.confirms:
        rows += _others(setup, failed, Round(0, at_ms, failed.step, tried))
    return once(setup, rows)


def _best(setup: Setup, recipient: str, tried: Told) -> Way | None:
    left = (way for way in setup.ways.get(recipient, ()) if (recipient, way.channel) not in tried)
    return min(left, key=rank, default=None)


def _others(setup: Setup, failed: Address, now: Round) -> list[Address]:
    post = post_of(setup, failed.post)
    for level in ((post,), *after(setup, post)):
        rows = [found for other in level for found in _left(setup, other, failed.recipient, now)]
        if rows:
            return rows
    return []


def _left(setup: Setup, post: Post, without: str, now: Round) -> Iterator[Address]:
    here = (*(person.id for person in setup.people(post.key, now.due_ms)), *setup.rooms(post.key))
    for name in here:
        way = _best(setup, name, now.told) if name != without else None
        if way:
            yield row(way, post, now)
