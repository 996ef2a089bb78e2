"""Whether two computers say that they are one node: the current card changes again and again. Values in, values out.

A new card moves the node's stream once, an old one that is put back once more. Two that run at the same time take turns
at each of their births and probes, for as long as both live.
"""

from msgspec import Struct
from msgspec.structs import replace

WINDOW_MS = 3_600_000
# More flips than this within the window are no change of cards.
ALLOWED = 3


class Flips(Struct, frozen=True, omit_defaults=True):
    """When the current stream moved back to a card that had been there before, within the last window; ``since_ms``:
    the first of those that were too many, None = they are not. ``unborn``: cards that a probe alone brought in.
    """

    at_ms: tuple[int, ...] = ()
    since_ms: int | None = None
    unborn: tuple[str, ...] = ()


def flipped(flips: Flips, now_ms: int) -> tuple[Flips, bool]:
    """The current stream moved to another known one; True when it is that which makes them too many.

    It is said once, and again only after an hour without any flip.
    """
    flips = aged(flips, now_ms)
    # Of more than that nothing further follows, so the value stays small however fast they flip.
    recent = (*flips.at_ms, now_ms)[-(ALLOWED + 1) :]
    begins = len(recent) > ALLOWED and flips.since_ms is None
    return replace(flips, at_ms=recent, since_ms=recent[0] if begins else flips.since_ms), begins


def aged(flips: Flips, now_ms: int) -> Flips:
    """Without what is an hour old, and with nothing ahead of a clock that was put back."""
    recent = tuple(min(at, now_ms) for at in flips.at_ms if now_ms - at < WINDOW_MS)
    return replace(flips, at_ms=recent, since_ms=flips.since_ms if recent else None)


def unborn(flips: Flips, stream: str) -> Flips:
    """A probe brought in the card ``stream``: its birth, which says more, was lost or is late."""
    return replace(flips, unborn=(*flips.unborn, stream))


def born(flips: Flips, stream: str) -> tuple[Flips, bool]:
    """The birth of ``stream`` came; True if a probe had brought it in before."""
    if stream not in flips.unborn:
        return flips, False
    return replace(flips, unborn=tuple(other for other in flips.unborn if other != stream)), True
