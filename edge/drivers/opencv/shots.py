"""The newest pictures of a camera that is asked for evidence, and the last good one. Kept small, in RAM."""

from collections import deque

import cv2
import numpy as np

from edge.album import Pair, Region
from edge.vision.arrays import Pixels
from edge.vision.watch import KEYS

SIDE, QUALITY = 960, 85
TINY = (64, 36)


class Shots:
    """Not for several threads. A window outvotes one or two of its pictures, such as those that a passing lorry fills:
    so the good one is that of a calm window which resembles the others most."""

    def __init__(self) -> None:
        self._calm: deque[tuple[bytes, Pixels]] = deque(maxlen=KEYS)
        self._newest: bytes | None = None
        self._good: bytes | None = None

    def take(self, pixels: Pixels, *, calm: bool) -> None:
        """A key (H, W, 3; BGR); ``calm``: nothing is found or suspected in its window."""
        self._newest = _small(pixels)
        if not calm:
            self._calm.clear()
            return
        self._calm.append((self._newest, np.asarray(cv2.resize(pixels, TINY, interpolation=cv2.INTER_AREA), np.uint8)))
        if len(self._calm) == KEYS:
            self._good = self._usual()

    def _usual(self) -> bytes:
        usual = np.median([tiny for _, tiny in self._calm], axis=0)
        return min(self._calm, key=lambda one: float(np.abs(one[1] - usual).mean()))[0]

    def forget(self) -> None:
        """What is seen from now on is another view."""
        self._calm.clear()
        self._newest = self._good = None

    def pair(self, outline: tuple[Region, ...]) -> Pair | None:
        """The last good picture and the newest; None without any."""
        if self._newest is None:
            return None
        before = None if self._good is None else _picture(self._good)
        return Pair(before, _picture(self._newest), outline)


def _small(pixels: Pixels) -> bytes:
    height, width = pixels.shape[:2]
    share = min(1.0, SIDE / max(height, width))
    size = (max(1, round(width * share)), max(1, round(height * share)))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA) if share < 1 else pixels
    return bytes(cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1])


def _picture(jpeg: bytes) -> Pixels:
    decoded = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None  # noqa: S101  # it was encoded here
    return np.asarray(decoded, np.uint8)
