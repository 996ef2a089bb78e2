"""What does not move in a scene: a narrow road that bends between a canal and white-walled houses, trees, a convex
mirror, a lamp post.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Colour = tuple[int, int, int]  # blue, green, red
WIDTH, HEIGHT = 640, 360
HORIZON = 118

SKY_TOP, SKY_LOW, HILL = (214, 170, 120), (238, 224, 206), (150, 140, 112)
GRASS, ASPHALT, EDGE, WATER = (86, 132, 104), (112, 112, 116), (214, 218, 220), (150, 128, 96)
WALL, TILE, DOOR, WINDOW, TRUNK = (226, 230, 232), (74, 70, 68), (52, 70, 98), (88, 82, 74), (56, 74, 92)
LIT_WINDOW, NIGHT = (110, 190, 250), (0.30, 0.23, 0.19)


@dataclass(frozen=True)
class Road:
    """The road's middle line as a quadratic curve from the lower edge (0.0) to the horizon (1.0)."""

    near: tuple[float, float]
    bend: tuple[float, float]
    far: tuple[float, float]

    def at(self, place: float) -> tuple[float, float]:
        """Pixel (x, y) of ``place`` (0 near .. 1 far)."""
        a, b, c = (1 - place) ** 2, 2 * place * (1 - place), place**2
        x, y = (a * n + b * m + c * f for n, m, f in zip(self.near, self.bend, self.far, strict=True))
        return x, y

    def scale(self, place: float) -> float:
        """How big things look there: 1 at the lower edge, 0.1 at the horizon."""
        _x, y = self.at(place)
        return 0.1 + 0.9 * max(0.0, (y - HORIZON) / (HEIGHT - HORIZON))


def road_of(seed: int) -> Road:
    """The road of this junction."""
    dice = random.Random(f"road {seed}")
    return Road(
        (dice.uniform(230, 330), HEIGHT + 20), (dice.uniform(300, 420), 190), (dice.uniform(400, 500), HORIZON + 6)
    )


def _polygon(image: Image, points: Sequence[tuple[float, float]], colour: Colour) -> None:
    cv2.fillPoly(image, [np.array(points, np.int32)], colour, cv2.LINE_AA)


def _land(image: Image, dice: random.Random) -> None:
    for y in range(HORIZON):
        share = y / HORIZON
        image[y] = [round(top + (low - top) * share) for top, low in zip(SKY_TOP, SKY_LOW, strict=True)]
    tops = [(x, HORIZON - dice.randint(4, 34)) for x in range(0, WIDTH + 80, 80)]
    _polygon(image, [(0, HORIZON), *tops, (WIDTH, HORIZON)], HILL)
    image[HORIZON:] = GRASS


def _strip(road: Road, left: float, right: float) -> list[tuple[float, float]]:
    """Outline of a band beside the middle line; ``left`` and ``right`` in pixels at the lower edge, negative is
    left.
    """
    places = [step / 24 for step in range(25)]
    one = [(road.at(p)[0] + left * road.scale(p), road.at(p)[1]) for p in places]
    other = [(road.at(p)[0] + right * road.scale(p), road.at(p)[1]) for p in places]
    return one + other[::-1]


def _ways(image: Image, road: Road) -> None:
    _polygon(image, _strip(road, -900, -190), WATER)
    _polygon(image, _strip(road, -190, -172), EDGE)  # the quay's stone edge
    _polygon(image, _strip(road, -150, 150), ASPHALT)
    _polygon(image, _strip(road, -150, -143), EDGE)
    _polygon(image, _strip(road, 143, 150), EDGE)
    for step in range(0, 20, 2):
        start, end = (_whole(road.at((step + part) / 20)) for part in (0, 1))
        cv2.line(image, start, end, EDGE, max(1, round(5 * road.scale(step / 20))), cv2.LINE_AA)


def _whole(point: tuple[float, float]) -> tuple[int, int]:
    return round(point[0]), round(point[1])


def _house(image: Image, foot: tuple[float, float], size: float, night: bool) -> None:
    x, y, width, height = foot[0], foot[1], 120 * size, 84 * size
    _polygon(image, [(x, y), (x, y - height), (x + width, y - height), (x + width, y)], WALL)
    roof = [
        (x - 9 * size, y - height),
        (x + 12 * size, y - height - 30 * size),
        (x + width - 12 * size, y - height - 30 * size),
    ]
    _polygon(image, [*roof, (x + width + 9 * size, y - height)], TILE)
    _polygon(image, [(x + w * size, y - h * size) for w, h in ((52, 0), (52, 42), (70, 42), (70, 0))], DOOR)
    for left in (16, 86):
        pane = [(x + w * size, y - h * size) for w, h in ((left, 34), (left, 58), (left + 20, 58), (left + 20, 34))]
        _polygon(image, pane, LIT_WINDOW if night and left == 86 else WINDOW)


def _tree(image: Image, foot: tuple[float, float], size: float, dice: random.Random) -> None:
    x, y = foot
    cv2.line(image, _whole((x, y)), _whole((x, y - 46 * size)), TRUNK, max(1, round(8 * size)), cv2.LINE_AA)
    for _ in range(9):
        middle = _whole((x + dice.uniform(-26, 26) * size, y - dice.uniform(44, 92) * size))
        green = (dice.randint(44, 70), dice.randint(96, 132), dice.randint(58, 90))
        cv2.circle(image, middle, max(2, round(dice.uniform(12, 24) * size)), green, -1, cv2.LINE_AA)


def _mirror(image: Image, foot: tuple[float, float]) -> None:
    x, y = _whole(foot)
    cv2.line(image, (x, y), (x, y - 82), (150, 150, 150), 3, cv2.LINE_AA)
    cv2.circle(image, (x, y - 92), 17, (40, 110, 235), -1, cv2.LINE_AA)
    cv2.circle(image, (x, y - 92), 14, (226, 214, 196), -1, cv2.LINE_AA)
    cv2.ellipse(image, (x - 2, y - 88), (9, 5), 12, 0, 360, (150, 150, 146), -1, cv2.LINE_AA)


def lamp_head(road: Road) -> tuple[int, int]:
    """Pixel of the warning lamp, on its post at the outside of the bend."""
    x, y = road.at(0.52)
    return round(x - 178 * road.scale(0.52)), round(y - 74)


def _post(image: Image, road: Road) -> None:
    x, y = lamp_head(road)
    cv2.line(image, (x, y + 74), (x, y), (120, 120, 124), 3, cv2.LINE_AA)
    _polygon(image, [(x - 12, y - 10), (x + 12, y - 10), (x + 12, y + 10), (x - 12, y + 10)], (44, 44, 46))


def _street_light(road: Road) -> NDArray[np.float32]:
    """What a street lamp adds to a night picture, shape (HEIGHT, WIDTH, 1)."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    glow = np.zeros((HEIGHT, WIDTH), np.float32)
    for place, strength in ((0.08, 0.75), (0.45, 0.6), (0.75, 0.5)):
        x, y = road.at(place)
        reach = 200 * road.scale(place) + 20
        glow += strength * np.exp(-(((columns - x) / reach) ** 2) - ((rows - y) / (reach * 0.55)) ** 2)
    return glow[:, :, None]


def _evening(image: Image, road: Road, daylight: float) -> Image:
    """The day picture as it looks with ``daylight`` left."""
    shade = np.array(NIGHT, np.float32) * (1 - daylight) + daylight
    lamps = _street_light(road) * (1 - daylight)
    warm = np.array((0.62, 0.80, 0.95), np.float32)
    return np.clip(image * (shade + lamps * warm), 0, 255).astype(np.uint8)


def paint(seed: int, daylight: float) -> Image:
    """The view of junction ``seed``, BGR, shape (360, 640, 3); ``daylight`` 0 night .. 1 day. The same arguments
    give the same picture.
    """
    dice = random.Random(f"view {seed}")
    road, night = road_of(seed), daylight < 0.5
    image = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    _land(image, dice)
    _ways(image, road)
    for place in (0.86, 0.66, 0.40):
        x, y = road.at(place)
        size = road.scale(place)
        _tree(image, (x - (230 + dice.uniform(0, 30)) * size, y), size * 0.9, dice)
        _house(image, (x + (190 + dice.uniform(0, 40)) * size, y), size * 1.5, night)
        _tree(image, (x + (420 + dice.uniform(0, 60)) * size, y + 6), size, dice)
    x, y = road.at(0.30)
    _mirror(image, (x + 175 * road.scale(0.30), y))
    _post(image, road)
    return _evening(image, road, daylight)
