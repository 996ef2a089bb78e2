"""The kinds of places; here those with a horizon: a junction, a narrow lane by water, a car park with charge points, a
street with lamps.
"""

from collections.abc import Callable

import numpy as np

from demo.scenes import things
from demo.scenes.near_places import asphalt, hall
from demo.scenes.paint import Rng, dice_of, fill, floor, mottle, stains, stroke
from demo.scenes.place import ASPHALT, HEIGHT, PAINT, STONE, WIDTH, Place, Track, bare

GRASS, WATER = (82, 128, 102), (142, 126, 98)


def junction(dice: Rng) -> Place:
    """Two roads that cross, houses behind, trees, a zebra crossing, signs."""
    horizon = dice.uniform(0.26, 0.34)
    place = _outdoors(dice, GRASS, horizon)
    y = horizon * HEIGHT
    lean = dice.uniform(-120, 120)
    for row, x in enumerate(np.linspace(-40, WIDTH - 60, 6)):
        things.house(place, dice, (x + dice.uniform(-20, 20), y + 26), (dice.uniform(110, 160), dice.uniform(60, 120)))
        if row % 2:
            things.tree(place, dice, (x + dice.uniform(-10, 40), y + 50), dice.uniform(80, 120))
    road = [
        (WIDTH * 0.12 + lean, HEIGHT),
        (WIDTH * 0.47, y + 18),
        (WIDTH * 0.56, y + 18),
        (WIDTH * 0.95 + lean, HEIGHT),
    ]
    fill(place.base, road, ASPHALT)
    across = y + (HEIGHT - y) * 0.3
    fill(place.base, [(0, across - 22), (WIDTH, across - 30), (WIDTH, across + 46), (0, across + 60)], ASPHALT)
    _ground(place, dice, horizon)
    for bar in range(9):
        left = WIDTH * (0.27 + 0.055 * bar) + lean * 0.6
        fill(
            place.base,
            [(left, HEIGHT * 0.83), (left + 26, HEIGHT * 0.83), (left + 34, HEIGHT * 0.93), (left + 2, HEIGHT * 0.93)],
            PAINT,
        )
    for dash in range(8):
        left = WIDTH * dash / 8
        stroke(place.base, (left, across + 14), (left + 60, across + 13), PAINT, 4)
    _corner(place, dice, across)
    place.tracks += [
        Track((-90, across + 40), (WIDTH + 90, across + 28), (44, 42)),
        Track((WIDTH + 80, across + 4), (-80, across + 8), (38, 38), "bike", 17, 8),
        Track((WIDTH * 0.3, HEIGHT * 0.88), (WIDTH * 0.75, HEIGHT * 0.88), (96, 96), "person", 31, 14),
    ]
    return place


def _corner(place: Place, dice: Rng, across: float) -> None:
    """What stands around the crossing, whose far road lies at the height ``across``."""
    things.tree(place, dice, (WIDTH * dice.uniform(0.04, 0.1), HEIGHT * 0.8), 300)
    things.tree(place, dice, (WIDTH * dice.uniform(0.9, 0.96), HEIGHT * 0.7), 230)
    things.sign(place, (WIDTH * 0.79, across + 78), 110, (40, 40, 210))
    things.lamp_post(place, (WIDTH * 0.2, across + 66), 250)
    things.lamp_post(place, (WIDTH * 0.72, across - 28), 140)


def lane(dice: Rng) -> Place:
    """A narrow lane between a canal and white walls."""
    horizon = dice.uniform(0.24, 0.32)
    place = _outdoors(dice, GRASS, horizon)
    y = horizon * HEIGHT
    far = WIDTH * dice.uniform(0.5, 0.58)
    fill(place.base, [(0, HEIGHT), (0, y + 60), (far - 40, y + 6), (far - 20, y + 6), (WIDTH * 0.3, HEIGHT)], WATER)
    fill(place.base, [(WIDTH * 0.3, HEIGHT), (far - 20, y + 6), (far - 14, y + 6), (WIDTH * 0.36, HEIGHT)], STONE)
    fill(
        place.base,
        [(WIDTH * 0.36, HEIGHT), (far - 14, y + 6), (far + 16, y + 6), (WIDTH * 0.8, HEIGHT)],
        (126, 128, 132),
    )
    _ground(place, dice, horizon)
    for number in range(26):
        at = (number / 26) ** 1.8
        left = far - 20 + (WIDTH * 0.3 - far + 20) * at
        post = 8 + 70 * at
        stroke(
            place.base,
            (left, y + 6 + (HEIGHT - y) * at),
            (left, y + 6 + (HEIGHT - y) * at - post),
            (190, 194, 196),
            1 + 5 * at,
        )
    for near in (0.08, 0.2, 0.42, 0.75):
        height = 60 + 330 * near
        x = far + 20 + (WIDTH * 0.8 - far) * near * 1.25
        things.house(place, dice, (x, y + 12 + (HEIGHT - y) * near), (90 + 240 * near, height))
    for near in (0.1, 0.25, 0.5):
        things.tree(
            place, dice, (far - 60 - (far + 40) * near * dice.uniform(1.0, 1.3), y + 30 + 90 * near), 90 + 130 * near
        )
    things.lamp_post(place, (WIDTH * 0.62, HEIGHT * 0.74), 260)
    things.lamp_post(place, (far + 10, y + 44), 90, 0.6)
    place.tracks += [
        Track((WIDTH * 0.55, HEIGHT + 60), (far, y + 12), (190, 14), "bike", 22, 9),
        Track((far + 4, y + 12), (WIDTH * 0.62, HEIGHT + 90), (14, 210), "person", 37, 16),
    ]
    return place


def piles(dice: Rng) -> Place:
    """A car park with charge points, some bays taken."""
    horizon = dice.uniform(0.2, 0.26)
    place = _outdoors(dice, (104, 116, 112), horizon)
    y = horizon * HEIGHT
    fill(place.base, [(-60, HEIGHT), (WIDTH * 0.1, y + 30), (WIDTH * 0.9, y + 30), (WIDTH + 60, HEIGHT)], ASPHALT)
    _ground(place, dice, horizon)
    for x in np.linspace(-20, WIDTH - 120, 5):
        things.house(place, dice, (x + dice.uniform(-12, 12), y + 28), (dice.uniform(120, 170), dice.uniform(70, 110)))
    for row, (line, size) in enumerate(((y + 96, 66), (y + 210, 120))):
        for number in range(7 - row):
            x = WIDTH * (0.1 + (0.13 + 0.03 * row) * number)
            stroke(place.base, (x - size * 0.8, line), (x - size * (1.2 + 0.2 * row), line + size), PAINT, size / 22)
            if dice.random() < 0.4:
                colour = things.CARS[dice.integers(len(things.CARS))]
                things.car(place.base, (x, line + size * 0.8), size * 0.62, colour)
            things.pile(place, (x, line), size)
    things.lamp_post(place, (WIDTH * 0.06, HEIGHT * 0.62), 230)
    things.lamp_post(place, (WIDTH * 0.9, HEIGHT * 0.5), 170)
    things.tree(place, dice, (WIDTH * 0.96, HEIGHT * 0.62), 210)
    place.tracks += [
        Track((-90, HEIGHT * 0.93), (WIDTH + 120, HEIGHT * 0.93), (96, 96), "car", 41, 10),
        Track((WIDTH * 0.2, HEIGHT * 0.56), (WIDTH * 0.8, HEIGHT * 0.56), (70, 70), "person", 29, 18),
    ]
    return place


def street(dice: Rng) -> Place:
    """A street with lamps and shop fronts; most of what it shows comes at night."""
    horizon = dice.uniform(0.3, 0.36)
    place = _outdoors(dice, (120, 126, 130), horizon)
    y, far = horizon * HEIGHT, WIDTH * dice.uniform(0.42, 0.58)
    fill(place.base, [(WIDTH * 0.08, HEIGHT), (far - 14, y + 4), (far + 14, y + 4), (WIDTH * 0.86, HEIGHT)], ASPHALT)
    _ground(place, dice, horizon)
    for side in (-1, 1):
        for near in (0.05, 0.14, 0.3, 0.58):
            width, height = 70 + 250 * near, 70 + 380 * near
            x = far + side * (40 + 560 * near) - (width if side < 0 else 0)
            things.house(place, dice, (x, y + 10 + (HEIGHT - y) * near), (width, height))
        for near in (0.06, 0.16, 0.36, 0.7):
            things.lamp_post(place, (far + side * (20 + 420 * near), y + 8 + (HEIGHT - y) * near), 50 + 270 * near)
    for dash in range(9):
        at, end = (dash / 9) ** 2, ((dash + 0.5) / 9) ** 2
        stroke(
            place.base,
            (far + (WIDTH * 0.47 - far) * at, y + 4 + (HEIGHT - y) * at),
            (far + (WIDTH * 0.47 - far) * end, y + 4 + (HEIGHT - y) * end),
            PAINT,
            1 + 8 * end,
        )
    place.tracks += [
        Track((WIDTH * 0.34, HEIGHT + 60), (far - 4, y + 8), (150, 10), "car", 19, 8),
        Track((far + 5, y + 8), (WIDTH * 0.66, HEIGHT + 80), (10, 160), "car", 23, 8),
    ]
    return place


KINDS: dict[str, Callable[[Rng], Place]] = {
    "junction": junction,
    "lane": lane,
    "piles": piles,
    "asphalt": asphalt,
    "hall": hall,
    "street": street,
}


def place_of(kind: str, seed: int) -> Place:
    """The place of a kind and seed, to be drawn from; a kind that is none raises KeyError."""
    return KINDS[kind](dice_of("place", kind, seed))


def _outdoors(dice: Rng, ground: tuple[int, int, int], horizon: float) -> Place:
    place = bare(ground, horizon)
    things.sky(place, dice, horizon)
    return place


def _ground(place: Place, dice: Rng, horizon: float) -> None:
    """Grain, stains and cracks of everything that lies on the ground so far."""
    below = place.floor > 0
    stains(place.base, floor(dice, place.shape, horizon), 0.10, below)
    stains(place.base, mottle(dice, place.shape, 6, 6), 0.07, below)
