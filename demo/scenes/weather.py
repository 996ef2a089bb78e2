"""Fog, rain, falling snow and wet ground, laid over a lit picture (float BGR, shape (height, width, 3))."""

import cv2
import numpy as np

from demo.scenes.light import Look
from demo.scenes.paint import Plane, Rng, plane


def misty(lit: Plane, far: Plane, density: float, white: float) -> Plane:
    """Fog: the farther, the more of its own ``white`` (grey level) is seen instead."""
    through = np.exp(np.float32(-1.9 * density) * (0.15 + far))[:, :, None]
    return plane(lit * through + np.float32(white) * (1 - through))


def wet(lit: Plane, floor: Plane, share: float) -> Plane:
    """Wet ground: darker, and what stands upright shines in it, upside down."""
    height = lit.shape[0]
    ground = np.flatnonzero(floor.max(axis=1))
    if not ground.size:
        return lit
    top = int(ground[0])
    mirrored = np.zeros_like(lit)
    rows = np.clip(top - np.arange(height - top) * max(1, top) // max(1, height - top), 0, height - 1)
    mirrored[top:] = cv2.blur(lit[rows], (3, 25))
    shine = (floor * np.float32(0.26 * share))[:, :, None]
    return plane(lit * (1 - np.float32(0.35 * share) * floor[:, :, None]) * (1 - shine) + mirrored * shine)


def falling(lit: Plane, dice: Rng, look: Look, white: float) -> Plane:
    """Streaks of rain, or flakes of snow."""
    height, width = lit.shape[:2]
    veil = np.zeros((height, width), np.uint8)
    slant = float(dice.normal(0.12, 0.03))
    for _ in range(round(520 * look.rain)):
        x, y = dice.uniform(-40, width), dice.uniform(-40, height)
        length = dice.uniform(12, 46)
        end = (round(x + slant * length), round(y + length))
        cv2.line(veil, (round(x), round(y)), end, int(dice.integers(20, 90)), 1, cv2.LINE_AA)
    for _ in range(round(420 * look.snowfall)):
        size = max(1, round(abs(float(dice.normal(0, 2.4)))))
        at = (int(dice.integers(0, width)), int(dice.integers(0, height)))
        cv2.circle(veil, at, size, int(dice.integers(90, 230)), -1, cv2.LINE_AA)
    soft = plane(cv2.GaussianBlur(veil, (3, 3), 0))[:, :, None] / np.float32(255)
    return plane(lit * (1 - soft) + np.float32(white) * soft)
