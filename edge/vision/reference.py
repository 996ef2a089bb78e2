"""The learned view of a camera, one for each mode."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from edge.vision.arrays import Flags, Floats, Pixels, floats
from edge.vision.clockmark import Clock
from edge.vision.facts import Facts
from edge.vision.motion import Points, by_phases, outlines, points_of, put_back
from edge.vision.quiet import Gaps
from edge.vision.shape import Shape, agreement, edge_share, shape_of
from edge.vision.stripes import LAST, new_waves
from edge.vision.window import Mode

# What was learned after so many lessons stays: a view that changes for good is a fault, or somebody accepts it.
LESSONS = 30
# An anchor: so much of the block is edge, and the edges were found again in every lesson to this degree.
ANCHOR_EDGES = 0.015
ANCHOR_BASE = 0.5
# Taken for the agreement of the first lesson, which agrees with itself.
FIRST_BASE = 0.75
# A lesson is laid upon the reference when it agrees so much better there.
LAID_BETTER = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """One mode's view. ``lessons``: how many it was learned from. ``grey``: (360, 640), the mean of them.

    ``fine``, ``coarse``: agreement of a lesson with all of them, by block (8, 12). ``least``: the smallest change
    between two keys; ``pairs``: of how many. ``profiles`` (2, 4, 720): the mean of them; ``waves`` (2, 360):
    the highest that any lesson had beside them. The rest is as in :class:`Facts`.
    """

    lessons: int
    grey: npt.NDArray[np.float16]
    width: int
    fine: Floats
    coarse: Floats
    weber: Floats
    sharpness: Floats
    colour: Floats
    p99: float
    mean: float
    over: float
    noise: float
    impulses: float
    profiles: Floats
    waves: Floats
    least: float
    pairs: int


@dataclass(frozen=True, slots=True, eq=False)
class References:
    """What a camera showed when all was well, by mode. ``clock``: the one in its picture, if it is known; ``gaps``: how
    long nothing happened, by mode.
    """

    by_mode: Mapping[Mode, Reference] = field(default_factory=dict)
    clock: Clock | None = None
    gaps: Mapping[Mode, Gaps] = field(default_factory=dict)

    def with_mode(self, mode: Mode, reference: Reference) -> "References":
        """The same with the ``reference`` of ``mode``."""
        return replace(self, by_mode={**self.by_mode, mode: reference})


class View:
    """A reference ready to be compared with."""

    def __init__(self, reference: Reference) -> None:
        self.reference = reference
        self.grey: Pixels = np.asarray(np.rint(reference.grey), np.uint8)
        self.shape: Shape = shape_of(self.grey, reference.width)
        self._points: Points | None = None
        self._outlines: Floats | None = None
        stable = np.maximum(reference.fine, reference.coarse) >= ANCHOR_BASE
        self.anchors: Flags = stable & (edge_share(self.shape.fine) >= ANCHOR_EDGES)

    @property
    def points(self) -> Points:
        """What can be found again."""
        if self._points is None:
            self._points = points_of(self.grey)
        return self._points

    @property
    def outlines(self) -> Floats:
        """Where its edges are, see :func:`edge.vision.motion.outlines`."""
        if self._outlines is None:
            self._outlines = outlines(self.shape.fine)
        return self._outlines


def first(facts: Facts) -> Reference:
    """A reference of one lesson."""
    base = np.full(facts.shape.weber.shape, FIRST_BASE, np.float32)
    return Reference(
        lessons=1,
        grey=facts.grey.astype(np.float16),
        width=facts.width,
        fine=base,
        coarse=base,
        weber=facts.shape.weber,
        sharpness=facts.shape.sharpness,
        colour=facts.colour,
        p99=facts.p99,
        mean=facts.mean,
        over=facts.over,
        noise=facts.noise or 0.0,
        impulses=facts.impulses,
        profiles=floats(facts.profiles.mean(axis=0)),
        waves=np.zeros((2, LAST), np.float32),
        least=min(facts.changes, default=255.0),
        pairs=len(facts.changes),
    )


def learned(view: View, facts: Facts) -> Reference:
    """The reference after one more lesson, which is laid upon it: a mast sways."""
    old = view.reference
    share = 1 / (old.lessons + 1)
    grey, shape = _laid(view, facts)

    def mean(before: Floats, now: Floats) -> Floats:
        return floats(before + share * (now - before))

    return replace(
        old,
        lessons=old.lessons + 1,
        grey=mean(floats(old.grey), floats(grey)).astype(np.float16),
        fine=mean(old.fine, agreement(view.shape.fine, shape.fine)),
        coarse=mean(old.coarse, agreement(view.shape.coarse, shape.coarse)),
        weber=mean(old.weber, shape.weber),
        sharpness=mean(old.sharpness, shape.sharpness),
        colour=mean(old.colour, facts.colour),
        p99=old.p99 + share * (facts.p99 - old.p99),
        mean=old.mean + share * (facts.mean - old.mean),
        over=max(old.over, facts.over),
        noise=max(old.noise, facts.noise or 0.0),
        impulses=max(old.impulses, facts.impulses),
        profiles=mean(old.profiles, floats(facts.profiles.mean(axis=0))),
        waves=np.maximum(old.waves, new_waves(old.profiles, facts.profiles)),
        least=min((old.least, *facts.changes[-1:])),
        pairs=old.pairs + len(facts.changes[-1:]),
    )


def _laid(view: View, facts: Facts) -> tuple[Pixels, Shape]:
    """The lesson's grey and shape where the reference has them, if it lies elsewhere and that is certain."""
    before = agreement(view.shape.fine, facts.shape.fine).mean()
    grey, _ = put_back(facts.grey, by_phases(view.shape.fine, facts.shape.fine))
    shape = shape_of(grey, facts.width)
    if agreement(view.shape.fine, shape.fine).mean() > before + LAID_BETTER:
        return grey, shape
    return facts.grey, facts.shape
