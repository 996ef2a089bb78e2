"""What cases are made from: a view with clean pictures to learn from and others to be judged, in several lights."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2

from demo.scene_view import Image
from demo.scenes.days import DAY_S, MIDNIGHT
from demo.scenes.light import LOOKS
from demo.scenes.negatives import NEGATIVES, seeming
from demo.scenes.paint import picture
from demo.scenes.view import View, coded
from edge.evaluate import Footage, Judge

TAUGHT, JUDGED = 8, 10
# Width and height of the drawn pictures.
SIZE = (640, 360)
# A real camera's picture has been coded once already; a gentle second time.
CLIP_QUALITY = 85
# What a clip's own light becomes, for references of the night.
AT_NIGHT = {"night": "night", "ir": "infrared switch"}
NAP_S = 8.0


@dataclass(frozen=True, slots=True)
class Frame:
    """A sensor's picture and its time in seconds."""

    raw: Image
    t: float


@dataclass(frozen=True)
class Source:
    """A view. ``lessons``: clean frames by light; ``frames``: those to be judged, by light; ``finish``: what the camera
    makes of a sensor's picture; ``aside``: kept aside from tuning.
    """

    name: str
    lessons: Mapping[str, list[Frame]]
    frames: Mapping[str, list[Frame]]
    finish: Callable[[Image, float], Image]
    aside: bool = False

    def taught(self, judge: Judge, lights: Iterable[str]) -> Judge:
        """The judge, who has seen the clean frames of ``lights``."""
        for light in lights:
            for frame in self.lessons[light]:
                judge.teach(self.finish(frame.raw, frame.t), frame.t)
        return judge


def drawn(kind: str, seed: int) -> Source:
    """A drawn view: lessons by day, at night and in infrared; frames in every light there is."""
    view = View(kind, seed, SIZE)
    noon = MIDNIGHT + DAY_S / 2
    lessons = {
        light: [_drawn(view, light, noon + NAP_S * number) for number in range(TAUGHT)]
        for light in ("day", "night", "ir")
    }
    later = noon + 3600
    frames = {light: [_drawn(view, light, later + NAP_S * number) for number in range(JUDGED)] for light in LOOKS}
    return Source(f"{kind} {seed}", lessons, frames, view.finish)


def _drawn(view: View, light: str, t: float) -> Frame:
    return Frame(picture(cv2.resize(view.raw(t, LOOKS[light]), SIZE, interpolation=cv2.INTER_AREA)), t)


def clip(file: Path, aside: bool) -> Source:
    """A real clip: its first two fifths teach, the rest is judged; night and infrared are laid over it."""
    length_s = Footage(file, 1.0).length_s
    footage = Footage(file, max(0.5, length_s / (2.5 * (TAUGHT + JUDGED))))
    taken = [Frame(sample.image, sample.at) for sample in footage.samples()]
    cut = round(len(taken) * 0.4)
    lessons = {"day": _spread(taken[:cut], TAUGHT)}
    frames = {"day": _spread(taken[cut:], JUDGED)}
    for light, name in AT_NIGHT.items():
        lessons[light] = [_laid(frame, name, number) for number, frame in enumerate(lessons["day"])]
        frames[light] = [_laid(frame, name, 100 + number) for number, frame in enumerate(frames["day"])]
    return Source(file.name, lessons, frames, lambda raw, _t: coded(raw, CLIP_QUALITY), aside)


def _spread(frames: list[Frame], count: int) -> list[Frame]:
    """So many of the frames, evenly."""
    if len(frames) <= count:
        return frames
    return [frames[round(number * (len(frames) - 1) / (count - 1))] for number in range(count)]


def _laid(frame: Frame, name: str, step: int) -> Frame:
    return Frame(seeming(frame.raw, NEGATIVES[name], 1, step), frame.t)
