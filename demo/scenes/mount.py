"""A camera that looks somewhere else: knocked, turned, sagging, loose."""

import math

import cv2
import numpy as np

from demo.scene_view import Image
from demo.scenes.paint import picture
from demo.scenes.spoil import Degradation, Shot

_LOST = frozenset({"view_lost"})


def moved(image: Image, shift: tuple[float, float], degrees: float = 0.0, scale: float = 1.0) -> Image:
    """The picture as a mount sees it that moved; ``shift``: shares of the width (x, y). Edges are mirrored."""
    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, scale)
    matrix[:, 2] += np.array(shift) * width
    return picture(
        cv2.warpAffine(image, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    )


def _shift(shot: Shot) -> Image:
    turn = shot.dice.uniform(0, 2 * math.pi)
    return moved(shot.image, (shot.strength * math.cos(turn), shot.strength * math.sin(turn)))


def _rotate(shot: Shot) -> Image:
    return moved(shot.image, (0.0, 0.0), float(shot.dice.choice((-1, 1))) * shot.strength)


def _zoom(shot: Shot) -> Image:
    return moved(shot.image, (0.0, 0.0), 0.0, 1 + shot.strength)


def _knocked(shot: Shot) -> Image:
    """All at once, as after a blow: shift, rotation and a little scale."""
    turn = shot.dice.uniform(0, 2 * math.pi)
    shift = (shot.strength * math.cos(turn), shot.strength * math.sin(turn))
    return moved(shot.image, shift, float(shot.dice.uniform(-4, 4)), float(shot.dice.uniform(1.0, 1.04)))


def _sagging(shot: Shot) -> Image:
    """It sinks a little with every picture, from ``strength`` on."""
    return moved(shot.image, (0.0, -shot.strength * (1 + 0.2 * shot.step)), 0.5)


def _loose(shot: Shot) -> Image:
    """It hangs by one screw: somewhere else in every picture, at least ``strength`` away."""
    turn = shot.dice.uniform(0, 2 * math.pi) + shot.now.normal(0, 0.4)
    far = shot.strength * shot.now.uniform(1, 1.5)
    return moved(shot.image, (far * math.cos(turn), far * math.sin(turn)), float(shot.now.normal(0, 1.5)))


def _away(shot: Shot) -> Image:
    """Turned to where it never looked: for want of another place, a part of its own view, mirrored and enlarged."""
    return moved(picture(shot.image[:, ::-1]), (float(shot.dice.uniform(-0.15, 0.15)), 0.05), 0.0, 1.6)


MOUNT = (
    Degradation("shift", "moved", "share of width", (0.03, 0.06, 0.15), _shift, _LOST),
    Degradation("rotate", "moved", "degrees", (2.0, 5.0), _rotate, _LOST),
    Degradation("zoom", "moved", "share", (0.05, 0.15), _zoom, _LOST),
    Degradation("knocked", "moved", "share of width", (0.05, 0.1), _knocked, _LOST),
    Degradation("sagging", "moved", "share of width", (0.04,), _sagging, _LOST),
    Degradation("loose", "moved", "share of width", (0.05,), _loose, _LOST),
    Degradation("turned away", "moved", "", (1.0,), _away, _LOST | {"occluded"}),
)
