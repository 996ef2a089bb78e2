"""Whether the clock in the picture goes."""

import cv2
import numpy as np

from edge.vision.arrays import FINE, Pixels
from edge.vision.clockmark import APART_S, ENOUGH, STROKE, Clock, strokes
from edge.vision.glyphs import CELL, detail_of, strokes_of

# It stands when so many keys in a row show what the one before showed, for so many times the longest time that it took.
KEYS, TIMES = 3, 3.0
# Its strokes must be there, to this share; or it is switched off, or something lies over it.
THERE = 0.5
# Strong strokes leave more behind in an encoder: a change must be as strong as they are, and no stronger than this.
STRONGEST_CHANGE = 40
# Left and right of the quickest glyphs are others of the same clock (pixels): keys a minute apart change those alone.
BESIDE = (48, 24)
# One that stands while so many keys show that the picture goes on is no clock any more.
NO_CLOCK = 360


class Hands:
    """Follows a clock that is known. ``stood_s``: seconds since it was seen to go, or to be there."""

    def __init__(self) -> None:
        self.new_stream()

    def new_stream(self) -> None:
        """What comes next is compared with no picture of before."""
        self._before: tuple[Pixels, float] | None = None
        self._begin()

    def _begin(self) -> None:
        self.stood_s, self._keys, self._lively = 0.0, 0, 0

    def take(self, clock: Clock, grey: Pixels, at: float, *, happens: bool) -> None:
        """A key (360, 640) of the time ``at`` in seconds; ``happens``: the picture goes on."""
        before = self._before
        if before is not None and 0 <= at - before[1] < APART_S:
            return
        self._before = (grey, at)
        there = detail_of(strokes_of(grey, clock.area)) >= THERE * clock.detail
        if before is None or at < before[1] or not there or _goes(before[0], grey, clock):
            self._begin()
            return
        self.stood_s += at - before[1]
        self._keys += 1
        self._lively += happens

    def stand(self, clock: Clock) -> bool:
        """Whether it stands."""
        return self._keys >= KEYS and self.stood_s >= TIMES * clock.longest_s

    @property
    def no_clock(self) -> bool:
        """Whether it was taken away, and something still is in its place."""
        return self._lively >= NO_CLOCK


def _goes(before: Pixels, after: Pixels, clock: Clock) -> bool:
    left, top, right, bottom = clock.area
    there = np.s_[top:bottom, max(0, left - BESIDE[0]) : min(FINE[0], right + BESIDE[1])]
    least = min(STRONGEST_CHANGE, max(STROKE, clock.detail))
    return bool(cv2.blur(strokes(before[there], after[there], least), CELL).max() >= ENOUGH)
