"""The colour of what is grey in the reference: a cast changes it."""

from dataclasses import dataclass

import numpy as np

from edge.vision.arrays import Flags, Floats

# A block is neutral when its colours lie so close together, in log units, and is neither dark nor bright.
NEUTRAL = 0.25
LEVELS = (25.0, 235.0)
FEWEST = 4
# A cast lies on all that is grey; so much of it must have changed by half as much as the middle.
EVEN = 0.8


@dataclass(frozen=True, slots=True)
class Cast:
    """``change``: the greater change of log(R/G) and log(B/G), the middle of the neutral blocks. ``even``: whether all
    of them changed alike; what hides a part of the view changes that part.
    """

    change: float
    even: bool


def cast(reference: Floats, now: Floats) -> Cast | None:
    """How the colour of neutral blocks (8, 12, 3; B G R) changed; None without such blocks."""
    before, after = _ratios(reference), _ratios(now)
    neutral = (np.abs(before).max(axis=2) < NEUTRAL) & _lit(reference) & _lit(now)
    if np.count_nonzero(neutral) < FEWEST:
        return None
    changes = (after - before)[neutral]
    middle = np.median(changes, axis=0)
    which = int(np.argmax(np.abs(middle)))
    alike = changes[:, which] * np.sign(middle[which]) > np.abs(middle[which]) / 2
    return Cast(float(np.abs(middle[which])), bool(alike.mean() > EVEN))


def _ratios(colour: Floats) -> Floats:
    logs = np.log(colour + np.float32(1))
    return np.stack([logs[:, :, 2] - logs[:, :, 1], logs[:, :, 0] - logs[:, :, 1]], axis=2)


def _lit(colour: Floats) -> Flags:
    level = colour.mean(axis=2)
    return np.asarray((level > LEVELS[0]) & (level < LEVELS[1]))
