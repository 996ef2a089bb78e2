"""How long nothing has happened in the picture, and how long that ever lasted."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from edge.vision.arrays import Floats
from edge.vision.key import Key
from edge.vision.window import Mode

# Something happens when the mean of a block changes by so many grey levels; noise adds this share of its sigma.
HAPPENS, NOISY = 1.0, 0.1
# The longest time in which nothing happened means something after so many seconds of watching; then nothing may have
# happened for so many times as long, and for half an hour.
WATCHED_S, TIMES, AT_LEAST_S = 86_400.0, 6.0, 1800.0
# Keys that are farther apart say nothing of the time between.
FARTHEST_S = 900.0


@dataclass(frozen=True, slots=True)
class Gaps:
    """In one mode: for how long it was watched (no more than WATCHED_S), and the longest time without anything."""

    watched_s: float = 0.0
    longest_s: float = 0.0


NO_GAPS = Gaps()


class Quiet:
    """Compares each key with the one at which something happened last, so that daylight that creeps is something."""

    def __init__(self) -> None:
        self.new_stream()

    def new_stream(self) -> None:
        """What was before says nothing."""
        self._seen: Floats | None = None
        self._at = 0.0
        # Seconds between the newest two keys; without anything until now, in which modes, and whether all was well.
        self._passed_s = self.lasts_s = 0.0
        self._modes: frozenset[Mode] = frozenset()
        self._good = True
        self._over: tuple[float, frozenset[Mode]] | None = None

    def take(self, key: Key, at: float) -> bool:
        """A key of the time ``at`` in seconds; whether something happened."""
        passed = at - self._at
        if self._seen is None or not 0 <= passed < FARTHEST_S:
            self.new_stream()
            self._seen, self._at = key.colour, at
            return False
        self._at, self._passed_s = at, passed
        self.lasts_s += passed
        least = HAPPENS + NOISY * (key.noise or 0.0)
        if float(np.abs(key.colour - self._seen).max()) < least:
            return False
        self._over = (self.lasts_s, self._modes) if self._good else None
        self._seen, self.lasts_s, self._modes, self._good = key.colour, 0.0, frozenset(), True
        return True

    def learned(self, gaps: Mapping[Mode, Gaps], mode: Mode, *, good: bool) -> Mapping[Mode, Gaps]:
        """``gaps`` after the newest key, of ``mode``; ``good``: its picture is no other fault's."""
        self._modes |= {mode}
        self._good &= good
        over, self._over = self._over, None
        if not good:
            return gaps
        known = dict(gaps)
        old = known.get(mode, NO_GAPS)
        known[mode] = Gaps(min(WATCHED_S, old.watched_s + self._passed_s), old.longest_s)
        self._passed_s = 0.0
        for passed in over[1] if over else ():
            before = known.get(passed, NO_GAPS)
            known[passed] = Gaps(before.watched_s, max(before.longest_s, over[0] if over else 0.0))
        return gaps if known == gaps else known

    def is_long(self, gaps: Mapping[Mode, Gaps]) -> bool:
        """Whether nothing has happened for far longer than it ever took."""
        known = [gaps.get(mode, NO_GAPS) for mode in self._modes]
        if not known or min(one.watched_s for one in known) < WATCHED_S:
            return False
        return self.lasts_s > max(AT_LEAST_S, TIMES * max(one.longest_s for one in known))
