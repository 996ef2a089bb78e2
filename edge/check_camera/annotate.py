"""The picture for the report: what the camera shows, with what is wrong outlined and written below."""

from collections.abc import Sequence

import cv2
import numpy as np
from cv2.typing import MatLike

from edge.detect.verdict import Verdict

WIDTH, LINE, MARGIN = 960, 24, 8
COLOURS = {"up": (80, 160, 60), "degraded": (30, 150, 230), "down": (50, 50, 210), "unknown": (130, 130, 130)}
Box = tuple[float, float, float, float]


def annotated(image: MatLike, verdict: Verdict, outline: Sequence[Box] = ()) -> MatLike:
    """``image`` (BGR) brought to 960 wide, with a strip of text. ``outline``: boxes x, y, w, h as shares of it."""
    height = max(1, round(image.shape[0] * WIDTH / image.shape[1]))
    picture = cv2.resize(image, (WIDTH, height), interpolation=cv2.INTER_AREA)
    colour = COLOURS[verdict.state]
    for x, y, w, h in outline:
        corners = (round(x * WIDTH), round(y * height)), (round((x + w) * WIDTH), round((y + h) * height))
        cv2.rectangle(picture, *corners, (50, 50, 210), 3)
    figures = [f"{name} {value:g}" for name, value in verdict.m.items()]
    texts = [f"{verdict.state}: {', '.join(sorted(verdict.findings)) or '-'}", *_folded(figures)]
    strip = np.full((LINE * len(texts) + 2 * MARGIN, WIDTH, 3), 245, np.uint8)
    cv2.rectangle(strip, (0, 0), (WIDTH, 4), colour, -1)
    for number, text in enumerate(texts):
        at = (MARGIN, MARGIN + LINE * (number + 1) - 6)
        cv2.putText(strip, text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.55, (30, 30, 30), 1, cv2.LINE_AA)
    return np.vstack([picture, strip])


def _folded(words: Sequence[str]) -> list[str]:
    return ["   ".join(words[start : start + 5]) for start in range(0, len(words), 5)]
