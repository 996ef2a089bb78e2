"""The clock that a camera writes into its picture: small glyphs that stand alone, change steadily, and come again."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from edge.vision.arrays import FINE, Flags, Pixels
from edge.vision.glyphs import CELL, Area, Cell, Track
from edge.vision.window import Mode

GRID = (FINE[0] // CELL[0], FINE[1] // CELL[1])
# Keys nearer than this may show the same second.
APART_S = 2.0
# A stroke comes or goes where a pixel changes by so many grey levels; a glyph has changed with so many such pixels.
STROKE = 20
PIXELS = 4
ENOUGH = PIXELS * 255 // (CELL[0] * CELL[1])
# When so much of the picture changes at once, the light or the view did, and nothing is learned of glyphs.
MUCH = 0.25
# After so many pairs of keys those places are looked at closely that changed in such a share of them: a clock of
# seconds changes in all, one of minutes in every sixth.
LOOK_AT = {6: 0.7, 60: 0.08}
# Then places are looked for anew, beside those that still may be one.
ANEW = 400
# What a clock may measure, in cells, and how much may go on around it, of what goes on within.
LARGEST = (10, 3)
AROUND = 0.5
# So many places are followed, and so many are taken up at once.
PLACES, NEW = 6, 3
# And after so many pairs each time, those that are none are given up.
GIVEN_UP = 16


@dataclass(frozen=True, slots=True)
class Clock:
    """``area``: where its quickest glyphs are; ``detail``: how strong their strokes are, in grey levels; ``longest_s``:
    the longest time between two changes while it was learned.
    """

    area: Area
    detail: float
    longest_s: float


class ClockSearch:
    """Looks for a clock until there is one."""

    def __init__(self) -> None:
        self._hits = np.zeros((GRID[1], GRID[0]), np.uint16)
        self._pairs = 0
        self._tracks: list[Track] = []
        self._before: tuple[Pixels, float] | None = None

    def new_stream(self) -> None:
        """What comes next is compared with no picture of before."""
        self._before = None
        for track in self._tracks:
            track.pace.pause()

    def take(self, grey: Pixels, at: float, mode: Mode) -> Clock | None:
        """A key (360, 640) of the time ``at`` in seconds, in the light of ``mode``; the clock, once it is certain."""
        before = self._before
        if before is not None and abs(at - before[1]) < APART_S:
            return None
        self._before = (grey, at)
        for track in self._tracks:
            track.take(grey, at, mode)
            if track.is_clock:
                return Clock(track.area, track.detail, track.pace.longest_s)
        if before is not None:
            self._count(changed(before[0], grey))
        return None

    def _count(self, cells: Flags) -> None:
        if cells.mean() > MUCH:
            return
        self._hits += cells
        self._pairs += 1
        if self._pairs in LOOK_AT:
            found = places(self._hits, LOOK_AT[self._pairs] * self._pairs)[:NEW]
            known = [track.area for track in self._tracks]
            self._tracks += [track for track in found if track.area not in known]
            self._tracks = self._tracks[:PLACES]
        if self._pairs % GIVEN_UP == 0:
            self._tracks = [track for track in self._tracks if not track.is_hopeless]
        if self._pairs >= ANEW:
            self._tracks = [track for track in self._tracks if track.may_be]
            self._hits[:], self._pairs = 0, 0


def strokes(before: Pixels, after: Pixels, least: float = STROKE) -> Pixels:
    """Where strokes of ``least`` grey levels came or went between two pictures, 255 or 0."""
    return np.asarray(cv2.threshold(cv2.absdiff(before, after), least, 255, cv2.THRESH_BINARY)[1], np.uint8)


def changed(before: Pixels, after: Pixels) -> Flags:
    """The cells (30, 80) in which strokes came or went."""
    share = cv2.resize(strokes(before, after), GRID, interpolation=cv2.INTER_AREA)
    return np.asarray(share >= ENOUGH)


def places(hits: npt.NDArray[np.uint16], least: float) -> list[Track]:
    """The small places of cells that changed at ``least`` so often, with little around them, the loneliest first."""
    found = sorted(_lonely(hits, np.asarray(hits >= least)), key=lambda one: one[0])
    return [Track(cells) for _, cells in found]


def _lonely(hits: npt.NDArray[np.uint16], often: Flags) -> Iterator[tuple[float, list[Cell]]]:
    """How much goes on around each small place, of what goes on within; and its cells, the liveliest first."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(often.astype(np.uint8), connectivity=8)
    for label in range(1, count):
        left, top, width, height = (int(value) for value in stats[label][:4])
        if width > LARGEST[0] or height > LARGEST[1]:
            continue
        near = np.s_[max(0, top - 1) : top + height + 1, max(0, left - 1) : left + width + 1]
        within = labels[near] == label
        around = float(hits[near][~within].mean()) / float(hits[near][within].mean())
        if around < AROUND:
            rows, columns = np.nonzero(labels == label)
            order = np.argsort(-hits[rows, columns].astype(int), kind="stable")
            yield around, [(int(columns[at]), int(rows[at])) for at in order]
