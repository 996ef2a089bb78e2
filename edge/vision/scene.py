"""Is it still the view that was learned? Moved, lost, covered or out of focus, told apart in this order."""

from dataclasses import dataclass, replace

import numpy as np

from contracts.picture import PictureLimits
from edge.vision.arrays import Flags, Pixels
from edge.vision.cover import Cover, Kept, cover, glimpsed
from edge.vision.facts import Facts
from edge.vision.motion import Motion, by_edges, by_phases, by_points, points_of, put_back, steadied
from edge.vision.reference import View
from edge.vision.shape import Shape, edges_of, shape_of

# The view is searched for only when so many anchors do not lie where they lay.
LOOK_AROUND = 0.15
# A movement is believed when the anchors agree to this degree once it is undone, and by so much better than before.
PROVEN = 0.5
BETTER = 0.1
# Or when it is told by so many points, and the anchors agree no worse.
MANY = 25
# A block is blurred or not; so much of the view must be blurred or hidden, and so much of it blurred alone.
SPOILT = 0.5
BLURRED = 0.08
DOUBT = 1.5
# Grease over a part of the glass: a little less when it is nearly all unsharp and nothing hidden.
SMEARED, UNSHARP = 0.42, 0.26
# Of a view that is lost nearly no anchor is found, and what is seen instead is as rich and as sharp as a view is.
GONE = 0.85
RICH = 0.5
SHARP = 0.5
# Of a view that is only unsharp hardly an anchor is lost.
LOST_LITTLE = 0.15
# Where more is lost it is hidden, by cars perhaps, whatever the rest looks like.
LOST_SOME = 0.3
# When so many anchors are lost, each key may lie elsewhere.
LOOSE = 0.25


@dataclass(frozen=True, slots=True)
class Scene:
    """``cover``: with the movement undone. ``motion``: None when nothing has moved, or nobody can tell how.

    ``sharp``: middle sharpness of the anchors, by the reference's, along rows or columns, whichever is worse.
    ``spoilt``: share of the anchors that are hidden or blurred, ``blurred``: of those that are only blurred.
    ``doubt``: the fewer anchors there are, the more of them must be.
    """

    cover: Cover
    motion: Motion | None
    sharp: float
    spoilt: float
    blurred: float
    doubt: float

    def is_moved(self, limits: PictureLimits) -> bool:
        """Whether it has moved by more than is allowed."""
        found = self.motion
        return found is not None and (
            found.shift > limits.moved_share or found.turn > limits.moved_deg or found.zoom > limits.moved_scale
        )

    @property
    def is_certain(self) -> bool:
        """Whether many points tell the movement."""
        return self.motion is not None and self.motion.inliers >= MANY

    def is_covered(self, limits: PictureLimits) -> bool:
        """Whether so much is hidden; edges that are weak and still run as they did are blurred, not hidden."""
        return self.cover.share > limits.cover_share and not self._is_soft(limits)

    def is_blurred(self, limits: PictureLimits) -> bool:
        """Whether much of the view is out of focus or behind grease."""
        much = self.spoilt > SPOILT + self.doubt and self.blurred > BLURRED and self.cover.lost < LOST_SOME
        smeared = self.spoilt > SMEARED and self.blurred > UNSHARP and self.cover.lost < LOST_LITTLE
        return much or smeared or self._is_soft(limits)

    def _is_soft(self, limits: PictureLimits) -> bool:
        return self.cover.lost < LOST_LITTLE and self.sharp < limits.blur_ratio - self.doubt

    @property
    def is_lost(self) -> bool:
        """Whether another view is seen in its place."""
        return self.cover.lost > GONE and self.cover.gone < RICH and self.sharp > SHARP


def scene_of(view: View, facts: Facts, limits: PictureLimits) -> Scene:
    """Compare ``facts`` with ``view``, which has anchors."""
    scene = _searched(view, facts, limits)
    if scene.is_covered(limits) and not scene.is_moved(limits) and not scene.is_lost:
        scene = _scene(view, facts.shape, view.anchors, limits, also=glimpsed(view, facts.greys))
    if not (scene.is_covered(limits) or scene.is_blurred(limits)) or scene.is_moved(limits):
        return scene
    # Keys that sway are unsharp where they are laid on each other as they are.
    grey = steadied(facts.greys)
    if grey is None:
        return scene
    calm = _searched(view, replace(facts, grey=grey, shape=shape_of(grey, facts.width)), limits)
    return calm if calm.spoilt < scene.spoilt else scene


def _searched(view: View, facts: Facts, limits: PictureLimits) -> Scene:
    scene = _scene(view, facts.shape, view.anchors, limits)
    if scene.cover.lost < LOOK_AROUND and scene.cover.fit > 1 - LOOK_AROUND:
        return scene
    best = _found(view, facts.grey, facts, limits, scene)
    if best.motion is None and best.cover.lost > LOOSE:
        # Keys that lie elsewhere each time leave no picture when they are laid on each other; the newest alone does.
        loose = _found(view, facts.greys[-1], facts, limits, scene)
        return loose if loose.is_moved(limits) else best
    return best


def _found(view: View, grey: Pixels, facts: Facts, limits: PictureLimits, otherwise: Scene) -> Scene:
    """The scene with the movement of ``grey`` undone; ``otherwise`` when none explains it better."""
    best = otherwise
    for motion in _movements(view, grey):
        back, whole = put_back(grey, motion)
        seen = view.anchors & whole
        if np.count_nonzero(seen) < limits.anchors / 2:
            continue
        # What is put back is less sharp than what was seen, and what was seen lies in other blocks.
        shape = shape_of(back, facts.width)
        shape = replace(shape, sharpness=np.maximum(shape.sharpness, facts.shape.sharpness))
        again = _scene(view, shape, seen, limits, motion)
        if _explains(again, best):
            best = again
    return best


def _explains(again: Scene, before: Scene) -> bool:
    """Whether the movement that is undone in ``again`` is believed: by the edges, or by many points and no worse."""
    fits, fitted = again.cover, before.cover
    if again.is_certain:
        return fits.same > max(PROVEN, fitted.same) and fits.fit > fitted.fit
    return fits.fit > max(PROVEN, fitted.fit + BETTER) and fits.same > fitted.same - BETTER


def _movements(view: View, grey: Pixels) -> list[Motion]:
    points = by_points(view.points, points_of(grey))
    edges = edges_of(grey)
    found = [points, by_phases(view.shape.fine, edges), by_edges(view.outlines, edges)]
    return [motion for motion in found if motion is not None and not motion.is_none]


def _scene(
    view: View,
    shape: Shape,
    anchors: Flags,
    limits: PictureLimits,
    motion: Motion | None = None,
    also: Kept | None = None,
) -> Scene:
    found = cover(view, shape, anchors, limits, also)
    ratio = shape.sharpness / np.maximum(view.reference.sharpness, 1e-3)
    blurred = (ratio < limits.blur_ratio) & anchors
    hidden = found.covered & anchors
    count = np.count_nonzero(anchors)
    worse = max(blurred, key=np.count_nonzero)
    return Scene(
        cover=found,
        motion=motion,
        sharp=float(np.median(ratio[:, anchors], axis=1).min()),
        spoilt=float(np.count_nonzero(worse | hidden) / count),
        blurred=float(np.count_nonzero(worse & ~hidden) / count),
        doubt=float(DOUBT / count),
    )
