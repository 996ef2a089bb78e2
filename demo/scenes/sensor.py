"""What happens behind the lens: exposure, sensor, cable, encoder."""

import math

import numpy as np

from demo.scene_view import Image
from demo.scenes.paint import Plane, picture, plane
from demo.scenes.spoil import Degradation, Shot


def _grain(shot: Shot, sigma: float, colour: bool = False) -> Plane:
    height, width = shot.image.shape[:2]
    return plane(shot.now.standard_normal((height, width, 3 if colour else 1), np.float32) * np.float32(sigma))


def _black(shot: Shot) -> Image:
    """A dead sensor or a closed iris: next to nothing, and grain."""
    return picture(shot.image * np.float32(0.0) + 5 * shot.strength + _grain(shot, 2.0))


def _under(shot: Shot) -> Image:
    """Exposed far too short: ``strength`` of the light is gone."""
    return picture(shot.image * np.float32(1 - shot.strength) + _grain(shot, 2.0))


def _over(shot: Shot) -> Image:
    """Exposed far too long: all is multiplied and clipped."""
    return picture(shot.image * np.float32(shot.strength) + 60 + _grain(shot, 1.5))


def _noise(shot: Shot) -> Image:
    return picture(shot.image + _grain(shot, shot.strength, colour=True))


def _snow(shot: Shot) -> Image:
    """Single wrong pixels, white or black, as of a bad cable."""
    height, width = shot.image.shape[:2]
    image, where = shot.image.copy(), shot.now.random((height, width), np.float32)
    image[where < shot.strength / 2] = 255
    image[where > 1 - shot.strength / 2] = 0
    return image


def _cast(shot: Shot) -> Image:
    """Two channels too strong or too weak, as of a broken white balance."""
    sign = -1 if shot.dice.random() < 0.5 else 1
    turned = math.exp(sign * shot.strength)
    gains = [(turned, 1, 1 / turned), (turned, 1, turned), (1, 1 / turned, 1)][int(shot.dice.integers(3))]
    return picture(shot.image * np.array(gains, np.float32) / np.float32(max(1, *gains)))


class _Bars:
    """Stripes of a period that chance picks; they creep from picture to picture, as hum does."""

    def __init__(self, upright: bool) -> None:
        self._upright = upright

    def __call__(self, shot: Shot) -> Image:
        """The picture with stripes of ``strength`` grey levels."""
        height, width = shot.image.shape[:2]
        length = width if self._upright else height
        period = length / shot.dice.uniform(8, 30)
        wave = np.sin(np.arange(length) * 2 * math.pi / period + shot.step * shot.dice.uniform(0, 1.5))
        stripes = plane(wave * shot.strength)
        return picture(shot.image + (stripes[None, :, None] if self._upright else stripes[:, None, None]))


def _flicker(shot: Shot) -> Image:
    """Brightness that jumps from frame to frame by ``strength``; ``step`` counts frames here."""
    return picture(shot.image * np.float32(1 + shot.strength * (1 if shot.step % 2 else -1)))


def _lost_channel(shot: Shot) -> Image:
    """A colour is missing altogether."""
    image = shot.image.copy()
    image[:, :, int(shot.dice.choice((0, 2)))] = (image[:, :, 1] * (1 - shot.strength)).astype(np.uint8)
    return image


def _torn(shot: Shot) -> Image:
    """The lower part of the picture is the decoder's grey."""
    image = shot.image.copy()
    image[round(image.shape[0] * (1 - shot.strength)) :] = 128
    return image


def _still(shot: Shot) -> Image:
    """The sensor hands out one picture for ever, and the encoder goes on with its own small noise."""
    return picture(shot.first + _grain(shot, 1.2))


def _repeat(shot: Shot) -> Image:
    """The very same picture, byte for byte."""
    return shot.first


SENSOR = (
    Degradation("black", "black", "grey levels", (0.5, 1.0), _black),
    Degradation("underexposed", "black", "share of light", (0.9, 0.96), _under),
    Degradation("over-exposed", "over_exposed", "times", (4.0, 8.0), _over),
    Degradation("noise", "noise", "grey levels", (20.0, 40.0), _noise, frozenset({"snow"})),
    Degradation("snow", "snow", "share of pixels", (0.05, 0.2), _snow, frozenset({"noise"})),
    Degradation("cast", "cast", "log of gain", (0.45, 0.7), _cast),
    Degradation("lost colour", "cast", "share", (0.7, 1.0), _lost_channel),
    Degradation("stripes across", "stripes", "grey levels", (14.0, 28.0), _Bars(upright=False)),
    Degradation("stripes upright", "stripes", "grey levels", (14.0, 28.0), _Bars(upright=True)),
    Degradation("torn", "occluded", "share", (0.5, 0.7), _torn),
    Degradation("flicker", "flicker", "share", (0.06, 0.15), _flicker),
    Degradation("still picture", "frozen", "", (1.0,), _still),
    Degradation("repeated picture", "frozen", "", (1.0,), _repeat),
)
