"""Another way to somebody whom a letter did not reach, or to somebody else in their place."""

from collections.abc import Collection, Iterator, Sequence

from msgspec.structs import replace

from gateway.dispatch.posts import Post, after, post_of
from gateway.dispatch.routing import Round, Told, once, row
from gateway.dispatch.setup import Setup
from gateway.dispatch.ways import Way, rank
from gateway.dispatch.words import Address


def other_ways(setup: Setup, failed: Sequence[Address], tried: Told, at_ms: int) -> tuple[Address, ...]:
    """What to try instead of letters of one message, step and post, none of which arrived; () = everything was tried.

    For each recipient the surest channel that was not tried. If none is left, or no word of them can be relied on, also
    the post's other people and its group, and if none of them is left either, those who come after them. They get it in
    the post's place, so ``post`` stays, as does the step. ``tried``: (recipient, channel) of all letters of the fault.

    A row without a recipient has no other way once anybody was told: those who come after it were told with it, and
    theirs are other letters.
    """
    told_of = {one.recipient: one for one in failed if one.recipient}
    if not told_of and any(recipient for recipient, _ in tried):
        return ()
    own = [(one, way) for one in told_of.values() if (way := _best(setup, one.recipient, tried))]
    rows = [Address(way.recipient, way.channel, one.post, one.role, at_ms, one.step) for one, way in own]
    if not any(way.confirms for _, way in own):
        rows += _others(setup, failed[0], told_of.keys(), Round(0, at_ms, failed[0].step, tried))
    return once(setup, rows)


def _best(setup: Setup, recipient: str, tried: Told) -> Way | None:
    left = (way for way in setup.ways.get(recipient, ()) if (recipient, way.channel) not in tried)
    return min(left, key=rank, default=None)


def _others(setup: Setup, failed: Address, without: Collection[str], now: Round) -> list[Address]:
    post = post_of(setup, failed.post)
    for level in ((post,), *after(setup, post)):
        rows = [found for other in level for found in _left(setup, other, without, now)]
        if rows:
            return [replace(found, post=failed.post) for found in rows]
    return []


def _left(setup: Setup, post: Post, without: Collection[str], now: Round) -> Iterator[Address]:
    here = (*(person.id for person in setup.people(post.key, now.due_ms)), *setup.rooms(post.key))
    for name in here:
        way = _best(setup, name, now.told) if name not in without else None
        if way:
            yield row(way, post, now)
