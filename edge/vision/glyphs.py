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
CELLS, REMEMBERED = 3, 64
# What is finer than this (pixels) is a stroke, and no stroke counts for more than so many grey levels.
FINER, STRONGEST = 17, 60.0
# Strokes are so strong on average (grey levels), in nearly every key.
FLAT, SELDOM = 8.0, 0.1
# Cosine of two pictures of the same glyph.
SAME = 0.85
# There are ten digits, and what stands beside one changes its picture a little. The newest changes bring so many of
# them: a sign of two words has two by day and two by night.
FEWEST, MOST, NEWEST = 5, 14, 12
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
# So many pixels of a place are at least as bright as its ink.
INK = 5


class Glyph:
    """Which of its shapes one cell has shown. Its track holds MOST of them; the one not seen for longest makes room."""

    def __init__(self) -> None:
        self._names, self._used = [NOTHING] * MOST, [0] * MOST
        self._shown, self._kinds, self._keys = NOTHING, 0, 0
        self._changes = self._again = self._strange = 0
        self._newest: deque[int] = deque(maxlen=NEWEST)
        self.another = False

    def take(self, best: int, alike: float) -> int:
        """The held shape that a key's resembles most, and how much; where this one is to be held."""
        before, known = self._shown, alike > SAME
        at = best if known else self._used.index(min(self._used))
        if not known:
            self._kinds += 1
            self._names[at] = self._kinds
        self._keys += 1
        self._used[at], self._shown = self._keys, self._names[at]
        self.another = before not in (NOTHING, self._shown)
        if self.another:
            self._newest.append(self._shown)
        self._changes += self.another
        self._again += self.another and known
        self._strange += self.another and not known and self._kinds > MOST
        return at

    @property
    def is_digit(self) -> bool:
        """Whether a few shapes came so often that they are an alphabet."""
        if self._changes < CHANGES or len(set(self._newest)) < FEWEST or self.is_strange:
            return False
        return self._again >= AGAIN * self._changes

    @property
    def is_strange(self) -> bool:
        """Whether shapes keep coming that were not seen before."""
        return self._changes >= CHANGES and self._strange > STRANGE * self._changes


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
        self._shapes = np.zeros((len(self._cells), MOST, CELL[0] * CELL[1]), np.float32)
        self.area = _area_of(cells)
        self.pace = Pace()
        self._details: deque[float] = deque(maxlen=REMEMBERED)
        self._inks: dict[Mode, deque[float]] = {}

    def take(self, grey: Pixels, at: float, mode: Mode) -> None:
        """A key (360, 640) of the time ``at`` in seconds, in the light of ``mode``."""
        fine = strokes_of(grey, self.area)
        left, top, right, bottom = self.area
        units = self._units(fine)
        alike = (self._shapes @ units[:, :, None])[:, :, 0]
        best = alike.argmax(axis=1).tolist()
        for number, (glyph, held) in enumerate(zip(self._glyphs, best, strict=True)):
            self._shapes[number, glyph.take(held, float(alike[number, held]))] = units[number]
        other = any(glyph.another for glyph in self._glyphs)
        self.pace.take(at, other=other)
        self._details.append(detail_of(fine))
        shown = grey[top:bottom, left:right].ravel()
        ink = float(np.partition(shown, -INK)[-INK])
        self._inks.setdefault(mode, deque(maxlen=REMEMBERED)).append(ink)

    def _units(self, fine: Floats) -> Floats:
        """The strokes of each cell, of length 1."""
        left, top = self.area[:2]
        corners = [(row * CELL[1] - top, column * CELL[0] - left) for column, row in self._cells]
        patches = np.stack([fine[y : y + CELL[1], x : x + CELL[0]].ravel() for y, x in corners])
        return floats(patches / np.maximum(np.linalg.norm(patches, axis=1, keepdims=True), 1e-6))

    @property
    def is_hopeless(self) -> bool:
        """Whether it was followed for long enough to know that it is no clock."""
        strange = all(glyph.is_strange for glyph in self._glyphs)
        return strange or (len(self._details) == REMEMBERED and self._is_flat)

    @property
    def _is_flat(self) -> bool:
        return sum(detail < FLAT for detail in self._details) > SELDOM * len(self._details)

    @property
    def detail(self) -> float:
        """How strong the strokes are in the middle, in grey levels."""
        return float(np.median(self._details))

    @property
    def may_be(self) -> bool:
        """Whether it goes on like a clock: a few glyphs that come and go steadily, always there, as bright in another
        light: a leaf, a sign and a lamp are not.
        """
        inks = [float(np.median(inks)) for inks in self._inks.values()]
        if not inks or self._is_flat or max(inks) - min(inks) > SAME_INK:
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
