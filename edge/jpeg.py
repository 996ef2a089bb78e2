"""A picture made small enough to be sent, with a region outlined. It holds the pixels and nothing else."""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np

# What the longer side begins with, and what each further try keeps of it.
SIDE, SHRINK = 960, 0.75
QUALITIES = (80, 60, 40)
RED, WHITE = (0, 0, 255), (255, 255, 255)
Image = Any


def encode(image: Image, outline: Sequence[tuple[float, float, float, float]], largest: int) -> bytes:
    """``image`` (H, W, 3; BGR) as a JPEG of at most ``largest`` bytes; regions are shares (x, y, w, h). The more there
    is in it, the smaller it gets: first its quality, then its sides. Raises ValueError for what is no picture."""
    pixels = np.ascontiguousarray(image)
    if pixels.ndim != 3 or pixels.dtype != np.uint8 or min(pixels.shape[:2]) < 2:
        raise ValueError(f"no picture: {pixels.shape} of {pixels.dtype}")
    side = min(SIDE, max(pixels.shape[:2]))
    while side >= 2:
        small = _drawn(_scaled(pixels, side), outline)
        for quality in QUALITIES:
            done, coded = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, quality])
            if done and len(coded) <= largest:
                return bytes(coded)
        side = int(side * SHRINK)
    raise ValueError(f"cannot be made smaller than {largest} bytes")


def _scaled(pixels: Image, side: int) -> Image:
    height, width = pixels.shape[:2]
    share = side / max(height, width)
    size = (max(1, round(width * share)), max(1, round(height * share)))
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)


def _drawn(pixels: Image, outline: Sequence[tuple[float, float, float, float]]) -> Image:
    """A white line around a red one: seen on any ground."""
    height, width = pixels.shape[:2]
    thick = max(1, width // 320)
    for x, y, w, h in outline:
        corner = (round(x * (width - 1)), round(y * (height - 1)))
        other = (round(min(1.0, x + w) * (width - 1)), round(min(1.0, y + h) * (height - 1)))
        cv2.rectangle(pixels, corner, other, WHITE, 3 * thick)
        cv2.rectangle(pixels, corner, other, RED, thick)
    return pixels
