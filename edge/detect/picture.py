"""What a camera's picture shows, as findings and measurements."""

from contracts.codes import PICTURE
from edge.drivers.base import PictureView

# What goes with a reading: each line of it crosses a paid line, so no more than a person would look at.
_TOLD = ("covered", "sharp", "shift", "turn", "noise", "cast")
# Which of the two a camera is in says why a check was left out.
MODES = {"day": 0.0, "night": 1.0, "ir": 2.0}


def judge_picture(view: PictureView | None) -> tuple[frozenset[str], frozenset[str]]:
    """The codes that stand, and those that cannot be checked; without a view nothing can be."""
    if view is None or view.mode is None:
        return frozenset(), PICTURE
    return view.codes, view.nc


def measured_picture(view: PictureView | None) -> dict[str, float]:
    """The figures behind it. ``attention`` is 1 while the view is partly hidden for long, 0 while it is watched."""
    if view is None or view.mode is None:
        return {}
    told = {name: round(view.numbers[name], 3) for name in _TOLD if name in view.numbers}
    return told | {"attention": float(view.attention), "mode": MODES[view.mode], "lessons": float(view.lessons)}
