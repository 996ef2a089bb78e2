"""Things that stand at drawn places: houses, trees, lamps, signs, piles, cars, people. Sizes in pixels."""

import math

import cv2
import numpy as np

from demo.scene_view import Colour, Image
from demo.scenes.paint import Point, Rng, blob, box, dot, fill, mottle, shaded, stains, stroke
from demo.scenes.place import Caster, Place

WALLS: tuple[Colour, ...] = ((222, 228, 230), (170, 190, 204), (146, 160, 178), (206, 204, 192))
ROOFS: tuple[Colour, ...] = ((74, 70, 68), (58, 70, 110), (96, 92, 90))
PANE, FRAME, DOOR = (92, 84, 74), (200, 204, 206), (52, 70, 98)
CARS: tuple[Colour, ...] = (
    (60, 50, 190),
    (190, 120, 40),
    (210, 210, 212),
    (50, 48, 46),
    (60, 170, 220),
    (120, 120, 124),
)
SHIRTS: tuple[Colour, ...] = ((70, 70, 200), (190, 110, 50), (80, 160, 80), (40, 170, 230), (200, 200, 200))


def sky(place: Place, dice: Rng, horizon: float) -> None:
    """A sky with clouds and hills above ``horizon``, a share of the height."""
    height, width = place.shape
    end = max(1, round(horizon * height))
    high, low = np.array((212, 168, 124), np.float32), np.array((236, 226, 210), np.float32)
    down = np.linspace(0, 1, end, dtype=np.float32)[:, None, None]
    place.base[:end] = np.broadcast_to(high + (low - high) * down, (end, width, 3)).astype(np.uint8)
    upper = place.base[:end]
    stains(upper, mottle(dice, (end, width), 5, 3), 0.05)
    tops = [(x, end - dice.uniform(4, 40)) for x in np.linspace(0, width, 13)]
    fill(place.base, [(0, end), *tops, (width, end)], (146, 138, 112))
    fill(place.base, [(0, end), *((x, end - (end - y) * 0.5) for x, y in tops), (width, end)], (118, 132, 104))


def house(place: Place, dice: Rng, foot: Point, size: Point) -> None:
    """A house of width and height ``size`` whose lower left corner is ``foot``; some windows are lit at night."""
    (x, y), (width, height) = foot, size
    wall, roof = WALLS[dice.integers(len(WALLS))], ROOFS[dice.integers(len(ROOFS))]
    top = y - height
    box(place.base, x, top, size, wall)
    box(place.base, x + width * 0.82, top, (width * 0.18, height), shaded(wall, 0.82))
    rows, columns = max(1, round(height / 55)), max(2, round(width / 50))
    for row in range(rows):
        for column in range(columns):
            left, upper = x + (column + 0.25) * width / columns, top + (row + 0.25) * height / rows
            pane = (width / columns * 0.5, height / rows * 0.5)
            box(place.base, left - 2, upper - 2, (pane[0] + 4, pane[1] + 4), FRAME)
            box(place.base, left, upper, pane, shaded(PANE, dice.uniform(0.7, 1.3)))
            stroke(place.base, (left + pane[0] / 2, upper), (left + pane[0] / 2, upper + pane[1]), FRAME, width / 90)
            if dice.random() < 0.25:
                place.lamps += 0.8 * blob(place.shape, (left + pane[0] / 2, upper + pane[1] / 2), (pane[0], pane[1]))
    box(place.base, x + width * 0.42, y - min(height * 0.4, 60), (width * 0.13, min(height * 0.4, 60)), DOOR)
    fill(
        place.base,
        [
            (x - 8, top),
            (x + width * 0.1, top - height * 0.25),
            (x + width * 0.9, top - height * 0.25),
            (x + width + 8, top),
        ],
        roof,
    )
    for line in range(1, 12):
        at = x + width * line / 12
        stroke(place.base, (at, top), (x + width * (0.1 + 0.8 * line / 12), top - height * 0.25), shaded(roof, 0.8), 1)
    part = place.base[max(0, round(top - height * 0.25)) : round(y), max(0, round(x)) : round(x + width)]
    if part.size:
        stains(part, mottle(dice, part.shape[:2], 7, 4), 0.07)
        place.casters.append(Caster((x + width / 2, y), height, width))


def tree(place: Place, dice: Rng, foot: Point, height: float) -> None:
    """A tree; wind stirs its crown."""
    x, y = foot
    fill(
        place.base,
        [
            (x - height * 0.04, y),
            (x + height * 0.04, y),
            (x + height * 0.02, y - height * 0.5),
            (x - height * 0.02, y - height * 0.5),
        ],
        (56, 74, 92),
    )
    tint = dice.uniform(0.75, 1.2)
    for layer in range(90):
        angle, far = dice.uniform(0, 2 * math.pi), math.sqrt(dice.random()) * height * 0.32
        middle = (x + far * math.cos(angle), y - height * 0.64 + far * math.sin(angle) * 0.95)
        light = tint * (0.6 + 0.5 * layer / 90 + dice.uniform(-0.15, 0.15))
        radius = max(2, round(height * dice.uniform(0.02, 0.06)))
        cv2.circle(place.base, dot(middle), radius, shaded((58, 118, 84), light), -1, cv2.LINE_AA)
    place.leaves.append((round(x - height * 0.3), round(y - height * 0.92), round(height * 0.6), round(height * 0.56)))
    place.casters.append(Caster(foot, height, height * 0.55))


def lamp_post(place: Place, foot: Point, height: float, strength: float = 0.9) -> None:
    """A street lamp and the light that it throws on the ground."""
    x, y = foot
    stroke(place.base, (x, y), (x, y - height), (128, 130, 132), height / 45)
    stroke(place.base, (x, y - height), (x + height * 0.22, y - height * 1.04), (128, 130, 132), height / 60)
    box(place.base, x + height * 0.18, y - height * 1.06, (height * 0.16, height * 0.05), (216, 220, 222))
    place.lamps += strength * blob(place.shape, (x + height * 0.2, y - height * 0.05), (height * 0.9, height * 0.42))
    place.lamps += 2.2 * blob(place.shape, (x + height * 0.26, y - height * 1.02), (height * 0.09, height * 0.07))
    place.casters.append(Caster(foot, height, height / 20))


def sign(place: Place, foot: Point, height: float, colour: Colour) -> None:
    """A round road sign on its post."""
    x, y = foot
    stroke(place.base, (x, y), (x, y - height), (150, 150, 150), height / 30)
    cv2.circle(place.base, dot((x, y - height)), round(height * 0.17), colour, -1, cv2.LINE_AA)
    cv2.circle(place.base, dot((x, y - height)), round(height * 0.12), (232, 232, 236), -1, cv2.LINE_AA)
    stroke(place.base, (x - height * 0.07, y - height), (x + height * 0.07, y - height), (40, 40, 42), height / 25)
    place.casters.append(Caster(foot, height, height / 12))


def pile(place: Place, foot: Point, height: float) -> None:
    """A charge point with its screen, lamp and cable."""
    x, y = foot
    box(place.base, x - height * 0.16, y - height, (height * 0.32, height), (226, 222, 214))
    box(place.base, x - height * 0.16, y - height * 0.45, (height * 0.32, height * 0.1), (96, 160, 60))
    box(place.base, x - height * 0.1, y - height * 0.88, (height * 0.2, height * 0.2), (70, 52, 40))
    cv2.circle(place.base, dot((x, y - height * 0.58)), max(2, round(height * 0.04)), (70, 200, 80), -1, cv2.LINE_AA)
    cv2.ellipse(
        place.base,
        dot((x + height * 0.2, y - height * 0.4)),
        (round(height * 0.1), round(height * 0.28)),
        0,
        -60,
        200,
        (34, 34, 36),
        max(1, round(height * 0.035)),
        cv2.LINE_AA,
    )
    place.lamps += 0.7 * blob(place.shape, (x, y - height * 0.7), (height * 0.4, height * 0.5))
    place.casters.append(Caster(foot, height, height * 0.32))


def car(image: Image, foot: Point, person: float, colour: Colour) -> None:
    """A car seen from its side; ``person``: how high a person would be there."""
    x, y, unit = foot[0], foot[1], person / 1.7
    cv2.ellipse(
        image, dot((x, y)), (round(2.3 * unit), max(1, round(0.2 * unit))), 0, 0, 360, (60, 60, 62), -1, cv2.LINE_AA
    )
    box(image, x - 2.2 * unit, y - 0.95 * unit, (4.4 * unit, 0.75 * unit), colour)
    roof = [(x - 1.5 * unit, y - 0.9 * unit), (x - 0.9 * unit, y - 1.5 * unit), (x + 0.9 * unit, y - 1.5 * unit)]
    fill(image, [*roof, (x + 1.6 * unit, y - 0.9 * unit)], shaded(colour, 0.9))
    glass = [(x - 1.2 * unit, y - 0.95 * unit), (x - 0.8 * unit, y - 1.4 * unit), (x + 0.8 * unit, y - 1.4 * unit)]
    fill(image, [*glass, (x + 1.25 * unit, y - 0.95 * unit)], (104, 92, 80))
    stroke(image, (x, y - 1.45 * unit), (x, y - 0.3 * unit), shaded(colour, 0.7), unit / 14)
    for wheel in (-1.35, 1.35):
        middle = dot((x + wheel * unit, y - 0.25 * unit))
        cv2.circle(image, middle, max(1, round(0.36 * unit)), (30, 30, 32), -1, cv2.LINE_AA)
        cv2.circle(image, middle, max(1, round(0.18 * unit)), (150, 150, 152), -1, cv2.LINE_AA)


def person(image: Image, foot: Point, height: float, colour: Colour, step: float = 0.0) -> None:
    """Somebody who walks; ``step``: the phase of the legs."""
    x, y = foot
    for leg in (-1, 1):
        swing = leg * math.sin(step) * height * 0.12
        stroke(image, (x, y - height * 0.45), (x + swing, y), (70, 56, 50), height * 0.09)
    box(image, x - height * 0.12, y - height * 0.82, (height * 0.24, height * 0.4), colour)
    cv2.circle(image, dot((x, y - height * 0.9)), max(1, round(height * 0.085)), (120, 150, 190), -1, cv2.LINE_AA)
    cv2.ellipse(
        image,
        dot((x, y - height * 0.93)),
        (max(1, round(height * 0.09)), max(1, round(height * 0.07))),
        0,
        180,
        360,
        (30, 30, 32),
        -1,
    )


def bike(image: Image, foot: Point, height: float, colour: Colour) -> None:
    """Somebody on an e-bike."""
    x, y = foot
    for wheel in (-0.45, 0.45):
        middle = dot((x + wheel * height, y - height * 0.18))
        cv2.circle(image, middle, max(1, round(height * 0.18)), (36, 36, 38), max(1, round(height * 0.05)), cv2.LINE_AA)
    stroke(
        image, (x - height * 0.45, y - height * 0.25), (x + height * 0.4, y - height * 0.4), (70, 70, 160), height * 0.1
    )
    person(image, (x - height * 0.05, y - height * 0.2), height * 0.85, colour)
