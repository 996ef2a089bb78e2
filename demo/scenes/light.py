"""What a view is lit by: the hour, the weather, a camera's own infrared lamp."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime

import cv2
import numpy as np

from demo.scene import CHINA
from demo.scenes.paint import Plane, plane
from demo.scenes.place import Caster, Place

LATITUDE_DEG = 31.0


@dataclass(frozen=True, slots=True)
class Look:
    """The light and the weather of one moment. Shares are 0 .. 1; ``height`` and ``turn``: the sun's, in degrees.

    ``sky``: even daylight; ``sun``: what comes straight from it and throws shadows; ``warm``: how red it is; ``ir``:
    the camera sees by its own infrared lamp, without colour; ``stir``: how the wind moves leaves.
    """

    sky: float = 1.0
    sun: float = 0.6
    height: float = 45.0
    turn: float = 120.0
    warm: float = 0.0
    ir: bool = False
    fog: float = 0.0
    rain: float = 0.0
    snowfall: float = 0.0
    wet: float = 0.0
    stir: float = 0.3


DAY = Look()
DULL = Look(sky=0.8, sun=0.0)
NIGHT = Look(sky=0.0, sun=0.0, height=-30)
INFRARED = Look(sky=0.0, sun=0.0, height=-30, ir=True)
SUNSET = Look(sky=0.45, sun=0.5, height=4, turn=250, warm=0.9)
LOOKS = {"day": DAY, "dull": DULL, "night": NIGHT, "ir": INFRARED, "sunset": SUNSET}


def sun_at(t: float) -> tuple[float, float]:
    """The sun in the village at Unix time ``t``: height above the horizon, direction (0 north, 90 east); degrees."""
    now = datetime.fromtimestamp(t, UTC).astimezone(CHINA)
    year = (now.timetuple().tm_yday - 81) / 365 * 2 * math.pi
    tilt, place = math.radians(23.44) * math.sin(year), math.radians(LATITUDE_DEG)
    hour = math.radians(15 * (now.hour + now.minute / 60 + now.second / 3600 - 12))
    up = math.sin(place) * math.sin(tilt) + math.cos(place) * math.cos(tilt) * math.cos(hour)
    turn = math.atan2(math.sin(hour), math.cos(hour) * math.sin(place) - math.tan(tilt) * math.cos(place))
    return math.degrees(math.asin(up)), (180 + math.degrees(turn)) % 360


def look_at(t: float, cloud: float = 0.2) -> Look:
    """The light of Unix time ``t`` under ``cloud`` (0 clear .. 1 closed), without rain or fog."""
    height, turn = sun_at(t)
    sky = min(1.0, max(0.0, (height + 6) / 16)) * (1 - 0.35 * cloud)
    sun = min(1.0, max(0.0, height / 12)) * 0.75 * (1 - cloud)
    warm = max(0.0, 1 - abs(height - 2) / 9) * (1 - cloud)
    return Look(sky=sky, sun=sun, height=height, turn=turn, warm=warm)


def shadows(place: Place, height: float, turn: float) -> Plane:
    """Where the sun does not reach the ground, 0 .. 1, shape of the place; nothing below the horizon."""
    drawn = np.zeros(place.shape, np.uint8)
    if height <= 1 or place.room:
        return plane(drawn)
    for caster in place.casters:
        cv2.fillPoly(drawn, [_shadow(caster, height, turn)], 255, cv2.LINE_AA)
    return plane(cv2.blur(drawn, (5, 5))) / np.float32(255) * place.floor


def _shadow(caster: Caster, height: float, turn: float) -> np.ndarray[tuple[int, int], np.dtype[np.int32]]:
    length = caster.height * min(3.0, 1 / math.tan(math.radians(height)))
    east, south = -math.sin(math.radians(turn)) * length, 0.4 * math.cos(math.radians(turn)) * -length
    (x, y), half = caster.foot, caster.width / 2
    # An upright outline: the foot's width and a rounder head.
    corners = [(x - half, y), (x + half, y), (x + half + east, y + south), (x - half + east, y + south)]
    return np.array(corners, np.float32).round().astype(np.int32)
