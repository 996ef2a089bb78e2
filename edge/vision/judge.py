"""Every check on five keys against the learned view, in the order in which one hides another."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from contracts.picture import PictureLimits
from edge.vision.arrays import FINE
from edge.vision.colour import Cast, cast
from edge.vision.cover import outline
from edge.vision.facts import Facts
from edge.vision.light import black_below, is_over
from edge.vision.reference import References, View
from edge.vision.scene import Scene, scene_of
from edge.vision.still import is_still
from edge.vision.stripes import stripes
from edge.vision.window import Box

VIEW = frozenset({"blur", "occluded", "moved"})
CHANGED = VIEW | {"stripes", "cast"}
REFERENCE = VIEW | {"noise", "cast", "stripes"}
# What a picture without content leaves to be judged: nothing.
ALL = REFERENCE | {"black", "over_exposed", "snow", "frozen"}
# Another mode's view is this very view when its anchors agree to this degree.
SAME_VIEW = 0.5
# Without the reference of its own mode a picture is covered when so many anchors have no edge left.
VANISHED = 0.8
# Sigma of noise that no encoder leaves in a good picture; the least reference worth multiplying.
LEAST_NOISE = 0.8
# Another light is sharp by other edges; as sharp as this it is certainly not blurred.
CERTAINLY_SHARP = 0.85
# Of the width that was learned.
SMALLER = 0.9
# Stripes lie upon the edges of the view, a cover with folds stands before so many of them.
STRIPED = 0.1
# Of the share that is told, when a part of the view has another colour, too.
PAINTED = 0.65
# The reference's own texture may look like single pixels; snow is so much more.
OWN_SINGLES = 2.0


@dataclass(slots=True)
class Found:
    """The codes and numbers of one window, as they come in."""

    codes: set[str] = field(default_factory=set)
    nc: set[str] = field(default_factory=set)
    numbers: dict[str, float] = field(default_factory=dict)
    outline: tuple[Box, ...] = ()

    def stands(self, code: str, hides: Iterable[str] = ()) -> None:
        """``code`` was found, and what it ``hides`` cannot be checked."""
        self.codes.add(code)
        self.nc |= set(hides)
        self.nc -= self.codes


def content(found: Found, facts: Facts, references: References, limits: PictureLimits, night: bool | None) -> bool:
    """Black, over-exposed or snow; whether there is a picture to be judged further."""
    found.numbers |= {"luma_p99": facts.p99, "luma_mean": facts.mean, "over": facts.over, "impulses": facts.impulses}
    below = black_below(references, limits, night)
    if facts.p99 < below:
        found.stands("black", ALL)
    elif is_over(facts, references, limits, night):
        found.stands("over_exposed", ALL)
    else:
        own = max((reference.impulses for reference in references.by_mode.values()), default=0.0)
        if facts.impulses > max(limits.snow_share, OWN_SINGLES * own):
            found.stands("snow", REFERENCE)
    if night and below <= facts.p99 < limits.black_p99 and not set(references.by_mode) - {"day"}:
        found.nc.add("black")
    return not found.codes


def compare(found: Found, facts: Facts, view: View, limits: PictureLimits, *, colour: bool) -> None:
    """The checks against ``view``, of the same mode; ``colour``: the picture has any."""
    # A smaller picture (another stream of the same camera) is calmer, and less sharp where it must be enlarged.
    smaller = facts.width < SMALLER * view.reference.width
    if smaller:
        found.nc |= {"noise"} if facts.width >= FINE[0] else {"noise", "blur"}
    else:
        _noise(found, facts, view, limits)
    colours = cast(view.reference.colour, facts.colour) if colour else None
    height = stripes(view.reference.profiles, view.reference.waves, facts.profiles)
    found.numbers["stripes"] = height
    if np.count_nonzero(view.anchors) < limits.anchors:
        found.nc |= VIEW
        scene = None
    else:
        scene = scene_of(view, facts, limits)
        _tell(found, scene)
    _told(found, scene, height, colours, limits)
    if colour and not found.codes & {"moved", "view_lost", "occluded"}:
        _cast(found, colours, limits)
    if not found.codes and not smaller and is_still(facts, view.reference):
        found.stands("frozen")


def abroad(found: Found, facts: Facts, view: View, limits: PictureLimits, night: bool | None) -> bool:
    """Judge by the ``view`` of another mode; whether it is the same view as that."""
    found.nc |= {"noise", "stripes", "cast", "blur"}
    if np.count_nonzero(view.anchors) < limits.anchors:
        found.nc |= VIEW
        return False
    scene = scene_of(view, facts, limits)
    _tell(found, scene)
    if scene.sharp > CERTAINLY_SHARP:
        found.nc.discard("blur")
    if scene.cover.same > SAME_VIEW and scene.cover.share < limits.cover_share and not scene.is_moved(limits):
        return True
    if scene.is_moved(limits) and scene.is_certain:
        found.stands("moved", VIEW)
        return False
    if scene.cover.gone > VANISHED and scene.cover.lost > VANISHED and not night:
        found.stands("occluded", VIEW)
        return False
    found.nc |= VIEW
    return False


def _tell(found: Found, scene: Scene) -> None:
    found.numbers |= {"covered": scene.cover.share, "agreement": scene.cover.same, "sharp": scene.sharp}
    found.numbers |= {"fit": scene.cover.fit, "spoilt": scene.spoilt, "blurred": scene.blurred}
    found.numbers |= {"lost": scene.cover.lost, "gone": scene.cover.gone}
    if scene.motion is not None:
        moved = scene.motion
        found.numbers |= {"inliers": float(moved.inliers), "shift": moved.shift, "turn": moved.turn, "zoom": moved.zoom}


def _told(found: Found, scene: Scene | None, height: float, colours: Cast | None, limits: PictureLimits) -> None:
    """What hides the rest stands alone: movement, then cover, then stripes, then blur."""
    striped = height > limits.stripe_levels
    if scene is not None and scene.is_moved(limits):
        found.stands("moved", CHANGED)
    elif scene is not None and scene.is_lost:
        found.stands("view_lost", CHANGED)
    elif striped and (scene is None or scene.cover.gone < STRIPED):
        found.stands("stripes", VIEW)
    elif scene is not None and (scene.is_covered(limits) or _is_painted(scene, colours, limits)):
        found.stands("occluded", CHANGED)
        found.outline = outline(scene.cover.covered)
    elif scene is not None and "noise" in found.codes:
        found.nc.add("blur")
    elif scene is not None and "blur" not in found.nc and scene.is_blurred(limits):
        found.stands("blur")


def _is_painted(scene: Scene, colours: Cast | None, limits: PictureLimits) -> bool:
    """Whether what is covered by less than is told has another colour than the rest of the view."""
    if colours is None or colours.even or colours.change <= limits.cast_log:
        return False
    return scene.cover.share > PAINTED * limits.cover_share


def _noise(found: Found, facts: Facts, view: View, limits: PictureLimits) -> None:
    if facts.noise is None:
        found.nc.add("noise")
        return
    found.numbers["noise"] = facts.noise
    if facts.noise > limits.noise_ratio * max(view.reference.noise, LEAST_NOISE):
        found.stands("noise")


def _cast(found: Found, colours: Cast | None, limits: PictureLimits) -> None:
    if colours is None:
        found.nc.add("cast")
        return
    found.numbers["cast"] = colours.change
    if colours.change > limits.cast_log and colours.even:
        found.stands("cast")
