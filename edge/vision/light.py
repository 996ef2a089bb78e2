"""Brightness and mode: day, night in colour, infrared; black and over-exposed."""

from contracts.picture import PictureLimits
from edge.vision.facts import Facts
from edge.vision.key import Key
from edge.vision.reference import Reference, References
from edge.vision.window import Mode

# A mode is left only when its border is passed by this much.
HYSTERESIS = 1.2
# A view that is dark or bright at night is black or over-exposed when it is so much darker or brighter than that.
DARKER = 0.5
BRIGHTER = 0.2
# Nobody knows the view at night: it is black only when it is as dark as no night is, of the limit by day.
DARKEST = 0.4


def mode_of(key: Key, limits: PictureLimits, before: Mode | None, night: bool | None, below: float) -> Mode:
    """The mode that ``key`` was taken in. ``night``: what the sun says; ``below``: what :func:`black_below` says.

    A picture without content tells no other mode.
    """
    if before is not None and (key.p99 < below or key.over > limits.over_share):
        return before
    if key.chroma < limits.ir_chroma * (HYSTERESIS if before == "ir" else 1):
        return "ir"
    dark = key.mean < limits.night_mean * (HYSTERESIS if before == "night" else 1)
    return "night" if night or dark else "day"


def black_below(references: References, limits: PictureLimits, night: bool | None) -> float:
    """The 99th percentile of grey levels below which a picture is black: at night half as bright as this view was in
    other nights, and where none is known, next to nothing.
    """
    known = _at_night(references)
    if night is not False and known:
        return min(limits.black_p99, DARKER * min(reference.p99 for reference in known))
    return DARKEST * limits.black_p99 if night else limits.black_p99


def is_over(facts: Facts, references: References, limits: PictureLimits, night: bool | None) -> bool:
    """Whether too much is white; a lamp in a small view at night is no fault."""
    known = _at_night(references) if night else []
    usual = max((reference.over for reference in known), default=0.0)
    return facts.over > max(limits.over_share, usual + BRIGHTER if usual > limits.over_share / 2 else 0.0)


def _at_night(references: References) -> list[Reference]:
    return [reference for mode, reference in references.by_mode.items() if mode != "day"]
