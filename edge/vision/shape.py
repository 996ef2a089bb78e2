"""The structure of a picture: where edges are, which way they run, how strong and how sharp they are."""

from dataclasses import dataclass

import cv2
import numpy as np

from edge.vision.arrays import COARSE, FINE, WORKING, Floats, Pixels, blocks, floats, scaled, smooth

# Edges in grey levels per pixel: below NOISE a direction means nothing, above STRONG it is worth no more.
NOISE = 0.8
STRONG = 12.0
EDGE = 1.6
# Weber: an edge is as strong as its share of the brightness around it. Keeps dark corners from exploding.
DARK = 20.0


@dataclass(frozen=True, slots=True)
class Directions:
    """Edges of a picture at one scale. ``cos``, ``sin``: of twice the angle, so that light and dark may change sides,
    and shorter where nothing is sure. ``strength``: grey levels per pixel.
    """

    cos: Floats
    sin: Floats
    strength: Floats


@dataclass(frozen=True, slots=True)
class Shape:
    """``weber``: strength of edges by brightness (8, 12). ``sharpness``: share of fine detail along rows and
    along columns (2, 8, 12)."""

    fine: Directions
    coarse: Directions
    weber: Floats
    sharpness: Floats
    levels: Floats


def shape_of(grey: Pixels, width: int = FINE[0]) -> Shape:
    """The structure of ``grey`` (360, 640), made from a picture ``width`` wide."""
    full = floats(grey)
    work = floats(scaled(full, WORKING))
    fine = edges_of(grey)
    levels = blocks(work)
    edges = np.maximum(fine.strength - np.float32(NOISE), 0)
    return Shape(
        fine=fine,
        coarse=_directions(floats(scaled(work, COARSE))),
        weber=blocks(floats(edges)) / (levels + DARK),
        sharpness=_sharpness(full, width),
        levels=levels,
    )


def edges_of(grey: Pixels) -> Directions:
    """The fine edges of ``grey`` (360, 640) alone."""
    return _directions(smooth(floats(scaled(floats(grey), WORKING)), 0.8))


def coarse_edges_of(grey: Pixels) -> Directions:
    """The coarse edges of ``grey`` (360, 640) alone."""
    return _directions(floats(scaled(floats(scaled(floats(grey), WORKING)), COARSE)))


def agreement(reference: Directions, now: Directions) -> Floats:
    """How far the edges of ``now`` run as those of ``reference`` (8, 12): 1 the same, 0 as by chance."""
    weight = np.minimum(reference.strength, STRONG) * (reference.strength > EDGE)
    same = blocks(floats(weight * (reference.cos * now.cos + reference.sin * now.sin)))
    own = blocks(floats(weight * (reference.cos * reference.cos + reference.sin * reference.sin)))
    return same / (own + np.float32(1e-3))


def edge_share(directions: Directions) -> Floats:
    """The share of pixels that lie on an edge, by block (8, 12)."""
    return blocks(floats(directions.strength > EDGE))


def _directions(picture: Floats) -> Directions:
    x = floats(cv2.Sobel(picture, cv2.CV_32F, 1, 0, scale=1 / 8))
    y = floats(cv2.Sobel(picture, cv2.CV_32F, 0, 1, scale=1 / 8))
    xx, yy = x * x, y * y
    square = xx + yy
    weight = np.float32(1) / (square + np.float32(NOISE * NOISE))
    return Directions(floats((xx - yy) * weight), floats(2 * x * y * weight), np.sqrt(square))


def _sharpness(full: Floats, width: int) -> Floats:
    """Fine detail by coarse detail, along rows and along columns; what the calmest blocks have is noise."""
    # A smaller picture was enlarged: its finest detail is so much wider.
    sigma = max(1.0, FINE[0] / width)
    # Every other line tells enough, and costs half.
    rows, columns = full[::2], np.ascontiguousarray(full[:, ::2])
    return np.stack([_along(rows, sigma, 0), _along(columns, sigma, 1)])


def _along(full: Floats, sigma: float, axis: int) -> Floats:
    near, far = _line(full, sigma, axis), _line(full, 3 * sigma, axis)
    fine, medium = full - near, near - far
    detail = blocks(fine * fine)
    detail = np.maximum(detail - np.percentile(detail, 10), 0)
    return floats(np.sqrt(detail / (blocks(medium * medium) + 1)))


def _line(full: Floats, sigma: float, axis: int) -> Floats:
    length = round(6 * sigma) | 1
    size = (length, 1) if axis == 0 else (1, length)
    return floats(cv2.GaussianBlur(full, size, sigma))
