"""A village junction as its camera sees it, drawn by code: the still view, traffic on the bend, and the camera's
clock and name in the picture.

Everything follows from the seed and the time, so a scene can be drawn again to the last bit.
"""

import math
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import cv2
import numpy as np

from demo.scene_view import HEIGHT, HORIZON, WIDTH, Colour, Image, Road, lamp_head, paint, road_of

CHINA = timezone(timedelta(hours=8))
CAR_COLOURS: tuple[Colour, ...] = ((60, 50, 190), (190, 120, 40), (210, 210, 212), (50, 48, 46), (60, 170, 220))
SHIRTS: tuple[Colour, ...] = ((70, 70, 200), (190, 110, 50), (80, 160, 80), (40, 170, 230))
AMBER, AMBER_DARK, BEAM = (60, 190, 255), (24, 60, 84), (190, 235, 250)
DAYLIGHT_STEPS = 16


def sunlight(t: float) -> float:
    """Daylight in the village at Unix time ``t`` in seconds: 0 night .. 1 day, dawn about six and dusk about
    eighteen.
    """
    now = datetime.fromtimestamp(t, UTC).astimezone(CHINA)
    height = -math.cos((now.hour + now.minute / 60) / 12 * math.pi)
    return min(1.0, max(0.0, 0.5 + 3 * height))


@dataclass(frozen=True)
class _Traveller:
    """A car or an e-bike that passes every ``period_s`` seconds, in the lane ``side`` (-1 comes nearer, 1 goes
    away).
    """

    bike: bool
    colour: Colour
    period_s: float
    shift_s: float
    crossing_s: float
    side: int

    def place(self, t: float) -> float | None:
        """Where on the road at ``t``; None while not in view."""
        way = ((t + self.shift_s) % self.period_s) / self.crossing_s
        if way > 1:
            return None
        return 1 - way if self.side < 0 else way


def _traffic(seed: int) -> list[_Traveller]:
    dice = random.Random(f"traffic {seed}")
    return [
        _Traveller(
            bike=number % 2 == 1,
            colour=dice.choice(SHIRTS if number % 2 else CAR_COLOURS),
            period_s=dice.uniform(14, 34),
            shift_s=dice.uniform(0, 1000),
            crossing_s=dice.uniform(6, 11),
            side=dice.choice((-1, 1)),
        )
        for number in range(5)
    ]


def _box(image: Image, x: float, y: float, size: tuple[float, float], colour: Colour) -> None:
    """A filled box standing on (x, y), its lower middle."""
    width, height = size
    cv2.rectangle(image, (round(x - width / 2), round(y - height)), (round(x + width / 2), round(y)), colour, -1)


def _car(image: Image, x: float, y: float, size: float, colour: Colour) -> None:
    for wheel in (-36, 36):
        cv2.circle(image, (round(x + wheel * size), round(y)), max(1, round(11 * size)), (30, 30, 32), -1)
    _box(image, x, y - 4 * size, (116 * size, 38 * size), colour)
    _box(image, x, y - 40 * size, (78 * size, 26 * size), colour)
    _box(image, x, y - 42 * size, (66 * size, 18 * size), (120, 106, 92))


def _bike(image: Image, x: float, y: float, size: float, colour: Colour) -> None:
    for wheel in (-20, 20):
        cv2.circle(
            image,
            (round(x + wheel * size), round(y - 8 * size)),
            max(1, round(11 * size)),
            (36, 36, 38),
            max(1, round(4 * size)),
        )
    _box(image, x, y - 12 * size, (44 * size, 10 * size), (70, 70, 74))
    _box(image, x - 4 * size, y - 22 * size, (20 * size, 40 * size), colour)
    cv2.circle(image, (round(x - 2 * size), round(y - 70 * size)), max(1, round(10 * size)), (70, 80, 200), -1)


class Scene:
    """One camera's view. ``daylight``: a fixed value 0 .. 1, or None to follow the sun."""

    def __init__(self, name: str, seed: int, daylight: float | None = None) -> None:
        self.name, self.seed, self.daylight = name, seed, daylight
        self._road: Road = road_of(seed)
        self._traffic = _traffic(seed)
        self._view: tuple[float, Image] | None = None
        self._font = cv2.FontFace("uni")
        self._clock: tuple[int, Image] | None = None
        self._label: Image | None = None

    def draw(self, t: float) -> Image:
        """The picture at Unix time ``t`` in seconds: BGR, shape (360, 640, 3)."""
        return self._lit(t, sunlight(t) if self.daylight is None else self.daylight)

    def night(self, t: float) -> Image:
        """The same at night, whatever the time."""
        return self._lit(t, 0.0)

    def _lit(self, t: float, light: float) -> Image:
        image = self._still(light).copy()
        self._ripples(image, t, light)
        self._vehicles(image, t, light)
        cv2.circle(image, lamp_head(self._road), 7, AMBER if t % 1 < 0.5 else AMBER_DARK, -1, cv2.LINE_AA)
        self._stamp(image, t)
        return image

    def black(self, t: float) -> Image:
        """What a camera with a dead sensor sends: darkness with a little noise, and its clock, which goes on."""
        noise = np.random.default_rng([self.seed, int(t)]).integers(2, 9, (HEIGHT // 8, WIDTH // 8, 1), np.uint8)
        grown = cv2.resize(noise, (WIDTH, HEIGHT), interpolation=cv2.INTER_NEAREST)
        image = np.asarray(cv2.cvtColor(grown, cv2.COLOR_GRAY2BGR), np.uint8)
        self._stamp(image, t)
        return image

    def _still(self, light: float) -> Image:
        step = round(light * DAYLIGHT_STEPS) / DAYLIGHT_STEPS
        if self._view is None or self._view[0] != step:
            self._view = (step, paint(self.seed, step))
        return self._view[1]

    def _ripples(self, image: Image, t: float, light: float) -> None:
        shine = round(70 + 110 * light)
        for number in range(10):
            place = 0.05 + number * 0.05
            x, y = self._road.at(place)
            size = self._road.scale(place)
            left = x - (250 + 60 * (number % 3) + 14 * math.sin(t * 1.7 + number)) * size
            cv2.line(image, (round(left), round(y)), (round(left + 34 * size), round(y)), (shine, shine, shine - 18), 1)

    def _vehicles(self, image: Image, t: float, light: float) -> None:
        seen = [(place, one) for one in self._traffic if (place := one.place(t)) is not None]
        for place, one in sorted(seen, key=lambda pair: -pair[0]):
            x, y = self._road.at(place)
            size = self._road.scale(place)
            x += one.side * 72 * size
            dim = 0.35 + 0.65 * light
            blue, green, red = (round(part * dim) for part in one.colour)
            (_bike if one.bike else _car)(image, x, y, size, (blue, green, red))
            if light < 0.5 and y > HORIZON:
                cv2.circle(
                    image,
                    (round(x + (0 if one.bike else 44 * size)), round(y - 24 * size)),
                    max(2, round(9 * size)),
                    BEAM,
                    -1,
                    cv2.LINE_AA,
                )

    def _stamp(self, image: Image, t: float) -> None:
        """The camera's clock and name, written once a second: drawing text costs more than all the rest."""
        second = int(t)
        if self._clock is None or self._clock[0] != second:
            text = datetime.fromtimestamp(second, UTC).astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")
            self._clock = (second, self._written(text))
        if self._label is None:
            self._label = self._written(self.name)
        for written, x, y in ((self._clock[1], 8, 6), (self._label, WIDTH - self._label.shape[1] - 8, HEIGHT - 28)):
            height, width = written.shape[:2]
            np.maximum(image[y : y + height, x : x + width], written, out=image[y : y + height, x : x + width])

    def _written(self, text: str) -> Image:
        """White letters on black, just as wide as the text."""
        sheet = np.zeros((24, WIDTH, 3), np.uint8)
        cv2.putText(sheet, text, (0, 18), (255, 255, 255), self._font, 16)
        used = np.flatnonzero(sheet.max(axis=(0, 2)))
        return sheet[:, : min(WIDTH - 16, int(used[-1]) + 2 if used.size else 1)]
