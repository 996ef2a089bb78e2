"""Following a few small places of the picture closely: do the same few glyphs come again and again, steadily?"""

from collections import deque
from collections.abc import Sequence

import cv2
import numpy as np

from edge.vision.arrays import FINE, Floats, Pixels, floats
from edge.vision.window import Mode

# A column and a row of the grid of cells; width and height of a cell in pixels of the fine picture.
Cell = tuple[int, int]
CELL = (8, 12)
# Left, top, right, bottom in pixels of the fine picture.
Area = tuple[int, int, int, int]
# So many cells of a place are followed, and so much is remembered of it.
CELLS, REMEMBERED = 4, 64
# What is finer than this (pixels) is a stroke, and no stroke counts for more than so many grey levels.
FINER, STRONGEST = 17, 60.0
# Strokes are so strong on average (grey levels), in nearly every key.
FLAT, SELDOM = 8.0, 0.1
# Cosine of two pictures of the same glyph.
SAME = 0.85
# There are ten digits, and what stands beside one changes its picture a little.
FEWEST, MOST = 4, 14
# A glyph is believed after so many changes, when so many of them brought one that was known. Once the alphabet is
# whole, hardly a change brings another: something that passes behind it does.
CHANGES, AGAIN, STRANGE = 10, 1 / 3, 0.2
# The times between two changes differ from the middle one by no more than this share of it, and a key.
STEADY = 0.5
NOTHING = 0
# The slowest clock shows minutes (seconds); keys may be farther apart.
SLOWEST_S = 60.0
# Longer without a key is a pause.
PAUSE_S = 3600.0
# What the camera writes is as bright by night as by day (grey levels).
SAME_INK = 25.0


class Glyph:
    """The pictures that one cell has shown, the newest last."""

    def __init__(self) -> None:
        self._shapes: list[tuple[int, Floats]] = []
        self._shown, self._kinds = NOTHING, 0
        self._changes = self._again = self._strange = 0

    def take(self, patch: Floats) -> bool:
        """The strokes of a key; whether the glyph is another than before."""
        unit = (patch / max(1e-6, float(np.linalg.norm(patch)))).ravel()
        before = self._shown
        known = self._find(unit)
        other = before not in (NOTHING, self._shown)
        self._changes += other
        self._again += other and known
        self._strange += other and not known and self._kinds > MOST
        return other

    def _find(self, unit: Floats) -> bool:
        """Whether it was shown before; the shape that was not seen for longest makes room for a new one."""
        alike = [float(shape @ unit) for _, shape in self._shapes]
        best = int(np.argmax(alike)) if alike else 0
        known = bool(alike) and alike[best] > SAME
        if known:
            self._shapes.append(self._shapes.pop(best))
        else:
            self._kinds += 1
            self._shapes = [*self._shapes[-MOST + 1 :], (self._kinds, unit)]
        self._shown = self._shapes[-1][0]
        return known

    @property
    def is_digit(self) -> bool:
        """Whether a few shapes came so often that they are an alphabet."""
        if self._changes < CHANGES or self._kinds < FEWEST:
            return False
        return self._again >= AGAIN * self._changes and self._strange <= STRANGE * self._changes


class Pace:
    """When something changed: the newest times between changes, in seconds."""

    def __init__(self) -> None:
        self._between: deque[float] = deque(maxlen=REMEMBERED)
        self._steps: deque[float] = deque(maxlen=REMEMBERED)
        self._at: float | None = None
        self._since: float | None = None

    def pause(self) -> None:
        """How long it takes until the next change is not known."""
        self._at = self._since = None

    def take(self, at: float, *, other: bool) -> None:
        """A key of the time ``at``; ``other``: it changed."""
        if self._at is None or not 0 < at - self._at < PAUSE_S:
            self.pause()
        else:
            self._steps.append(at - self._at)
            if self._since is not None and other:
                self._between.append(at - self._since)
        self._at = at
        if other:
            self._since = at

    @property
    def is_steady(self) -> bool:
        """Whether nearly all of them are alike, and as short as a clock's."""
        if not self._between or np.median(self._between) > SLOWEST_S + np.median(self._steps):
            return False
        return len(self._alike()) >= (1 - SELDOM) * len(self._between)

    @property
    def longest_s(self) -> float:
        """The longest of those that are alike."""
        return max(self._alike())

    def _alike(self) -> list[float]:
        middle = float(np.median(self._between))
        return [time for time in self._between if abs(time - middle) <= STEADY * middle + max(self._steps)]


class Track:
    """The ``cells`` of one place, the liveliest first."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        self._cells = list(cells[:CELLS])
        self._glyphs = [Glyph() for _ in self._cells]
        self.area = _area_of(cells)
        self.pace = Pace()
        self._details: deque[float] = deque(maxlen=REMEMBERED)
        self._inks: dict[Mode, deque[float]] = {}

    def take(self, grey: Pixels, at: float, mode: Mode) -> None:
        """A key (360, 640) of the time ``at`` in seconds, in the light of ``mode``."""
        fine = strokes_of(grey, self.area)
        left, top, right, bottom = self.area
        other = False
        for (column, row), glyph in zip(self._cells, self._glyphs, strict=True):
            x, y = column * CELL[0] - left, row * CELL[1] - top
            other |= glyph.take(fine[y : y + CELL[1], x : x + CELL[0]])
        self.pace.take(at, other=other)
        self._details.append(detail_of(fine))
        ink = float(np.percentile(grey[top:bottom, left:right], 98))
        self._inks.setdefault(mode, deque(maxlen=REMEMBERED)).append(ink)

    @property
    def detail(self) -> float:
        """How strong the strokes are in the middle, in grey levels."""
        return float(np.median(self._details))

    @property
    def may_be(self) -> bool:
        """Whether it goes on like a clock: a few glyphs that come and go steadily, always there, as bright in another
        light: a leaf, a sign and a lamp are not.
        """
        flat = sum(detail < FLAT for detail in self._details)
        inks = [float(np.median(inks)) for inks in self._inks.values()]
        if not inks or flat > SELDOM * len(self._details) or max(inks) - min(inks) > SAME_INK:
            return False
        return self.pace.is_steady and any(glyph.is_digit for glyph in self._glyphs)

    @property
    def is_clock(self) -> bool:
        """Whether it is certain: in one light alone many things look like it."""
        return len(self._inks) > 1 and self.may_be


def _area_of(cells: Sequence[Cell]) -> Area:
    columns, rows = [cell[0] for cell in cells], [cell[1] for cell in cells]
    left, top = min(columns) * CELL[0], min(rows) * CELL[1]
    return left, top, (max(columns) + 1) * CELL[0], (max(rows) + 1) * CELL[1]


def strokes_of(grey: Pixels, area: Area) -> Floats:
    """The fine detail of ``area`` of a picture (360, 640), in grey levels."""
    left, top, right, bottom = area
    x, y = max(0, left - FINER), max(0, top - FINER)
    around = floats(grey[y : min(FINE[1], bottom + FINER), x : min(FINE[0], right + FINER)])
    fine = around - floats(cv2.blur(around, (FINER, FINER)))
    cut = fine[top - y : bottom - y, left - x : right - x]
    return floats(np.clip(cut, -STRONGEST, STRONGEST))


def detail_of(strokes: Floats) -> float:
    """How strong ``strokes`` are on average."""
    return float(np.abs(strokes).mean())
