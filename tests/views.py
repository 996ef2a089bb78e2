"""A small drawn view, the ways in which a camera may show it, and a watch that knows it."""

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

from contracts.picture import PictureLimits
from edge.vision.reference import References
from edge.vision.watch import Watch
from edge.vision.window import Window

Picture = npt.NDArray[np.uint8]
Spoil = Callable[[Picture, int], Picture]
HEIGHT, WIDTH = 360, 640


def clipped(values: npt.NDArray[np.floating]) -> Picture:
    return np.asarray(np.clip(values, 0, 255), np.uint8)


def grain(step: int, sigma: float, colour: int = 1) -> npt.NDArray[np.floating]:
    return np.random.default_rng([7, step]).normal(0, sigma, (HEIGHT, WIDTH, colour))


def place(seed: int = 1) -> Picture:
    """Houses, doors, a road with its marks: coloured rectangles of many sizes under a sky."""
    dice = np.random.default_rng(seed)
    image = np.full((HEIGHT, WIDTH, 3), (205, 190, 175), np.uint8)
    image[90:] = (112, 116, 114)
    for _ in range(260):
        x, y = int(dice.integers(0, WIDTH)), int(dice.integers(60, HEIGHT))
        width, height = (int(side) for side in dice.integers(6, 60, 2))
        tone = int(dice.integers(30, 220))
        colour = [int(np.clip(tone + shade, 0, 255)) for shade in dice.integers(-22, 22, 3)]
        cv2.rectangle(image, (x, y), (x + width, y + height), colour, -1)
    return image


def taken(image: Picture, step: int, sigma: float = 1.5) -> Picture:
    """As a sensor takes it."""
    return clipped(image + grain(step, sigma))


def as_is(image: Picture, _step: int) -> Picture:
    return image


def in_infrared(image: Picture, _step: int) -> Picture:
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY).astype(float)
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    beam = 0.35 + 0.75 * np.exp(-((columns / WIDTH - 0.5) ** 2 + (rows / HEIGHT - 0.6) ** 2) / 0.2)
    return clipped(np.repeat((grey * beam)[:, :, None], 3, axis=2))


def at_night(image: Picture, _step: int) -> Picture:
    return clipped(image * np.array([0.12, 0.15, 0.19]))


class Street:
    """A watch before the drawn place."""

    def __init__(self, watch: Watch) -> None:
        self.watch, self.step = watch, 0

    def learns(self, light: Spoil = as_is, night: bool | None = None) -> "Street":
        for _ in range(10):
            self.watch.teach(self.next(light), float(self.step), night=night)
        return self

    def next(self, spoil: Spoil, image: Picture | None = None) -> Picture:
        self.step += 1
        return taken(spoil(place() if image is None else image, self.step), self.step)

    def sees(self, *spoils: Spoil, night: bool | None = None) -> Window:
        """The window of five keys, each spoilt by all of ``spoils`` in turn before the sensor takes it."""
        window = None
        for number in range(5):
            self.step += 1
            image = place()
            for spoil in spoils:
                image = spoil(image, self.step)
            window = self.watch.see(taken(image, self.step), float(self.step), stream=number == 0, night=night)
        assert window is not None
        return window


def street(limits: PictureLimits | None = None, references: References | None = None) -> Street:
    return Street(Watch(limits or PictureLimits(), references or References()))
