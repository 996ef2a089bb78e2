"""What happens to a lens and its front glass: focus, grease, frost, drops, dust."""

import math

import cv2
import numpy as np

from demo.scene_view import Image
from demo.scenes.covers import hidden
from demo.scenes.paint import Plane, dot, mottle, picture, plane
from demo.scenes.spoil import Degradation, Shot

_BOTH = frozenset({"occluded", "blur"})


def disc(image: Image, radius: float) -> Image:
    """Out of focus by a disc of ``radius`` pixels."""
    whole = max(1, math.ceil(radius))
    rows, columns = np.mgrid[-whole : whole + 1, -whole : whole + 1]
    kernel = np.clip(radius + 0.5 - np.hypot(rows, columns), 0, 1).astype(np.float32)
    return picture(cv2.filter2D(image, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REFLECT))


def _defocus(shot: Shot) -> Image:
    return disc(shot.image, shot.strength * shot.image.shape[1])


def _shaken(shot: Shot) -> Image:
    """Drawn out along a line, as by a mount that trembles all the time."""
    length = max(3, round(shot.strength * shot.image.shape[1]))
    kernel = np.zeros((length, length), np.float32)
    turn, middle = shot.dice.uniform(0, math.pi), (length - 1) / 2
    ends = [(middle + side * middle * math.cos(turn), middle + side * middle * math.sin(turn)) for side in (-1, 1)]
    cv2.line(kernel, dot(ends[0]), dot(ends[1]), 1.0, 1, cv2.LINE_AA)
    return picture(cv2.filter2D(shot.image, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REFLECT))


def _through(shot: Shot, mask: Plane, behind: Image, white: float, veil: float) -> Image:
    """``behind`` in place of the picture where ``mask`` is 1, with a veil of grey level ``white``."""
    hazy = behind * np.float32(1 - veil) + np.float32(white * veil)
    soft = mask[:, :, None]
    return picture(shot.image * (1 - soft) + hazy * soft)


def _smear(shot: Shot) -> Image:
    """Grease wiped over a share of the glass: unsharp and a little milky."""
    height, width = shot.image.shape[:2]
    mask = hidden(shot.dice, (height, width), shot.strength, 0.03, 0.25)
    return _through(shot, mask, disc(shot.image, width * 0.011), float(shot.image.mean()) + 20, 0.15)


def _frost(shot: Shot) -> Image:
    """Ice on the glass: light comes through, shapes do not."""
    height, width = shot.image.shape[:2]
    behind = picture(cv2.GaussianBlur(shot.image, (0, 0), width * 0.016))
    needles = np.abs(mottle(shot.dice, (height, width), 40, 3))[:, :, None]
    icy = picture(behind * np.float32(0.6) + 70 + 26 * needles)
    return _through(shot, hidden(shot.dice, (height, width), shot.strength, 0.05, 0.3), icy, 200, 0.1)


def _drops(shot: Shot) -> Image:
    """Drops on the glass, each an unsharp small picture of its own, for a share of the view."""
    height, width = shot.image.shape[:2]
    mask = np.zeros((height, width), np.uint8)
    for _ in range(3000):
        middle = (shot.dice.uniform(0, width), shot.dice.uniform(0, height))
        cv2.circle(mask, dot(middle), round(width * shot.dice.uniform(0.01, 0.035)), 255, -1, cv2.LINE_AA)
        if (mask[::6, ::6] > 128).mean() >= shot.strength:
            break
    soft = plane(cv2.GaussianBlur(mask, (0, 0), width * 0.003)) / np.float32(255)
    turned = picture(cv2.GaussianBlur(shot.image[::-1], (0, 0), width * 0.015))
    return _through(shot, soft, turned, 190, 0.12)


def _dust(shot: Shot) -> Image:
    """Dust or breath on the glass: contrast goes down to what is left of the strength, and sharpness with it."""
    height, width = shot.image.shape[:2]
    spots = 1 + 0.12 * mottle(shot.dice, (height, width), 12, 4)
    behind = picture(cv2.GaussianBlur(shot.image, (0, 0), max(0.5, width * 0.004 * shot.strength)))
    veil = np.float32(shot.strength)
    return picture(behind * (1 - veil) + (np.float32(150) * veil * spots)[:, :, None])


OPTICS = (
    Degradation("defocus", "blur", "share of width", (0.006, 0.012), _defocus),
    Degradation("motion blur", "blur", "share of width", (0.016, 0.03), _shaken),
    Degradation("smear", "blur", "share", (0.6, 0.9), _smear, _BOTH),
    Degradation("frost", "occluded", "share", (0.7, 1.0), _frost, _BOTH),
    Degradation("drops", "occluded", "share", (0.6, 0.75), _drops, _BOTH),
    Degradation("dust", "occluded", "share", (0.8, 0.9), _dust, _BOTH),
)
