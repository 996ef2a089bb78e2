"""Is it still the view that was learned? Moved, lost, covered or out of focus, told apart in this order."""

from dataclasses import dataclass

import numpy as np

from contracts.picture import PictureLimits
from edge.vision.arrays import Flags
from edge.vision.cover import Cover, cover
from edge.vision.facts import Facts
from edge.vision.motion import Motion, by_phases, by_points, points_of, put_back
from edge.vision.reference import View
from edge.vision.shape import Shape, shape_of

# The view is searched for only when so many anchors do not lie where they lay.
LOOK_AROUND = 0.15
# A movement is believed when the anchors agree to this degree once it is undone, and by so much better than before.
PROVEN = 0.5
BETTER = 0.1
# Of a view that is lost nearly no anchor is found, and what is seen instead is as rich and as sharp as a view is.
GONE = 0.85
RICH = 0.5
SHARP = 0.5


@dataclass(frozen=True, slots=True)
class Scene:
    """``cover``: with the movement undone. ``motion``: None when nothing has moved, or nobody can tell how.

    ``sharp``: middle sharpness of the anchors, by the reference's, along rows or columns, whichever is worse.
    """

    cover: Cover
    motion: Motion | None
    sharp: float

    def is_moved(self, limits: PictureLimits) -> bool:
        """Whether it has moved by more than is allowed."""
        found = self.motion
        return found is not None and (
            found.shift > limits.moved_share or found.turn > limits.moved_deg or found.zoom > limits.moved_scale
        )

    @property
    def is_lost(self) -> bool:
        """Whether another view is seen in its place."""
        return self.cover.lost > GONE and self.cover.gone < RICH and self.sharp > SHARP


def scene_of(view: View, facts: Facts, limits: PictureLimits) -> Scene:
    """Compare ``facts`` with ``view``, which has anchors."""
    shape, anchors = facts.shape, view.anchors
    found = _cover(view, shape, anchors, limits)
    if found.lost < LOOK_AROUND and found.same > 1 - LOOK_AROUND:
        return Scene(found, None, _sharp(view, shape, anchors))
    best = Scene(found, None, _sharp(view, shape, anchors))
    for motion in _movements(view, facts):
        grey, whole = put_back(facts.grey, motion)
        seen = anchors & whole
        if np.count_nonzero(seen) < limits.anchors / 2:
            continue
        back = shape_of(grey, facts.width)
        again = _cover(view, back, seen, limits)
        if again.same > max(PROVEN, best.cover.same + BETTER):
            best = Scene(again, motion, _sharp(view, back, seen))
    return best


def _movements(view: View, facts: Facts) -> list[Motion]:
    points = by_points(view.points, points_of(facts.grey))
    phases = by_phases(view.shape.fine, facts.shape.fine)
    return [phases] if points is None else [points, phases]


def _cover(view: View, shape: Shape, anchors: Flags, limits: PictureLimits) -> Cover:
    return cover(view, shape, anchors, limits.cover_agreement, limits.cover_edges)


def _sharp(view: View, shape: Shape, anchors: Flags) -> float:
    ratio = shape.sharpness[:, anchors] / np.maximum(view.reference.sharpness[:, anchors], 1e-3)
    return float(np.median(ratio, axis=1).min())
