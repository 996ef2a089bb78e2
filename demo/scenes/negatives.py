"""Hard negatives: what changes a picture and is no fault. Each is laid over a sensor's picture, drawn or real."""

import math
from dataclasses import dataclass, replace

import cv2
import numpy as np

from demo.scene_view import Image
from demo.scenes import things
from demo.scenes.light import DAY
from demo.scenes.mount import moved
from demo.scenes.paint import Plane, blob, box, dice_of, dot, fill, mottle, picture, plane, shaded, stroke
from demo.scenes.spoil import Make, Shot
from demo.scenes.weather import falling, misty, wet


@dataclass(frozen=True, slots=True)
class Negative:
    """``light``: the lights (names of demo.scenes.light.LOOKS) that it is seen in."""

    name: str
    make: Make
    light: tuple[str, ...] = ("day",)


def seeming(image: Image, negative: Negative, seed: int, step: int = 0) -> Image:
    """The picture with a hard negative laid over it, of the same shape; ``step``: pictures since it began."""
    dice, now = dice_of(negative.name, seed), dice_of(negative.name, seed, step)
    return negative.make(Shot(image, image, 1.0, step, dice, now))


def _shape(shot: Shot) -> tuple[int, int]:
    height, width = shot.image.shape[:2]
    return height, width


def _far(shot: Shot) -> Plane:
    """How far things are, guessed: the lower in the picture, the nearer."""
    height, width = _shape(shot)
    return np.tile(np.linspace(1, 0, height, dtype=np.float32)[:, None] ** 2, (1, width))


def _veil(shot: Shot) -> float:
    """How bright haze is in the light that there is, in grey levels."""
    return min(165.0, float(shot.image.mean()) * 1.1 + 20)


def _grainy(shot: Shot, lit: Plane, sigma: float) -> Image:
    grain = shot.now.standard_normal((*_shape(shot), 1), np.float32)
    return picture(lit + grain * np.float32(sigma))


def _paint(shot: Shot) -> tuple[int, int, int]:
    """A car's colour in the light that there is."""
    colour = things.CARS[int(shot.dice.integers(len(things.CARS)))]
    return shaded(colour, min(1.0, float(shot.image.mean()) / 90))


def _night(shot: Shot) -> Image:
    height, width = _shape(shot)
    lamps = np.full((height, width), 0.07, np.float32)
    for _ in range(4):
        middle = (shot.dice.uniform(0, width), shot.dice.uniform(height * 0.3, height))
        lamps += shot.dice.uniform(0.25, 0.6) * blob((height, width), middle, (width * 0.2, height * 0.18))
    warm = np.array((0.6, 0.82, 1.0), np.float32)
    return _grainy(shot, plane(shot.image) * np.minimum(lamps, 1)[:, :, None] * warm, 4.0)


def _infrared(shot: Shot) -> Image:
    height, width = _shape(shot)
    grey = plane(cv2.cvtColor(shot.image, cv2.COLOR_BGR2GRAY))
    beam = 0.12 + 0.95 * blob((height, width), (width * 0.5, height * 0.6), (width * 0.45, height * 0.5))
    return _grainy(shot, plane(np.repeat((grey * beam)[:, :, None], 3, axis=2)), 3.5)


def _fog(shot: Shot) -> Image:
    return _grainy(shot, misty(plane(shot.image), _far(shot), 0.28, float(shot.image.mean()) * 0.6 + 60), 1.0)


def _rain(shot: Shot) -> Image:
    lit = misty(plane(shot.image), _far(shot), 0.08, _veil(shot))
    return picture(falling(lit, shot.now, replace(DAY, rain=0.8), 215))


def _snowfall(shot: Shot) -> Image:
    lit = misty(plane(shot.image), _far(shot), 0.1, _veil(shot))
    return picture(falling(lit, shot.now, replace(DAY, snowfall=0.6), 240))


def _glare(shot: Shot) -> Image:
    """The sun in a corner of the picture: a white spot, rays, a veil."""
    height, width = _shape(shot)
    middle = (width * shot.dice.uniform(0.1, 0.9), height * shot.dice.uniform(0.0, 0.2))
    spot = 300 * blob((height, width), middle, (width * 0.07, width * 0.07))
    veil = 70 * blob((height, width), middle, (width * 0.5, width * 0.4))
    ghost = (width - middle[0], height - middle[1])
    veil += 40 * blob((height, width), ghost, (width * 0.04, width * 0.04))
    return picture(plane(shot.image) * 0.9 + (spot + veil)[:, :, None])


def _lorry(shot: Shot) -> Image:
    """A lorry that stands before three tenths of the view."""
    height, width = _shape(shot)
    image = shot.image.copy()
    across, up = width * 0.52, height * 0.58
    left, foot = width * shot.dice.uniform(0.02, 0.44), height * 0.94
    colour = _paint(shot)
    box(image, left, foot - up, (across * 0.76, up * 0.88), colour)
    box(image, left + across * 0.78, foot - up * 0.72, (across * 0.22, up * 0.6), shaded(colour, 0.8))
    box(image, left + across * 0.83, foot - up * 0.66, (across * 0.14, up * 0.24), (110, 96, 84))
    for line in range(1, 9):
        at = left + across * 0.76 * line / 9
        stroke(image, (at, foot - up), (at, foot - up * 0.12), shaded(colour, 0.86), 2)
    for wheel in (0.12, 0.26, 0.85):
        cv2.circle(image, dot((left + across * wheel, foot)), round(up * 0.12), (34, 34, 36), -1, cv2.LINE_AA)
        cv2.circle(image, dot((left + across * wheel, foot)), round(up * 0.05), (150, 150, 152), -1, cv2.LINE_AA)
    return image


def _swing(shot: Shot) -> Image:
    """Exposure that hunts, as under racing clouds."""
    return picture(plane(shot.image) * np.float32(1 + 0.38 * math.sin(shot.step * 1.3 + shot.dice.uniform(0, 6))))


def _shake(shot: Shot) -> Image:
    """A mast in the wind: up to half a hundredth of the width, and back."""
    across, down = shot.now.normal(0, 0.0025, 2).clip(-0.006, 0.006)
    return moved(shot.image, (float(across), float(down)), float(shot.now.normal(0, 0.08)))


def _sunset(shot: Shot) -> Image:
    _height, width = _shape(shot)
    tint = np.array((0.78, 0.88, 1.04), np.float32)
    fall = np.linspace(0.95, 0.62, width, dtype=np.float32)[None, :, None]
    return picture(plane(shot.image) * tint * fall)


def _shadow(shot: Shot) -> Image:
    """The shadow of a house or a cloud that wanders across the view."""
    height, width = _shape(shot)
    mask = np.zeros((height, width), np.uint8)
    left = width * ((shot.dice.uniform(0, 1) + 0.06 * shot.step) % 1.3 - 0.5)
    fill(
        mask,
        [(left, 0), (left + width * 0.45, 0), (left + width * 0.6, height), (left + width * 0.1, height)],
        (255, 0, 0),
    )
    soft = plane(cv2.GaussianBlur(mask, (0, 0), width * 0.01)) / np.float32(255)
    return picture(plane(shot.image) * (1 - np.float32(0.55) * soft)[:, :, None])


def _headlights(shot: Shot) -> Image:
    """A car comes towards the camera at night: two glaring spots and their veil."""
    height, width = _shape(shot)
    near = (shot.step % 8) / 8
    middle = (width * (0.45 + 0.1 * near), height * (0.35 + 0.4 * near))
    glow = np.zeros((height, width), np.float32)
    for side in (-1, 1):
        at = (middle[0] + side * width * (0.01 + 0.06 * near), middle[1])
        glow += 330 * blob((height, width), at, (width * (0.01 + 0.03 * near),) * 2)
    glow += 60 * blob((height, width), middle, (width * 0.25, height * 0.25))
    return picture(plane(shot.image) * 0.92 + glow[:, :, None] * np.array((0.9, 0.97, 1.0), np.float32))


def _crowd(shot: Shot) -> Image:
    """A fair: many people, in other places in each picture."""
    height, width = _shape(shot)
    image = shot.image.copy()
    for foot in np.sort(shot.now.uniform(0.45, 1.0, 26)):
        tall = height * (0.06 + 0.3 * (foot - 0.4))
        shirt = things.SHIRTS[int(shot.now.integers(len(things.SHIRTS)))]
        things.person(image, (width * shot.now.uniform(0, 1), height * foot), tall, shirt, shot.now.uniform(0, 6))
    return image


def _parked(shot: Shot) -> Image:
    """A car and a van that have come to stay."""
    height, width = _shape(shot)
    image = shot.image.copy()
    for spot, tall in ((shot.dice.uniform(0.15, 0.4), 0.12), (shot.dice.uniform(0.6, 0.85), 0.16)):
        things.car(image, (width * spot, height * (0.62 + tall)), height * tall, _paint(shot))
    return image


def _wet(shot: Shot) -> Image:
    """The road after rain, and what shines in it."""
    height, width = _shape(shot)
    ground = np.tile(np.clip((np.linspace(0, 1, height, dtype=np.float32) - 0.45) * 9, 0, 1)[:, None], (1, width))
    puddles = np.clip(mottle(shot.dice, (height, width), 5, 3) + 0.5, 0, 1)
    return picture(wet(plane(shot.image), plane(ground * puddles), 1.0))


def _insects(shot: Shot) -> Image:
    """Insects in the infrared beam: bright, unsharp, somewhere else each time."""
    height, width = _shape(shot)
    veil = np.zeros((height, width), np.uint8)
    for _ in range(int(shot.now.integers(3, 12))):
        start = (shot.now.uniform(0, width), shot.now.uniform(0, height))
        end = (start[0] + shot.now.normal(0, width * 0.04), start[1] + shot.now.normal(0, width * 0.04))
        stroke(veil, start, end, (255, 0, 0), width * shot.now.uniform(0.006, 0.02))
    soft = plane(cv2.GaussianBlur(veil, (0, 0), width * 0.005)) / np.float32(255)
    return picture(plane(shot.image) * (1 - soft[:, :, None]) + 235 * soft[:, :, None])


def _dusk(shot: Shot) -> Image:
    """Daylight that goes, a step with each picture."""
    left = 0.85 - 0.05 * min(shot.step, 12)
    return _grainy(
        shot, plane(shot.image) * np.float32(left) * np.array((1.08, 1, 0.95), np.float32), 2 * (1 - left) + 0.5
    )


def _lightning(shot: Shot) -> Image:
    """A thunderstorm at night: one picture in four is far too bright."""
    return picture(plane(shot.image) * 2.4 + 40) if shot.step % 4 == 1 else shot.image


_NEGATIVES = (
    Negative("night", _night),
    Negative("infrared switch", _infrared),
    Negative("fog", _fog),
    Negative("rain", _rain, ("day", "night")),
    Negative("snowfall", _snowfall, ("day", "ir")),
    Negative("glare", _glare),
    Negative("lorry", _lorry, ("day", "dull")),
    Negative("exposure swing", _swing),
    Negative("shake by wind", _shake, ("day", "night")),
    Negative("sunset", _sunset),
    Negative("moving shadow", _shadow),
    Negative("headlights", _headlights, ("night", "ir")),
    Negative("crowd", _crowd),
    Negative("parked car", _parked, ("day", "night")),
    Negative("wet road", _wet, ("day", "night")),
    Negative("insects", _insects, ("ir",)),
    Negative("dusk", _dusk),
    Negative("lightning", _lightning, ("night",)),
)
NEGATIVES: dict[str, Negative] = {one.name: one for one in _NEGATIVES}
