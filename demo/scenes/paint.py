"""Textures and shapes that drawn views are made of."""

import math
import zlib
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from demo.scene_view import Colour, Image

Rng = np.random.Generator
Plane = NDArray[np.float32]
Point = tuple[float, float]


def dice_of(*words: object) -> Rng:
    """A generator of chance that follows from ``words`` alone, on every machine."""
    return np.random.default_rng([zlib.crc32(repr(word).encode()) for word in words])


def mottle(dice: Rng, shape: tuple[int, int], cells: float, octaves: int = 4) -> Plane:
    """Cloudy texture of ``shape`` (height, width), mean 0, mostly within -1 .. 1; ``cells``: coarse spots across."""
    height, width = shape
    total = np.zeros(shape, np.float32)
    for octave in range(octaves):
        across = max(2, min(width, round(cells * 2**octave)))
        down = max(2, min(height, round(across * height / width)))
        spots = dice.standard_normal((down, across), np.float32)
        total += plane(cv2.resize(spots, (width, height), interpolation=cv2.INTER_CUBIC)) * np.float32(0.6**octave)
    return total * np.float32(0.6)


def plane(values: object) -> Plane:
    """What OpenCV gave, as the float array it is."""
    return np.asarray(values, np.float32)


def picture(values: object) -> Image:
    """What OpenCV gave, as the picture it is; numbers are rounded into 0 .. 255."""
    array = np.asarray(values)
    if array.dtype == np.uint8:
        return array
    return np.asarray(cv2.convertScaleAbs(np.maximum(array, 0)), np.uint8)


def stains(image: Image, texture: Plane, strength: float, where: NDArray[np.bool_] | None = None) -> None:
    """Lighten and darken ``image`` by ``texture`` in place, ``strength`` in shares of a pixel's own brightness."""
    gain = 1 + texture * np.float32(strength)
    stained = picture(image * gain[:, :, None])
    if where is None:
        image[:] = stained
    else:
        image[where] = stained[where]


def floor(dice: Rng, shape: tuple[int, int], horizon: float, grain: float = 60) -> Plane:
    """Texture of a level floor seen from above its edge: fine far off, coarse at the lower edge. Zero above
    ``horizon`` (a share of the height).
    """
    height, width = shape
    tile = mottle(dice, (512, 512), grain, 3)
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    distance = 1 / np.maximum(rows / height - horizon, 0.004)
    along = distance * 170
    across = (columns / width - 0.5) * distance * 300
    laid = plane(cv2.remap(tile, across % 512, along % 512, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP))
    near = np.clip((rows / height - horizon) * 9, 0, 1)
    return plane(laid * near)


def fill(image: Image, points: Sequence[Point], colour: Colour) -> None:
    """A filled polygon of pixel points."""
    cv2.fillPoly(image, [np.array(points, np.float32).round().astype(np.int32)], colour, cv2.LINE_AA)


def box(image: Image, left: float, top: float, size: Point, colour: Colour) -> None:
    """A filled upright box; ``size``: its width and height in pixels."""
    fill(
        image,
        [(left, top), (left + size[0], top), (left + size[0], top + size[1]), (left, top + size[1])],
        colour,
    )


def stroke(image: Image, start: Point, end: Point, colour: Colour, width: float = 1) -> None:
    """A straight line of pixel points."""
    cv2.line(image, dot(start), dot(end), colour, max(1, round(width)), cv2.LINE_AA)


def dot(point: Point) -> tuple[int, int]:
    """The pixel that a point lies in."""
    return round(point[0]), round(point[1])


def shaded(colour: Colour, share: float) -> Colour:
    """The colour with ``share`` of its brightness."""
    blue, green, red = (max(0, min(255, round(part * share))) for part in colour)
    return blue, green, red


def blob(shape: tuple[int, int], middle: Point, reach: Point) -> Plane:
    """A soft spot, 1 in its middle; ``middle`` and ``reach`` in pixels (x, y)."""
    height, width = shape
    across = np.exp(-(((np.arange(width, dtype=np.float32) - middle[0]) / max(1.0, reach[0])) ** 2))
    down = np.exp(-(((np.arange(height, dtype=np.float32) - middle[1]) / max(1.0, reach[1])) ** 2))
    return plane(down[:, None] * across[None, :])


def outline_of(dice: Rng, middle: Point, radius: float, corners: int = 40, rough: float = 0.25) -> list[Point]:
    """An irregular round shape around ``middle``, pixels."""
    wobble = np.zeros(corners)
    turn = np.linspace(0, 2 * math.pi, corners, endpoint=False)
    for waves in range(1, 6):
        wobble += dice.normal(0, rough / waves) * np.sin(waves * turn + dice.uniform(0, 6.3))
    reach = radius * np.clip(1 + wobble, 0.4, 1.8)
    return [
        (middle[0] + far * math.cos(angle), middle[1] + far * math.sin(angle))
        for far, angle in zip(reach.tolist(), turn.tolist(), strict=True)
    ]
