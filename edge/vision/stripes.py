"""Regular stripes across or down the picture that the reference does not have."""

import numpy as np

from edge.vision.arrays import Floats, floats

# Cycles over the picture: fewer are shading, not stripes.
SLOWEST = 6
# Stripes are one wave: the peak stands so far above its neighbourhood.
SHARP = 4.0
AROUND = 8
NEAR = 2
# The reference's own waves may grow a little, as with the light.
OWN = 1.3


def stripes(reference: Floats, now: Floats) -> float:
    """The height in grey levels of the highest sharp wave beyond the reference's own; 0 without one."""
    own = _widest(reference)
    rest = now - OWN * own
    rest[:SLOWEST] = 0
    peak = int(np.argmax(rest))
    if rest[peak] <= 0:
        return 0.0
    low, high = max(SLOWEST, peak - AROUND), peak + AROUND + 1
    around = np.concatenate([now[low : max(low, peak - NEAR)], now[peak + NEAR + 1 : high]])
    return float(rest[peak]) if now[peak] > SHARP * np.median(around) else 0.0


def _widest(waves: Floats) -> Floats:
    """Each wave as high as its highest neighbour: a view that shook a little has the same spectrum."""
    wide = np.pad(waves, NEAR)
    return floats(np.max([wide[shift : shift + len(waves)] for shift in range(2 * NEAR + 1)], axis=0))
