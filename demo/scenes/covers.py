"""What is hung, glued, sprayed or grown in front of a lens. Strength: the share of the picture that is hidden."""

import math
from collections.abc import Callable

import cv2
import numpy as np

from demo.scene_view import Image
from demo.scenes.paint import Plane, Rng, dot, mottle, outline_of, picture, plane
from demo.scenes.spoil import Degradation, Shot

Material = Callable[[Rng, tuple[int, int]], Plane]


def hidden(dice: Rng, shape: tuple[int, int], share: float, soft: float = 0.02, rough: float = 0.12) -> Plane:
    """1 where something in front of the lens hides the view, for ``share`` of the picture, from a side that chance
    picks; its edge is unsharp over ``soft`` of the width.
    """
    height, width = shape
    if share >= 1:
        return np.ones(shape, np.float32)
    turn = dice.uniform(0, 2 * math.pi)
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    ramp = (columns / width - 0.5) * math.cos(turn) + (rows / height - 0.5) * math.sin(turn)
    ramp = ramp + mottle(dice, shape, 3, 3) * rough
    mask = plane(ramp < np.quantile(ramp[::4, ::4], share))
    return plane(cv2.GaussianBlur(mask, (0, 0), max(1.0, soft * width)))


def covered(material: Material, soft: float = 0.02, seen: float = 0.0) -> Callable[[Shot], Image]:
    """A cover of ``material`` (BGR floats of a shape); ``seen``: how much of the view comes through it."""

    def make(shot: Shot) -> Image:
        height, width = shot.image.shape[:2]
        mask = hidden(shot.dice, (height, width), shot.strength, soft)[:, :, None] * np.float32(1 - seen)
        over = material(shot.dice, (height, width)) + shot.now.normal(0, 3.0, (height, width, 1)).astype(np.float32)
        return picture(shot.image * (1 - mask) + over * mask)

    return make


def _plain(low: tuple[float, float, float], high: tuple[float, float, float], grain: float) -> Material:
    def material(dice: Rng, shape: tuple[int, int]) -> Plane:
        tone = dice.uniform(low, high).astype(np.float32)
        soft = plane(cv2.GaussianBlur(mottle(dice, shape, 4, 3), (0, 0), 9))
        return plane(tone * (1 + np.float32(grain) * soft)[:, :, None])

    return material


def _cloth(dice: Rng, shape: tuple[int, int]) -> Plane:
    _height, width = shape
    folds = np.sin(np.arange(width) / width * dice.uniform(14, 30) + dice.uniform(0, 6)) * 0.25
    tone = dice.uniform((30, 30, 30), (120, 110, 130)).astype(np.float32)
    weave = plane(1 + folds[None, :] + 0.12 * mottle(dice, shape, 6, 3))
    return plane(cv2.GaussianBlur(weave, (0, 0), 4))[:, :, None] * tone


def _foil(dice: Rng, shape: tuple[int, int]) -> Plane:
    creased = np.abs(mottle(dice, shape, 5, 4))
    return plane((150 + 80 * np.clip(1 - creased * 3, 0, 1))[:, :, None] * np.array((0.98, 1, 1), np.float32))


def _leafage(dice: Rng, shape: tuple[int, int]) -> Plane:
    height, width = shape
    drawn = np.full((height, width, 3), (38, 62, 46), np.uint8)
    for _ in range(60):
        middle = (dice.uniform(0, width), dice.uniform(0, height))
        tone = dice.uniform(0.5, 1.5)
        points = np.array(outline_of(dice, middle, width * dice.uniform(0.03, 0.09), 16), np.float32).astype(np.int32)
        cv2.fillPoly(drawn, [points], (48 * tone, 104 * tone, 66 * tone), cv2.LINE_AA)
    return plane(cv2.GaussianBlur(drawn, (0, 0), width * 0.008))


def _spray(shot: Shot) -> Image:
    """Paint from a can: spots that grow together, until the share is hidden."""
    height, width = shot.image.shape[:2]
    mask, tone = (
        np.zeros((height, width), np.uint8),
        shot.dice.uniform((20, 20, 20), (200, 120, 220)).astype(np.float32),
    )
    for _ in range(4000):
        middle = shot.dice.normal((width * 0.5, height * 0.5), (width * 0.26, height * 0.26))
        cv2.circle(
            mask, dot((middle[0], middle[1])), round(width * shot.dice.uniform(0.01, 0.06)), 255, -1, cv2.LINE_AA
        )
        if (mask[::6, ::6] > 128).mean() >= min(shot.strength, 0.97):
            break
    if shot.strength >= 1:
        mask[:] = 255
    soft = plane(cv2.GaussianBlur(mask, (0, 0), width * 0.006))[:, :, None] / np.float32(255)
    return picture(shot.image * (1 - soft) + tone * soft)


def _web(shot: Shot) -> Image:
    """A spider's web near the lens: unsharp bright threads from a corner, thicker with the strength."""
    height, width = shot.image.shape[:2]
    veil = np.zeros((height, width), np.uint8)
    hub = (width * shot.dice.uniform(0.2, 0.8), height * shot.dice.uniform(0.2, 0.8))
    turns = np.sort(shot.dice.uniform(0, 2 * math.pi, 16))
    thick = max(1, round(width * 0.008 * (0.4 + shot.strength)))
    for turn in turns:
        cv2.line(
            veil,
            dot(hub),
            dot((hub[0] + width * math.cos(turn), hub[1] + width * math.sin(turn))),
            190,
            thick,
            cv2.LINE_AA,
        )
    for ring in range(1, round(4 + 16 * shot.strength)):
        far = width * 0.045 * ring
        points = [dot((hub[0] + far * math.cos(turn), hub[1] + far * math.sin(turn))) for turn in turns]
        cv2.polylines(veil, [np.array(points, np.int32)], True, 170, thick, cv2.LINE_AA)
    soft = plane(cv2.GaussianBlur(veil, (0, 0), width * 0.007))[:, :, None] / np.float32(255)
    return picture(shot.image * (1 - soft) + 205 * soft)


def _leaf(shot: Shot) -> Image:
    """One large leaf that hangs before the lens and sways a little."""
    height, width = shot.image.shape[:2]
    radius = math.sqrt(shot.strength * height * width / math.pi)
    sway = shot.now.normal(0, width * 0.006, 2)
    middle = (width * shot.dice.uniform(0.35, 0.65) + sway[0], height * shot.dice.uniform(0.35, 0.65) + sway[1])
    mask = np.zeros((height, width), np.uint8)
    cv2.fillPoly(mask, [np.array(outline_of(shot.dice, middle, radius, 30, 0.15), np.float32).astype(np.int32)], 255)
    soft = plane(cv2.GaussianBlur(mask, (0, 0), width * 0.012))[:, :, None] / np.float32(255)
    leaf = np.array((52, 96, 70), np.float32) * (1 + 0.1 * mottle(shot.dice, (height, width), 3, 2))[:, :, None]
    return picture(shot.image * (1 - soft) + leaf * soft)


_MAIN = (0.5, 0.7, 1.0)
_TAPE, _CARD = _plain((18, 18, 18), (60, 60, 60), 0.06), _plain((70, 110, 140), (110, 150, 185), 0.08)
_HAND, _MUD = _plain((60, 80, 110), (110, 140, 190), 0.1), _plain((30, 44, 60), (60, 80, 100), 0.35)
_PAPER = _plain((200, 200, 200), (232, 232, 232), 0.04)

COVERS = (
    Degradation("cloth", "occluded", "share", _MAIN, covered(_cloth)),
    Degradation("cardboard", "occluded", "share", _MAIN, covered(_CARD)),
    Degradation("tape", "occluded", "share", _MAIN, covered(_TAPE, 0.006), frozenset({"black"})),
    Degradation("paper", "occluded", "share", _MAIN, covered(_PAPER, 0.01), frozenset({"over_exposed"})),
    Degradation("hand", "occluded", "share", _MAIN, covered(_HAND, 0.04)),
    Degradation("bag", "occluded", "share", (0.6, 1.0), covered(_foil, 0.02, 0.12), frozenset({"blur"})),
    Degradation("mud", "occluded", "share", (0.5, 0.8), covered(_MUD, 0.012)),
    Degradation("branches", "occluded", "share", (0.6, 0.9), covered(_leafage, 0.01)),
    Degradation("spray", "occluded", "share", (0.5, 0.8, 1.0), _spray, frozenset({"black"})),
    Degradation("leaf", "occluded", "share", (0.5, 0.65), _leaf),
    Degradation("web", "occluded", "share", (1.0,), _web, frozenset({"blur"})),
)
