"""Whole days of a camera: the sun's curve, weather that comes and goes, the switch to infrared and back."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from demo.scene_view import Image
from demo.scenes.degradations import DEGRADATIONS
from demo.scenes.light import Look, look_at
from demo.scenes.paint import dice_of
from demo.scenes.spoil import spoilt
from demo.scenes.view import View

DAY_S = 86_400
MIDNIGHT = 1_795_363_200.0  # 2026-11-23 00:00 in the village
# A camera goes to infrared when it has become this dark, and back only when it is clearly lighter.
TO_INFRARED, TO_COLOUR = 0.10, 0.22


@dataclass(frozen=True, slots=True)
class Spell:
    """A degradation (a name of DEGRADATIONS) with its strength, in ``[from_s, to_s)`` after the first midnight."""

    name: str
    strength: float
    from_s: float
    to_s: float


@dataclass(frozen=True, slots=True)
class Moment:
    """One key picture of a day: Unix time, picture, the true fault code or "none", the light that it was drawn in."""

    t: float
    image: Image
    truth: str
    look: Look


@dataclass(frozen=True, slots=True)
class Weather:
    """The weather of one day at a place; hours of the day, shares 0 .. 1."""

    cloud: float
    rain: tuple[float, float, float]
    fog: tuple[float, float]
    snowfall: tuple[float, float, float]
    stir: float

    def over(self, look: Look, hour: float, drift: float) -> Look:
        """The same light under this weather at ``hour``; ``drift``: how clouds wander."""
        rain = self.rain[2] * _bell(hour, self.rain[0], self.rain[1])
        snow = self.snowfall[2] * _bell(hour, self.snowfall[0], self.snowfall[1])
        fog = self.fog[1] * _bell(hour, self.fog[0], 2.5)
        veil = min(1.0, max(0.0, drift + rain + snow + 2 * fog))
        return replace(
            look,
            sun=look.sun * (1 - veil),
            rain=rain if rain > 0.05 else 0.0,
            snowfall=snow if snow > 0.05 else 0.0,
            fog=fog,
            wet=min(1.0, rain * 1.5),
            stir=self.stir,
        )


def weather_of(seed: int, day: int) -> Weather:
    """The weather of a day: rain on every third, fog on every fifth, snow on every fifteenth."""
    dice = dice_of("weather", seed, day)
    rain = float(dice.uniform(0.2, 1)) if dice.random() < 0.35 else 0.0
    fog = float(dice.uniform(0.05, 0.3)) if dice.random() < 0.2 else 0.0
    snow = float(dice.uniform(0.2, 0.7)) if dice.random() < 0.07 else 0.0
    return Weather(
        float(dice.beta(0.8, 0.8)),
        (float(dice.uniform(0, 24)), float(dice.uniform(0.5, 4)), rain),
        (float(dice.uniform(4, 8)), fog),
        (float(dice.uniform(0, 24)), float(dice.uniform(1, 4)), snow),
        float(dice.uniform(0, 0.9)),
    )


def _bell(hour: float, middle: float, wide: float) -> float:
    return math.exp(-(((hour - middle) / wide) ** 2))


class CameraDays:
    """Days of one camera. ``infrared``: it has an infrared lamp; otherwise it sees by street lamps. ``spells``: what
    goes wrong.
    """

    def __init__(self, kind: str, seed: int, infrared: bool = True, spells: Sequence[Spell] = ()) -> None:
        self.name = f"{kind} {seed}"
        self._view = View(kind, seed)
        self._seed, self._infrared, self._spells = seed, infrared, spells
        self._dark = True
        self._onset: dict[Spell, Image] = {}

    def pictures(self, days: int, every_s: float, first: int = 0) -> Iterator[Moment]:
        """A picture every ``every_s`` seconds of ``days`` days, from the midnight of day ``first`` on."""
        for t in np.arange(first * DAY_S, (first + days) * DAY_S, every_s).tolist():
            yield self.at(t, every_s)

    def at(self, t: float, every_s: float) -> Moment:
        """The picture at ``t`` seconds after the first midnight; ask in the order of time, ``every_s`` apart."""
        look = self.look(t)
        self._dark = self._infrared and look.sky < (TO_COLOUR if self._dark else TO_INFRARED)
        look = replace(look, ir=self._dark)
        raw, truth = self._view.raw(MIDNIGHT + t, look), "none"
        for spell in self._spells:
            if spell.from_s <= t < spell.to_s:
                how = DEGRADATIONS[spell.name]
                step = round((t - spell.from_s) / every_s)
                raw = spoilt(raw, how, self._seed, spell.strength, step, self._onset.setdefault(spell, raw))
                truth = how.code
        return Moment(MIDNIGHT + t, self._view.finish(raw, MIDNIGHT + t), truth, look)

    def look(self, t: float) -> Look:
        """The light at ``t`` seconds after the first midnight, the camera's own lamp left out."""
        day, rest = divmod(t, DAY_S)
        weather, hour = weather_of(self._seed, int(day)), rest / 3600
        drift = weather.cloud * (0.6 + 0.4 * math.sin(hour * 2.1 + day * 1.7 + self._seed))
        return weather.over(look_at(MIDNIGHT + t, min(1.0, max(0.0, drift))), hour, max(0.0, drift - 0.3))
