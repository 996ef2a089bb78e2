"""What five keys show together: the median of everything, so that what drives or walks through is gone."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from edge.vision.arrays import Floats, Pixels, blocks, floats, median
from edge.vision.key import Key
from edge.vision.shape import Shape, shape_of

# One pixel of so many along each side tells enough of how much changed.
SPARSE = 3


@dataclass(frozen=True, slots=True)
class Facts:
    """As :class:`Key`, of all of them. ``greys``, ``profiles``: of each key; ``width``: of the newest picture.

    ``changes``: how much the middle block changed from each key to the next, in grey levels.
    """

    grey: Pixels
    greys: tuple[Pixels, ...]
    width: int
    shape: Shape
    colour: Floats
    p99: float
    mean: float
    over: float
    noise: float | None
    impulses: float
    profiles: Floats
    changes: tuple[float, ...]


def facts_of(keys: Sequence[Key]) -> Facts:
    """The facts of one to five keys, oldest first."""
    grey = median([key.grey for key in keys])
    width = keys[-1].shape[1]
    noises = [key.noise for key in keys if key.noise is not None]
    return Facts(
        grey=grey,
        greys=tuple(key.grey for key in keys),
        width=width,
        shape=shape_of(grey, width),
        colour=floats(np.median([key.colour for key in keys], axis=0)),
        p99=_middle([key.p99 for key in keys]),
        mean=_middle([key.mean for key in keys]),
        over=_middle([key.over for key in keys]),
        noise=_middle(noises) if noises else None,
        impulses=_middle([key.impulses for key in keys]),
        profiles=np.stack([key.profiles for key in keys]),
        changes=tuple(change(before, after) for before, after in pairwise(keys)),
    )


def change(before: Key, after: Key) -> float:
    """How much the middle block changed, in grey levels."""
    one, other = before.grey[::SPARSE, ::SPARSE], after.grey[::SPARSE, ::SPARSE]
    apart = np.maximum(one, other) - np.minimum(one, other)
    return float(np.median(blocks(floats(apart))))


def _middle(values: Sequence[float]) -> float:
    return float(np.median(values))
