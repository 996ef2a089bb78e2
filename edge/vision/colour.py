"""The colour of what is grey in the reference: a cast changes it."""

import numpy as np

from edge.vision.arrays import Flags, Floats

# A block is neutral when its colours lie so close together, in log units, and is neither dark nor bright.
NEUTRAL = 0.25
LEVELS = (25.0, 235.0)
FEWEST = 4


def cast(reference: Floats, now: Floats) -> float | None:
    """The greater change of log(R/G) and log(B/G) on neutral blocks (8, 12, 3; B G R); None without such blocks."""
    before, after = _ratios(reference), _ratios(now)
    neutral = (np.abs(before).max(axis=2) < NEUTRAL) & _lit(reference) & _lit(now)
    if np.count_nonzero(neutral) < FEWEST:
        return None
    return float(np.abs(np.median((after - before)[neutral], axis=0)).max())


def _ratios(colour: Floats) -> Floats:
    logs = np.log(colour + np.float32(1))
    return np.stack([logs[:, :, 2] - logs[:, :, 1], logs[:, :, 0] - logs[:, :, 1]], axis=2)


def _lit(colour: Floats) -> Flags:
    level = colour.mean(axis=2)
    return np.asarray((level > LEVELS[0]) & (level < LEVELS[1]))
