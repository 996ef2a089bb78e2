"""The pages' icons for a phone's screen, drawn from the same lines as icon.svg.

python scripts/icons.py writes dashboard_api/web/static/icon-*.png.
"""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from small_png import small_png

INTO = Path(__file__).resolve().parents[1] / "dashboard_api" / "web" / "static"
SIZES = (192, 512)
# Drawn this much larger, then made smaller: edges are smooth.
FINE = 8
GREEN, WHITE, PAPER = (92, 107, 15), (255, 255, 255), (245, 247, 244)
# The drawing is 32 wide. What a phone cuts to its own shape keeps four fifths of it.
WIDE, INNER = 32.0, 0.62
ROOF = ((10, 21), (10, 13), (16, 9.8), (22, 13), (22, 21))


def _curve(*points: tuple[float, float]) -> list[tuple[float, float]]:
    """A cubic curve as points."""
    along = np.linspace(0, 1, 60)
    weights = ((1 - along) ** 3, 3 * (1 - along) ** 2 * along, 3 * (1 - along) * along**2, along**3)
    line = sum(weight[:, None] * np.array(point) for weight, point in zip(weights, points, strict=True))
    return [tuple(one) for one in np.asarray(line)]


def _shield() -> list[tuple[float, float]]:
    right = _curve((28, 16), (28, 23), (23, 28), (16, 30))
    left = _curve((16, 30), (9, 28), (4, 23), (4, 16))
    return [(16, 2), (28, 7), *right, *left, (4, 7)]


def icon(size: int, *, maskable: bool) -> bytes:
    """The icon as PNG; ``maskable``: on a full ground, with room for the phone's own shape."""
    whole = size * FINE
    scale = whole / WIDE * (INNER if maskable else 1)
    shift = (whole - scale * WIDE) / 2

    def at(points: list[tuple[float, float]]) -> NDArray[np.int32]:
        return np.round(np.array(points) * scale + shift).astype(np.int32)

    picture = np.full((whole, whole, 3), GREEN if maskable else PAPER, np.uint8)
    cv2.fillPoly(picture, [at(_shield())], WHITE if maskable else GREEN)
    ink = GREEN if maskable else WHITE
    cv2.polylines(picture, [at(list(ROOF))], False, ink, round(2.2 * scale))
    cv2.circle(picture, tuple(at([(16, 17.5)])[0].tolist()), round(2.6 * scale), ink, -1)
    smooth = cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA)
    png: bytes = small_png(cv2.imencode(".png", smooth)[1].tobytes())
    return png


def main() -> None:
    """Write them."""
    for size in SIZES:
        for kind in ("any", "maskable"):
            (INTO / f"icon-{kind}-{size}.png").write_bytes(icon(size, maskable=kind == "maskable"))


if __name__ == "__main__":
    main()
