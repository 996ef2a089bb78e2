"""A camera's view of a drawn place: light, weather, what passes, the grain, the encoder's blocks, the clock."""

import math
from datetime import UTC, datetime

import cv2
import numpy as np

from demo.scene import CHINA
from demo.scene_view import Image
from demo.scenes import things
from demo.scenes.light import DAY, Look, shadows
from demo.scenes.paint import Plane, Point, Rng, blob, dice_of, picture, plane
from demo.scenes.place import Place, Track
from demo.scenes.places import place_of
from demo.scenes.weather import falling, misty, wet

TARGET, HIGHEST_GAIN = 112.0, 3.2
LAMPLIGHT = np.array((0.55, 0.80, 1.0), np.float32)
GREY = np.array((0.114, 0.587, 0.299), np.float32)
POOL = 220
QUALITY = 72


class View:
    """One camera. ``size``: width and height of its pictures in pixels; ``busy``: how much passes, 0 .. 1."""

    def __init__(self, kind: str, seed: int, size: tuple[int, int] = (960, 540), busy: float = 1.0) -> None:
        self.kind, self.seed, self.size, self.busy = kind, seed, size, busy
        self.place: Place = place_of(kind, seed)
        dice = dice_of("grain", kind, seed)
        height, width = self.place.shape
        self._grain = plane(dice.standard_normal((height + POOL, width + POOL), np.float32))
        self._shade: tuple[tuple[int, int], Plane] | None = None
        rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
        far = ((columns / width - 0.5) / 0.62) ** 2 + ((rows / height - 0.55) / 0.62) ** 2
        self._beam = np.exp(-far) * (1.15 - 0.75 * self.place.far)

    def draw(self, t: float, look: Look = DAY) -> Image:
        """The picture at Unix time ``t`` in seconds: BGR, shape (height, width, 3), the same for the same words."""
        return self.finish(self.raw(t, look), t)

    def raw(self, t: float, look: Look = DAY) -> Image:
        """What the sensor gives at ``t``, before the camera writes its clock into it and codes it."""
        dice = dice_of(self.kind, self.seed, round(t * 1000))
        scene = self.place.base.copy()
        self._stir(scene, dice, look.stir)
        heads = self._pass(scene, t)
        lit = self._infrared(scene) if look.ir else self._lit(scene, look, heads)
        shown, gain = self._exposed(self._weather(lit, dice, look))
        sigma = 0.8 + 1.1 * gain**1.5
        shown += (self._grain_of(dice) * np.float32(sigma))[:, :, None]
        return picture(shown)

    def finish(self, raw: Image, t: float) -> Image:
        """The picture that leaves the camera: ``raw``, whatever became of it, with the clock of ``t`` in it, coded."""
        image = raw.copy()
        self._stamp(image, t)
        height, width = image.shape[:2]
        small = image if self.size == (width, height) else cv2.resize(image, self.size, interpolation=cv2.INTER_AREA)
        return coded(picture(small))

    def _stir(self, scene: Image, dice: Rng, strength: float) -> None:
        height, width = scene.shape[:2]
        for left, top, across, down in self.place.leaves:
            x, y = max(0, left), max(0, top)
            right, low = min(width, left + across), min(height, top + down)
            dx, dy = (round(float(dice.normal(0, 3 * strength))) for _ in range(2))
            if right - x < 12 or low - y < 12:
                continue
            moved = np.roll(scene[y:low, x:right], (dy, dx), (0, 1))
            scene[y + 4 : low - 4, x + 4 : right - 4] = moved[4:-4, 4:-4]

    def _pass(self, scene: Image, t: float) -> list[tuple[Point, float]]:
        """Draw who is on the way; the heads of cars and bikes, and how high a person is there, for their lights."""
        heads = []
        for number, track in enumerate(self.place.tracks):
            at = _place_of(track, t, self.seed * 7 + number * 5.3, self.busy)
            if at is None:
                continue
            foot, size = at
            dice = dice_of(number, self.seed, int(t / track.every_s))
            self._body(scene, track, foot, size, dice, t)
            if track.who != "person":
                heads.append((foot, size))
        return heads

    @staticmethod
    def _body(scene: Image, track: Track, foot: Point, size: float, dice: Rng, t: float) -> None:
        if track.who == "car":
            things.car(scene, foot, size, things.CARS[dice.integers(len(things.CARS))])
        elif track.who == "bike":
            things.bike(scene, foot, size, things.SHIRTS[dice.integers(len(things.SHIRTS))])
        else:
            things.person(scene, foot, size, things.SHIRTS[dice.integers(len(things.SHIRTS))], t * 5)

    def _lit(self, scene: Image, look: Look, heads: list[tuple[Point, float]]) -> Plane:
        dark = 1 - look.sky
        if self.place.room:
            return plane(scene) * (0.25 + self.place.lamps * np.float32(0.75))[:, :, None]
        day = 0.015 + look.sky * 0.62 + look.sun * (1 - self._shadows(look)) * 0.62
        # What the white balance leaves of a red sun.
        tint = np.array((1 - 0.25 * look.warm, 1 - 0.07 * look.warm, 1 + 0.06 * look.warm), np.float32)
        light = plane(day)[:, :, None] * tint
        if dark > 0.3:
            lamps = self.place.lamps.copy()
            for foot, size in heads:
                lamps += 1.6 * blob(self.place.shape, (foot[0], foot[1] - size * 0.35), (size * 0.5, size * 0.3))
            light = light + (lamps * np.float32(dark * 0.5))[:, :, None] * LAMPLIGHT
        return plane(scene) * light

    def _shadows(self, look: Look) -> Plane:
        key = (round(look.height), round(look.turn / 2))
        if look.sun <= 0:
            return np.zeros((1, 1), np.float32)
        if self._shade is None or self._shade[0] != key:
            self._shade = (key, shadows(self.place, float(key[0]), key[1] * 2.0))
        return self._shade[1]

    def _infrared(self, scene: Image) -> Plane:
        grey = plane(scene) @ GREY
        return plane(np.repeat((grey * self._beam * np.float32(0.85))[:, :, None], 3, axis=2))

    def _weather(self, lit: Plane, dice: Rng, look: Look) -> Plane:
        if self.place.room:
            return lit
        bright = 0.06 + 0.6 * (look.sky + look.sun * 0.4) if not look.ir else 0.2
        if look.wet:
            lit = wet(lit, self.place.floor, look.wet)
        if look.fog:
            lit = misty(lit, self.place.far, look.fog, 255 * bright)
        if look.rain or look.snowfall:
            lit = falling(lit, dice, look, 255 * min(1.0, bright + 0.25))
        return lit

    @staticmethod
    def _exposed(lit: Plane) -> tuple[Plane, float]:
        """Exposed as a camera does it by itself, and the gain it took."""
        gain = min(HIGHEST_GAIN, max(0.4, TARGET / max(1.0, float(lit[::8, ::8].mean()))))
        return lit * np.float32(gain), gain

    def _grain_of(self, dice: Rng) -> Plane:
        height, width = self.place.shape
        top, left = (int(at) for at in dice.integers(0, POOL, 2))
        grain = self._grain[top : top + height, left : left + width]
        return plane(grain[:, ::-1] if dice.random() < 0.5 else grain)

    def _stamp(self, image: Image, t: float) -> None:
        words = datetime.fromtimestamp(int(t), UTC).astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")
        height, width = image.shape[:2]
        unit = width / 960
        name = (round(width - 190 * unit), round(height - 22 * unit))
        for text, at in ((words, (round(18 * unit), round(34 * unit))), (f"{self.kind} {self.seed}", name)):
            for tone, thick in ((20, 4), (245, 2)):
                ink = (tone, tone, tone)
                cv2.putText(image, text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.8 * unit, ink, thick, cv2.LINE_AA)


def coded(image: Image, quality: int = QUALITY) -> Image:
    """The picture as it is after an encoder; ``quality`` 0 .. 100 of JPEG, whose blocks are those of a key frame."""
    _done, stored = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return picture(cv2.imdecode(stored, cv2.IMREAD_COLOR))


def _place_of(track: Track, t: float, shift_s: float, busy: float) -> tuple[Point, float] | None:
    """Where on its way somebody is at ``t``, and how high a person is there; None when nobody is."""
    turn, since = divmod(t + shift_s, track.every_s)
    way = since / track.lasts_s
    if way > 1 or dice_of("busy", turn, track.who).random() > busy:
        return None
    size = track.sizes[0] + (track.sizes[1] - track.sizes[0]) * way
    x, y = (a + (b - a) * way for a, b in zip(track.start, track.end, strict=True))
    return (x, y + math.sin(turn) * 2), size
