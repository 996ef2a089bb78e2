"""Video files and folders of stills, sampled as a node samples a stream: one picture every so many seconds."""

import itertools
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import cv2
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]

STILLS = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff"})
# Frames of so many seconds before a sample show whether it flickers; small ones do.
BURST_S, BURST_WIDTH = 1.0, 480
SLOWEST_FPS = 8.0
# Containers without a frame rate claim a thousand.
FASTEST_FPS = 120.0
# A frame that is this much early is the sample's: clocks of containers are rounded.
EARLY_S = 0.002


class Unreadable(ValueError):
    """A clip that cannot be read, and why."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One picture (H, W, 3; BGR) at ``at`` seconds of the clip. ``burst``: the frames of about the second that ends
    with it, small, ``fps`` a second; empty where there are none.
    """

    at: float
    image: Image
    burst: tuple[Image, ...] = ()
    fps: float = 0.0


def check(path: Path) -> None:
    """Raise :class:`Unreadable` unless a first picture of the clip can be read."""
    Footage(path, 1.0)


class Footage:
    """A clip. ``length_s``: how long it is; for stills, as long as they last at ``sample_s`` each."""

    def __init__(self, path: Path, sample_s: float) -> None:
        self.path, self.sample_s = path, sample_s
        if path.is_dir():
            self._stills = sorted((one for one in path.iterdir() if one.suffix.lower() in STILLS), key=_natural)
            if not self._stills:
                raise Unreadable(f"no pictures in this folder (of {', '.join(sorted(STILLS))})")
            _still(self._stills[0])
            self.length_s = len(self._stills) * sample_s
        elif path.is_file():
            self._stills = []
            self.length_s = _length_s(path)
        else:
            raise Unreadable(f"there is no file or folder {path}")

    def samples(self) -> Iterator[Sample]:
        """The pictures in their order. Raises :class:`Unreadable` for a still that is none."""
        if self._stills:
            for number, still in enumerate(self._stills):
                yield Sample(number * self.sample_s, _still(still))
        else:
            yield from self._frames()

    def _frames(self) -> Iterator[Sample]:
        capture = _opened(self.path)
        try:
            fps = capture.get(cv2.CAP_PROP_FPS)
            bursts = SLOWEST_FPS <= fps <= FASTEST_FPS
            burst: deque[Image] = deque(maxlen=max(1, round(fps * BURST_S)) if bursts else 1)
            due = 0.0
            for at in _times(capture, fps):
                is_due = at >= due - EARLY_S
                if not is_due and not (bursts and at > due - BURST_S - EARLY_S):
                    continue
                done, frame = capture.retrieve()
                if not done:
                    continue
                image = cast("Image", frame)
                if bursts:
                    burst.append(_small(image))
                if is_due:
                    whole = len(burst) == burst.maxlen and bursts
                    yield Sample(at, image, tuple(burst) if whole else (), fps)
                    due = self.sample_s * (int((at + EARLY_S) / self.sample_s) + 1)
                    if due - at > BURST_S:
                        burst.clear()
        finally:
            capture.release()


def _times(capture: cv2.VideoCapture, fps: float) -> Iterator[float]:
    """Take frames in, and say the time of each; where the container's times do not grow, they are counted."""
    first: float | None = None
    before, step = -1.0, 1 / fps if fps > 0 else 0.04
    for number in itertools.count():
        if not capture.grab():
            return
        at = capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
        first = at if first is None else first
        at -= first
        if number and at <= before:
            at = before + step
        before = at
        yield at


def _length_s(path: Path) -> float:
    """How long a video is; read through where its head does not say."""
    capture = _opened(path)
    try:
        fps, frames = capture.get(cv2.CAP_PROP_FPS), capture.get(cv2.CAP_PROP_FRAME_COUNT)
        if not capture.grab() or not capture.retrieve()[0]:
            raise Unreadable("no picture in it can be decoded")
        if fps > 0 and frames > 0:
            return frames / fps
        return 1 / max(fps, 1) + max(itertools.chain([0.0], _times(capture, fps)))
    finally:
        capture.release()


def _opened(path: Path) -> cv2.VideoCapture:
    capture = cv2.VideoCapture(str(path))
    if not capture.isOpened():
        raise Unreadable("this is no video that can be opened")
    return capture


def _still(path: Path) -> Image:
    image = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if image is None:
        raise Unreadable(f"{path.name} is no picture that can be read")
    return cast("Image", image)


def _small(image: Image) -> Image:
    height, width = image.shape[:2]
    if width <= BURST_WIDTH:
        return image
    size = (BURST_WIDTH, max(1, round(height * BURST_WIDTH / width)))
    return cast("Image", cv2.resize(image, size, interpolation=cv2.INTER_AREA))


def _natural(path: Path) -> list[tuple[int, str]]:
    """Sorts 2.png before 10.png."""
    parts = re.split(r"(\d+)", path.name)
    return [(int(part), "") if part.isdigit() else (-1, part) for part in parts]
