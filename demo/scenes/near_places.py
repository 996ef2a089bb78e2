"""Places without a horizon: asphalt seen from above, and a hall."""

import itertools

import numpy as np

from demo.scenes.paint import Rng, blob, box, fill, mottle, shaded, stains, stroke
from demo.scenes.place import ASPHALT, HEIGHT, PAINT, STONE, WIDTH, Place, Track, bare


def asphalt(dice: Rng) -> Place:
    """A road seen from high above: little to hold on to but cracks, patches, lines and a manhole."""
    place = bare(ASPHALT, 0)
    place.far[:] = 0.05
    stains(place.base, mottle(dice, (HEIGHT, WIDTH), 4, 5), 0.05)
    stains(place.base, mottle(dice, (HEIGHT, WIDTH), 300, 2), 0.02)
    for _ in range(6):
        left, top = dice.uniform(0, WIDTH * 0.85), dice.uniform(0, HEIGHT * 0.85)
        box(
            place.base,
            left,
            top,
            (dice.uniform(60, 220), dice.uniform(30, 110)),
            shaded(ASPHALT, dice.uniform(0.84, 1.1)),
        )
    for _ in range(9):
        begin = dice.uniform((0, 0), (WIDTH, HEIGHT))
        for start, end in itertools.pairwise(begin + np.cumsum(dice.normal(0, 26, (14, 2)), axis=0)):
            stroke(place.base, (start[0], start[1]), (end[0], end[1]), (78, 78, 82), 2)
    lean = dice.uniform(-60, 60)
    for dash in range(5):
        top = HEIGHT * dash / 5
        stroke(
            place.base,
            (WIDTH * 0.48 + lean * dash / 5, top),
            (WIDTH * 0.48 + lean * (dash + 0.5) / 5, top + HEIGHT / 10),
            PAINT,
            9,
        )
    stroke(place.base, (WIDTH * 0.08, 0), (WIDTH * 0.08 + lean, HEIGHT), PAINT, 8)
    fill(place.base, [(WIDTH * 0.9, 0), (WIDTH, 0), (WIDTH, HEIGHT), (WIDTH * 0.9 + lean / 2, HEIGHT)], (96, 130, 112))
    stroke(place.base, (WIDTH * 0.9, 0), (WIDTH * 0.9 + lean / 2, HEIGHT), STONE, 12)
    stains(place.base, mottle(dice, (HEIGHT, WIDTH), 200, 2), 0.012)
    place.lamps += 0.8 * blob(place.shape, (WIDTH * 0.3, HEIGHT * 0.4), (380, 260))
    place.tracks.append(Track((WIDTH * 0.28, -80), (WIDTH * 0.28 + lean, HEIGHT + 90), (120, 120), "car", 26, 7))
    return place


def hall(dice: Rng) -> Place:
    """Inside: a hall with shelves, a counter, posters, chairs, even light of lamps."""
    place = bare((176, 188, 194), 0.46)
    place.room, y = True, 0.46 * HEIGHT
    fill(
        place.base,
        [(0, HEIGHT), (0, y + 50), (WIDTH * 0.2, y), (WIDTH * 0.8, y), (WIDTH, y + 50), (WIDTH, HEIGHT)],
        (132, 148, 160),
    )
    for line in range(-6, 18):
        stroke(
            place.base,
            (WIDTH * (0.2 + 0.05 * line), y),
            (WIDTH * (0.5 + (line - 6) * 0.16), HEIGHT),
            (112, 126, 138),
            2,
        )
    for row in (0.03, 0.1, 0.22, 0.42, 0.72):
        stroke(place.base, (0, y + 20 + row * (HEIGHT - y)), (WIDTH, y + 20 + row * (HEIGHT - y)), (112, 126, 138), 2)
    _furniture(place, dice, y)
    stains(place.base, mottle(dice, (HEIGHT, WIDTH), 9, 6), 0.05)
    place.lamps += 0.9 * blob(place.shape, (WIDTH * 0.5, HEIGHT * 0.4), (600, 420))
    place.tracks += [
        Track((-80, HEIGHT * 0.95), (WIDTH + 80, HEIGHT * 0.88), (330, 300), "person", 27, 12),
        Track((WIDTH * 0.9, HEIGHT * 0.66), (WIDTH * 0.1, HEIGHT * 0.66), (170, 170), "person", 19, 11),
    ]
    return place


def _furniture(place: Place, dice: Rng, y: float) -> None:
    """Shelves along the wall that ends at the height ``y``, posters, a counter, chairs."""
    for shelf in range(5):
        left = WIDTH * (0.05 + 0.19 * shelf) + dice.uniform(-10, 10)
        box(place.base, left, y - 130, (130, 140), (86, 112, 142))
        for row in range(4):
            for item in range(7):
                tone = shaded((120, 140, 180), dice.uniform(0.4, 1.4))
                box(place.base, left + 8 + item * 17, y - 122 + row * 34, (dice.uniform(8, 15), 26), tone)
    for number in range(4):
        left = WIDTH * (0.1 + 0.24 * number)
        box(place.base, left, dice.uniform(22, 44), (90, 60), shaded((150, 170, 130), dice.uniform(0.6, 1.3)))
        stroke(place.base, (left + 8, 58), (left + 78, 58), (40, 40, 48), 3)
        stroke(place.base, (left + 8, 70), (left + 60, 70), (40, 40, 48), 2)
    box(place.base, WIDTH * 0.62, HEIGHT * 0.62, (330, 150), (70, 98, 130))
    box(place.base, WIDTH * 0.61, HEIGHT * 0.6, (350, 18), (130, 160, 184))
    box(place.base, WIDTH * 0.74, HEIGHT * 0.48, (90, 64), (44, 42, 40))
    for chair in range(4):
        left, top = WIDTH * (0.06 + 0.11 * chair), HEIGHT * (0.7 + 0.03 * chair)
        box(place.base, left, top, (62, 12), (60, 60, 150))
        box(place.base, left, top - 62, (10, 64), (50, 50, 120))
        for leg in (4, 54):
            stroke(place.base, (left + leg, top + 10), (left + leg, top + 66), (40, 40, 44), 4)
