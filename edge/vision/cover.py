"""How much of the view is covered: anchors whose edges are gone, and what lies around them."""

from dataclasses import dataclass

import numpy as np

from edge.vision.arrays import COLUMNS, ROWS, Flags, Floats, floats
from edge.vision.reference import ANCHOR_BASE, View
from edge.vision.shape import Shape, agreement
from edge.vision.window import Box

# An anchor speaks for its neighbours, the less the farther (in blocks).
REACH = 1.2
FARTHEST = 3.0
# Weak edges alone are fog or dusk; those that also run less surely as they did are covered.
UNSURE = 2.0


@dataclass(frozen=True, slots=True)
class Cover:
    """``covered``: blocks (8, 12); ``share`` of the view; ``lost``: share of anchors whose edges run elsewhere;
    ``gone``: share of anchors whose edges are weak; ``same``: the middle agreement of the anchors, by their base.
    """

    covered: Flags
    share: float
    lost: float
    gone: float
    same: float


def cover(view: View, shape: Shape, anchors: Flags, least_agreement: float, least_edges: float) -> Cover:
    """Compare ``shape`` with ``view`` at ``anchors``, of which there is at least one."""
    reference = view.reference
    fine = _kept(reference.fine, agreement(view.shape.fine, shape.fine))
    coarse = _kept(reference.coarse, agreement(view.shape.coarse, shape.coarse))
    ratio = shape.weber / np.maximum(reference.weber, 1e-4)
    weak = ratio < least_edges * np.percentile(ratio[anchors], 75)
    best = np.maximum(fine, coarse)
    lost = best < least_agreement
    covered = anchors & (lost | (weak & (fine < UNSURE * least_agreement)))
    return Cover(
        covered=covered,
        share=_share(covered, anchors),
        lost=float(lost[anchors].mean()),
        gone=float((ratio < least_edges)[anchors].mean()),
        same=float(np.median(best[anchors])),
    )


def _kept(base: Floats, now: Floats) -> Floats:
    """How much of its own agreement each block still has; -1 where that was too low to tell anything."""
    return np.where(base >= ANCHOR_BASE, now / np.maximum(base, ANCHOR_BASE), np.float32(-1))


def outline(covered: Flags) -> tuple[Box, ...]:
    """One box around what is covered; none where nothing is."""
    rows, columns = np.nonzero(covered)
    if not len(rows):
        return ()
    x, y = columns.min() / COLUMNS, rows.min() / ROWS
    return ((float(x), float(y), float((columns.max() + 1) / COLUMNS - x), float((rows.max() + 1) / ROWS - y)),)


def _share(covered: Flags, anchors: Flags) -> float:
    """Of the blocks that anchors speak for."""
    votes = _SPEAKS @ covered.ravel().astype(np.float32)
    voices = _SPEAKS @ anchors.ravel().astype(np.float32)
    heard = voices > _QUIETEST
    return float((votes[heard] / voices[heard] > 0.5).mean())


def _speaks() -> Floats:
    """How much each block says of each other (96, 96)."""
    rows, columns = np.divmod(np.arange(ROWS * COLUMNS), COLUMNS)
    apart = (rows[:, None] - rows) ** 2 + (columns[:, None] - columns) ** 2
    return floats(np.exp(-apart / (2 * REACH**2)))


_SPEAKS = _speaks()
_QUIETEST = float(np.exp(-(FARTHEST**2) / (2 * REACH**2)))
