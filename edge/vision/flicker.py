"""Flicker: brightness that jumps from frame to frame, as under lamps that pulse or with a failing iris."""

from collections.abc import Sequence

import cv2
import numpy as np

from edge.vision.arrays import Pixels

BANDS = 8
# Fewer frames, or slower ones, cannot show it; in the dark it means nothing.
FEWEST = 8
SLOWEST_FPS = 8.0
DARK = 15.0


def flicker(frames: Sequence[Pixels], fps: float) -> float | None:
    """How much the brightness jumps, as a share of it; None when these frames (H, W, 3; BGR) cannot tell."""
    if len(frames) < FEWEST or fps < SLOWEST_FPS:
        return None
    levels = np.array([_bands(frame) for frame in frames])
    if levels.mean() < DARK:
        return None
    # Whatever drives through makes a few jumps, in some bands; flicker makes one from each frame to the next, in most.
    jumps = np.median(np.abs(np.diff(levels, 2, axis=0)), axis=0)
    return float(np.median(jumps / np.maximum(levels.mean(axis=0), DARK)))


def _bands(frame: Pixels) -> list[float]:
    """The middle brightness of each of the picture's bands, top to bottom; a few pixels tell it."""
    few = frame[:: max(1, frame.shape[0] // 128), :: max(1, frame.shape[1] // 128)]
    grey = np.asarray(cv2.cvtColor(np.ascontiguousarray(few), cv2.COLOR_BGR2GRAY), np.float32)
    return [float(np.median(band)) for band in np.array_split(grey, BANDS)]
