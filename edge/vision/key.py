"""What is kept of one key picture: small greys, and what can only be measured at full resolution."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from edge.vision.arrays import COLUMNS, FINE, ROWS, Floats, Pixels, floats, middle_level, scaled
from edge.vision.stripes import profiles_of

CROP = 128
# Crops lie on a grid of so many columns and rows.
CROPS = (4, 3)
# A crop so dark or so bright is clipped: its noise cannot be seen.
CLIPPED = (8.0, 245.0)
IMPULSE = 45
# Colours are taken from a picture of this size.
TINY = (48, 32)


@dataclass(frozen=True, slots=True)
class Key:
    """One key. ``grey``: 360 x 640. ``colour``: block means (8, 12, 3), B G R. ``chroma``: colour in grey levels.

    ``noise``: sigma in grey levels, None where all is clipped. ``impulses``: share of single wrong pixels.
    ``profiles``: along its height and width, see :func:`edge.vision.stripes.profiles_of`.
    """

    grey: Pixels
    colour: Floats
    chroma: float
    p99: float
    mean: float
    over: float
    noise: float | None
    impulses: float
    profiles: Floats
    shape: tuple[int, int]


def key_of(image: npt.NDArray[np.uint8]) -> Key:
    """The facts of a picture (H, W, 3; BGR)."""
    small = scaled(image, FINE)
    tiny = scaled(small, TINY).astype(np.float32)
    grey = np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), np.uint8)
    noise, impulses = _grain(image)
    histogram = np.cumsum(cv2.calcHist([grey], [0], None, [256], [0, 256]).ravel()) / grey.size
    return Key(
        grey=grey,
        colour=floats(scaled(tiny, (COLUMNS, ROWS))),
        chroma=float(np.percentile(tiny.max(axis=2) - tiny.min(axis=2), 95)),
        p99=float(np.searchsorted(histogram, 0.99)),
        mean=float(grey.mean()),
        over=float(1 - histogram[239]),
        noise=noise,
        impulses=impulses,
        profiles=profiles_of(image),
        shape=(image.shape[0], image.shape[1]),
    )


def _grain(image: npt.NDArray[np.uint8]) -> tuple[float | None, float]:
    """Immerkaer's sigma in the calmest crops, and the share of single wrong pixels in all of them."""
    sigmas, impulses = [], []
    for crop in _crops(image):
        grey = np.asarray(cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY), np.uint8)
        if not CLIPPED[0] < grey.mean() < CLIPPED[1]:
            continue
        wave = cv2.convertScaleAbs(cv2.filter2D(grey, cv2.CV_16S, _IMMERKAER))[1:-1, 1:-1]
        sigmas.append(middle_level(wave) / (0.6745 * 6.0))
        impulses.append(_singles(grey))
    if not sigmas:
        return None, 0.0
    return float(np.percentile(sigmas, 25)), float(np.median(impulses))


def _singles(grey: Pixels) -> float:
    """The share of pixels far above, or far below, each of their eight neighbours: a streak of rain is none."""
    above = cv2.subtract(grey, cv2.dilate(grey, _RING)) > IMPULSE
    below = cv2.subtract(cv2.erode(grey, _RING), grey) > IMPULSE
    return float(np.asarray(above | below).mean())


_RING = np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]], np.uint8)
_IMMERKAER = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)


def _crops(image: npt.NDArray[np.uint8]) -> list[npt.NDArray[np.uint8]]:
    height, width = image.shape[:2]
    high, wide = min(CROP, height // CROPS[1]), min(CROP, width // CROPS[0])
    tops = [round((row + 0.5) * height / CROPS[1] - high / 2) for row in range(CROPS[1])]
    lefts = [round((column + 0.5) * width / CROPS[0] - wide / 2) for column in range(CROPS[0])]
    return [image[top : top + high, left : left + wide] for top in tops for left in lefts]
