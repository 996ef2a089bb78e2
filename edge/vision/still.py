"""A picture that stands still while its encoder goes on: no more than a suspicion, since a quiet night looks alike.

Three signs: less changes from key to key than ever before; the clock in the picture stands; nothing has happened for
far longer than ever before.
"""

from dataclasses import replace

from edge.vision.clockmark import ClockSearch
from edge.vision.facts import Facts
from edge.vision.hands import Hands
from edge.vision.key import Key
from edge.vision.quiet import Quiet
from edge.vision.reference import Reference, References
from edge.vision.window import Mode

# So many changes from key to key must be known, and none of them smaller than this (grey levels), before stillness
# means anything; and then nothing may change by more than this share of the smallest.
PAIRS = 6
LIVELY = 0.3
STILL = 0.35


def is_still(facts: Facts, reference: Reference) -> bool:
    """Whether less changes from each key to the next than ever before."""
    if reference.pairs < PAIRS or reference.least < LIVELY or not facts.changes:
        return False
    return max(facts.changes) < STILL * reference.least


class Stillness:
    """What takes more than five keys to be seen. What it learns is kept in the references."""

    def __init__(self) -> None:
        self._search, self._hands, self._quiet = ClockSearch(), Hands(), Quiet()

    def new_stream(self) -> None:
        """What comes next is compared with no picture of before."""
        for one in (self._search, self._hands, self._quiet):
            one.new_stream()

    def take(self, key: Key, at: float, mode: Mode, known: References) -> References:
        """A key of the time ``at`` in seconds; what is known with it."""
        happens = self._quiet.take(key, at)
        if known.clock is None:
            clock = self._search.take(key.grey, at, mode)
            return known if clock is None else replace(known, clock=clock)
        self._hands.take(known.clock, key.grey, at, happens=happens)
        if not self._hands.no_clock:
            return known
        self._search, self._hands = ClockSearch(), Hands()
        return replace(known, clock=None)

    def judged(self, mode: Mode, known: References, *, good: bool) -> tuple[bool, References]:
        """Whether the picture may stand still, and what is known after a window; ``good``: no other fault is in it."""
        stands = known.clock is not None and self._hands.stand(known.clock)
        gaps = self._quiet.learned(known.gaps, mode, good=good and not stands)
        after = known if gaps is known.gaps else replace(known, gaps=gaps)
        return stands or (good and self._quiet.is_long(gaps)), after

    def numbers(self, known: References) -> dict[str, float]:
        """For how many seconds nothing has happened, and the clock, where there is one, has stood."""
        told = {"quiet_s": self._quiet.lasts_s}
        return told if known.clock is None else told | {"clock_stood_s": self._hands.stood_s}
