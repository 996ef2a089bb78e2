"""Who judges: the shipped checks behind the little that the counting needs, so that others can stand in their place."""

import zlib
from collections import deque
from dataclasses import replace
from typing import Protocol

from contracts.picture import PictureLimits
from edge.detect.camera import EQUAL_KEYS
from edge.evaluate.footage import Image, Sample
from edge.vision.policy import SUSPECTED
from edge.vision.watch import Watch
from edge.vision.window import Window


class Judge(Protocol):
    """What is measured."""

    def teach(self, image: Image, at: float) -> None:
        """A clean picture (H, W, 3; BGR) of the view, ``at`` seconds of its clip."""

    def see(self, sample: Sample) -> Window | None:
        """The window that ends with the sample; None while there is none."""


class Shipped:
    """The checks as a node runs them: the watch over pictures, its bursts, and the look for repeated pictures."""

    def __init__(self, limits: PictureLimits | None = None) -> None:
        self._watch = Watch(limits or PictureLimits())
        self._sums: deque[int] = deque(maxlen=EQUAL_KEYS)

    def teach(self, image: Image, at: float) -> None:
        """Learn from a clean picture."""
        self._watch.teach(image, at)

    def see(self, sample: Sample) -> Window | None:
        """The watch's window, with what frames between the samples and equal pictures tell."""
        flickers = self._watch.burst(sample.burst, sample.fps) if sample.burst else None
        window = self._watch.see(sample.image, sample.at)
        self._sums.append(zlib.crc32(sample.image.tobytes()))
        if window is None:
            return None
        # What is only suspected is no finding of a node either: it says that it cannot tell.
        codes, nc = set(window.codes - SUSPECTED), set(window.nc | (window.codes & SUSPECTED))
        if flickers is None:
            nc.add("flicker")
        elif flickers:
            codes.add("flicker")
        # A picture without content may well be repeated: that it is black is certain, that it is frozen is not.
        if len(self._sums) == EQUAL_KEYS and len(set(self._sums)) == 1 and "black" not in codes:
            codes.add("frozen")
        return replace(window, codes=frozenset(codes), nc=frozenset(nc - codes))
