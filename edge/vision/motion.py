"""Where the view lies on the reference: found by points that are found again, and by the phases of the edges."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from cv2.typing import MatLike

from edge.vision.arrays import FINE, WORKING, Flags, Floats, Pixels, blocks, floats, median, scaled, smooth
from edge.vision.shape import STRONG, Directions, edges_of

POINTS = 800
# Pixels a point may lie beside where the movement puts it.
TOLERANCE = 3.0
NEAREST = 0.85
# A match of fewer points is chance, and so is a zoom beyond this.
FEWEST = 8
LITTLE, LITTLE_DEG = 0.004, 0.4
ZOOM_MOST = 0.6
_WINDOW = cv2.createHanningWindow(WORKING, cv2.CV_32F)
# A block that the moved picture shows no less of can be compared.
WHOLE = 0.98
# Pictures that lie no more than so many pixels apart need not be laid upon each other.
SWAY = 0.4
# Edges are laid upon each other at this size, as wide as they may lie apart; after so many steps, or none of use.
SMALL = (240, 135)
WIDE = 1.5
_SMALL_WINDOW = cv2.createHanningWindow(SMALL, cv2.CV_32F)
_STEPS = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 40, 1e-4)


@dataclass(frozen=True, slots=True)
class Points:
    """Places (n, 2) in the picture and their descriptions (n, 32)."""

    places: Floats
    words: Pixels


@dataclass(frozen=True, slots=True)
class Motion:
    """``shift`` as a share of the picture's width, ``turn`` in degrees, ``zoom`` as a share; ``inliers`` points fit it.

    ``matrix`` (2, 3) leads from the reference (360, 640) to where that is seen now.
    """

    matrix: Floats
    inliers: int = 0

    @property
    def shift(self) -> float:
        """Of the picture's centre."""
        x, y = self.matrix @ np.array([FINE[0] / 2, FINE[1] / 2, 1], np.float32)
        return math.hypot(float(x) - FINE[0] / 2, float(y) - FINE[1] / 2) / FINE[0]

    @property
    def is_none(self) -> bool:
        """Whether it is so little that everything still lies where it lay."""
        return self.shift < LITTLE and self.zoom < LITTLE and self.turn < LITTLE_DEG

    @property
    def turn(self) -> float:
        """Degrees, without a sign."""
        return abs(math.degrees(math.atan2(float(self.matrix[1, 0]), float(self.matrix[0, 0]))))

    @property
    def zoom(self) -> float:
        """0: as large as before."""
        return abs(math.hypot(float(self.matrix[0, 0]), float(self.matrix[1, 0])) - 1)


def points_of(grey: Pixels) -> Points:
    """What can be found again of ``grey`` (360, 640)."""
    even = cv2.createCLAHE(2.0, (8, 8)).apply(grey)
    finder = cv2.ORB_create(POINTS, fastThreshold=10)  # type: ignore[attr-defined]  # cv2's stubs lack it
    found, words = finder.detectAndCompute(even, None)
    if words is None:
        return Points(np.zeros((0, 2), np.float32), np.zeros((0, 32), np.uint8))
    return Points(floats([point.pt for point in found]), np.asarray(words, np.uint8))


def by_points(reference: Points, now: Points) -> Motion | None:
    """The shift, turn and zoom that fits most points; None when too few fit any."""
    if len(reference.places) < FEWEST or len(now.places) < FEWEST:
        return None
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(reference.words, now.words, k=2)
    good = [pair[0] for pair in pairs if len(pair) == 2 and pair[0].distance < NEAREST * pair[1].distance]
    if len(good) < FEWEST:
        return None
    source = reference.places[[match.queryIdx for match in good]]
    target = now.places[[match.trainIdx for match in good]]
    matrix, fits = _fitted(source, target)
    if matrix is None:
        return None
    found = Motion(floats(matrix), int(np.count_nonzero(fits)))
    return found if found.inliers >= FEWEST and found.zoom < ZOOM_MOST else None


def _fitted(source: Floats, target: Floats) -> tuple[MatLike | None, MatLike]:
    # Every search begins with the same seed: the same pictures give the same answer.
    cv2.setRNGSeed(1)
    return cv2.estimateAffinePartial2D(source, target, ransacReprojThreshold=TOLERANCE)


def by_phases(reference: Directions, now: Directions) -> Motion:
    """The shift at which the edges lie on each other best, also where no point can be told from its neighbours."""
    (x, y), _ = cv2.phaseCorrelate(reference.strength, now.strength, _WINDOW)
    scale = FINE[0] / WORKING[0]
    return _shifted(x * scale, y * scale)


def by_edges(reference: Floats, now: Directions) -> Motion | None:
    """The shift and turn that lays the edges of ``now`` upon those of ``reference`` (what :func:`outlines` makes), also
    where few points can be told apart; None when nothing leads there.
    """
    seen = outlines(now)
    (x, y), _ = cv2.phaseCorrelate(reference, seen, _SMALL_WINDOW)
    begin = np.array([[1, 0, x], [0, 1, y]], np.float32)
    try:
        _, matrix = cv2.findTransformECC(reference, seen, begin, cv2.MOTION_EUCLIDEAN, _STEPS, None, 1)  # type: ignore[call-overload]  # cv2's stubs want a mask
    except cv2.error:
        # It says so of pictures without edges, and of those that lie nowhere on each other.
        return None
    matrix = floats(matrix)
    matrix[:, 2] *= FINE[0] / SMALL[0]
    return Motion(matrix)


def outlines(directions: Directions) -> Floats:
    """Where edges are (135, 240), the strong and the weak alike, a little wide."""
    alike = np.minimum(directions.strength, np.float32(STRONG))
    return smooth(floats(scaled(alike, SMALL)), WIDE)


def steadied(greys: Sequence[Pixels]) -> Pixels | None:
    """The median of ``greys``, each laid upon the middle of where they lie; None when they lie so already."""
    last = edges_of(greys[-1])
    shifts = np.array([by_phases(last, edges_of(grey)).matrix[:, 2] for grey in greys[:-1]] + [[0, 0]], np.float32)
    apart = shifts - np.median(shifts, axis=0)
    if np.abs(apart).max() < SWAY:
        return None
    return median([put_back(grey, _shifted(x, y))[0] for grey, (x, y) in zip(greys, apart, strict=True)])


def _shifted(x: float, y: float) -> Motion:
    return Motion(np.array([[1, 0, x], [0, 1, y]], np.float32))


def put_back(grey: Pixels, motion: Motion) -> tuple[Pixels, Flags]:
    """``grey`` as if nothing had moved, and the blocks (8, 12) that it shows whole."""
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    back = cv2.warpAffine(grey, motion.matrix, FINE, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    there = cv2.warpAffine(np.ones_like(grey), motion.matrix, FINE, flags=flags)
    return np.asarray(back, np.uint8), blocks(floats(there)) > WHOLE
