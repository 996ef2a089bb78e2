"""A contact sheet of the windows that went wrong: pictures beside each other, what is true and what was said below."""

from collections.abc import Sequence
from itertools import chain, zip_longest

import cv2
import numpy as np

from edge.evaluate.count import SHOWN_HEIGHT as HEIGHT
from edge.evaluate.count import SHOWN_WIDTH as WIDTH
from edge.evaluate.count import Miss, Tally, named
from edge.evaluate.footage import Image

COLUMNS, MOST = 5, 60
CAPTION = 46
INK, PAPER, FRAME = (236, 236, 236), (32, 30, 28), (60, 80, 240)


def sheet(rows: Sequence[tuple[str, str, Tally]]) -> Image:
    """The misses of all clips (name, true fault, counts), a few of each where there are too many, as one picture."""
    each = [[(name, fault, miss) for miss in tally.misses] for name, fault, tally in rows]
    # One of every clip, then a second of every clip: none crowds the others out.
    picked = [one for one in chain.from_iterable(zip_longest(*each)) if one is not None][:MOST]
    tiles = [_tile(*one) for one in sorted(picked, key=lambda one: (one[0], one[2].at))]
    if not tiles:
        tiles = [_written(["no misses"])]
    while len(tiles) % COLUMNS:
        tiles.append(_written([]))
    lines = [np.hstack(tiles[start : start + COLUMNS]) for start in range(0, len(tiles), COLUMNS)]
    return np.asarray(np.vstack(lines), np.uint8)


def _tile(name: str, fault: str, miss: Miss) -> Image:
    said = sorted(named(miss.window.codes)) if miss.window else []
    unchecked = sorted(named(miss.window.nc)) if miss.window else ["all"]
    words = " ".join(said) if said else f"({', '.join(unchecked)} not checkable)" if unchecked else "nothing"
    tile = _written([f"{miss.kind}  {miss.at:.1f} s  {name}", f"{fault}: {words}"])
    tile[:HEIGHT] = miss.image
    for x, y, width, height in miss.window.outline if miss.window else ():
        corner = (round(x * WIDTH), round(y * HEIGHT))
        cv2.rectangle(tile, corner, (corner[0] + round(width * WIDTH), corner[1] + round(height * HEIGHT)), FRAME, 2)
    return tile


def _written(lines: Sequence[str]) -> Image:
    tile = np.full((HEIGHT + CAPTION, WIDTH, 3), PAPER, np.uint8)
    font = cv2.FontFace("uni")
    for number, line in enumerate(lines):
        cv2.putText(tile, line[:48], (6, HEIGHT + 18 + 20 * number), INK, font, 13)
    return tile
