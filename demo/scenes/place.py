"""A place that a camera looks at: its colours in even light, how far things are, what glows at night, what moves."""

from dataclasses import dataclass, field

import numpy as np

from demo.scene_view import Colour, Image
from demo.scenes.paint import Plane, Point

WIDTH, HEIGHT = 960, 540
ASPHALT: Colour = (112, 112, 116)
STONE: Colour = (168, 174, 178)
PAINT: Colour = (216, 220, 222)


@dataclass(frozen=True, slots=True)
class Track:
    """A straight way of cars or people: feet from ``start`` to ``end`` (pixels), how high a person is at both."""

    start: Point
    end: Point
    sizes: tuple[float, float]
    who: str = "car"  # car, person or bike
    every_s: float = 24.0
    lasts_s: float = 9.0


@dataclass(frozen=True, slots=True)
class Caster:
    """Something upright that throws a shadow: its foot, height and width in pixels."""

    foot: Point
    height: float
    width: float


@dataclass
class Place:
    """What a view is drawn from. ``base``: colours in even light, BGR; ``far``: 0 near .. 1 sky, for haze; ``lamps``:
    the light of lamps at night; ``floor``: 1 where the ground lies, for shadows and wet; ``leaves``: boxes (x, y,
    width, height) that wind stirs. ``room``: inside, so that neither sun nor weather comes in.
    """

    base: Image
    far: Plane
    lamps: Plane
    floor: Plane
    tracks: list[Track] = field(default_factory=list)
    casters: list[Caster] = field(default_factory=list)
    leaves: list[tuple[int, int, int, int]] = field(default_factory=list)
    room: bool = False

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width in pixels."""
        height, width = self.base.shape[:2]
        return height, width


def bare(colour: Colour, horizon: float) -> Place:
    """A place with nothing on it yet; ``horizon``: a share of the height, 0 for a view from above."""
    base = np.full((HEIGHT, WIDTH, 3), colour, np.uint8)
    rows = np.linspace(0, 1, HEIGHT, dtype=np.float32)
    near = np.clip((rows - horizon) / max(0.05, 1 - horizon), 0, 1)
    away = np.where(rows < horizon, 1, 1 - np.sqrt(near)).astype(np.float32)
    floor = (rows > horizon).astype(np.float32)
    empty = np.zeros((HEIGHT, WIDTH), np.float32)
    return Place(base, np.tile(away[:, None], (1, WIDTH)), empty, np.tile(floor[:, None], (1, WIDTH)))
