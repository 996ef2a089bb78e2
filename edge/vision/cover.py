"""How much of the view is covered: anchors whose edges are gone, and what lies around them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from contracts.picture import PictureLimits
from edge.vision.arrays import COLUMNS, ROWS, Flags, Floats, Pixels, floats
from edge.vision.facts import Facts
from edge.vision.reference import ANCHOR_BASE, View
from edge.vision.shape import Directions, Shape, agreement, coarse_edges_of, edges_of
from edge.vision.window import Box

# An anchor speaks for its neighbours, the less the farther (in blocks).
REACH = 1.2
FARTHEST = 3.0
# Weak edges alone are fog or dusk; those that also run less surely as they did are covered.
UNSURE = 2.0
LEAST_USUAL, VISIBLE = 0.8, 0.5


@dataclass(frozen=True, slots=True)
class Cover:
    """``covered``: blocks (8, 12); ``share`` of the view; ``lost``: share of anchors whose edges run elsewhere;
    ``gone``: share of anchors whose edges are weak; ``same``: the middle agreement of the anchors, by their base;
    ``fit``: the mean of it, 0 to 1, in fine edges wherever these can tell: the surest sign that all lies where it lay.
    """

    covered: Flags
    share: float
    lost: float
    gone: float
    same: float
    fit: float


@dataclass(frozen=True, slots=True)
class Kept:
    """How much of its own agreement each block (8, 12) still has, in fine and in coarse edges; -1: nobody can tell."""

    fine: Floats
    coarse: Floats


def kept(view: View, fine: Directions, coarse: Directions) -> Kept:
    """What edges have kept of those of ``view``."""
    reference = view.reference
    return Kept(
        fine=_kept(reference.fine, agreement(view.shape.fine, fine)),
        coarse=_kept(reference.coarse, agreement(view.shape.coarse, coarse)),
    )


def likeness(view: View, facts: Facts) -> float:
    """How well the coarse edges of ``facts`` agree with those of ``view``: the mean over its anchors that have any,
    1 as ever; 0 without."""
    base = view.reference.coarse
    able = view.anchors & (base >= ANCHOR_BASE)
    now = _kept(base, agreement(view.shape.coarse, facts.shape.coarse))[able]
    return float(np.clip(now, 0, 1).mean()) if len(now) else 0.0


def glimpsed(view: View, greys: Sequence[Pixels]) -> Kept:
    """The most that any of the pictures shows, block by block: what drives, falls or glares hides each place for a
    moment, a cover hides its places in all of them."""
    each = [kept(view, edges_of(grey), coarse_edges_of(grey)) for grey in greys]
    return Kept(
        fine=floats(np.max([one.fine for one in each], axis=0)),
        coarse=floats(np.max([one.coarse for one in each], axis=0)),
    )


def cover(view: View, shape: Shape, anchors: Flags, limits: PictureLimits, also: Kept | None = None) -> Cover:
    """Compare ``shape`` with ``view`` at ``anchors``, of which there is at least one; ``also``: what else was seen."""
    reference = view.reference
    least_agreement, least_edges = limits.cover_agreement, limits.cover_edges
    now = kept(view, shape.fine, shape.coarse)
    fine = now.fine if also is None else np.maximum(now.fine, also.fine)
    coarse = now.coarse if also is None else np.maximum(now.coarse, also.coarse)
    ratio = shape.weber / np.maximum(reference.weber, 1e-4)
    # Haze takes strength from all edges; what newly stands there adds its own and weakens none.
    weak = ratio < least_edges * min(1.0, float(np.percentile(ratio[anchors], 75)))
    best = np.maximum(fine, coarse)
    # Rain, haze and other light take a little of all agreement; a cover takes all of some, and leaves the rest.
    usual = float(np.percentile(best[anchors], 75))
    if usual > VISIBLE:
        best, fine, coarse = (floats(one / np.clip(usual, LEAST_USUAL, 1)) for one in (best, fine, coarse))
    # Where the fine edges tell nothing the coarse ones must do.
    sure = np.where(reference.fine >= ANCHOR_BASE, fine, coarse)
    lost = best < least_agreement
    covered = anchors & (lost | (weak & (sure < UNSURE * least_agreement)))
    return Cover(
        covered=covered,
        share=_share(covered, anchors),
        lost=float(lost[anchors].mean()),
        gone=float((ratio < least_edges)[anchors].mean()),
        same=float(np.median(best[anchors])),
        fit=float(np.clip(sure[anchors], 0, 1).mean()),
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
