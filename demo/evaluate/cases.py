"""One case: a degradation, a hard negative or nothing, on a source, in a light; and what the judge made of it."""

import copy
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import cv2
import numpy as np

from contracts.picture import PictureLimits
from demo.evaluate.source import Frame, Source
from demo.scene_view import Image
from demo.scenes.degradations import DEGRADATIONS
from demo.scenes.negatives import NEGATIVES, seeming
from demo.scenes.spoil import Degradation, spoilt
from edge.evaluate import Judge, Plan, Sample, judge_clip
from edge.evaluate.count import Tally, named
from edge.vision.window import Window

Group = Literal["fault", "negative", "clean"]
# A fault's case: so many pictures, so many less four windows.
PICTURES = 6
BURST, BURST_FPS = 25, 25.0
# What is also looked for at night and in infrared.
AT_NIGHT = (
    *("black", "cloth", "cardboard", "spray", "mud", "shift", "rotate", "knocked", "turned away"),
    *("defocus", "motion blur", "smear", "noise", "snow", "still picture"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """The outcome of a case. ``right``: windows with the true code or one as good; ``alarm``: K of N windows said one
    code; ``numbers``: what the checks measured in the first window that went wrong; ``suspected``: windows that found
    nothing and may be of a picture that stands still.
    """

    source: str
    aside: bool
    light: str
    group: Group
    what: str
    strength: float
    seed: int
    code: str
    windows: int
    unchecked: int
    any: int
    right: int
    codes: dict[str, int]
    alarm: bool
    numbers: dict[str, float]
    suspected: int = 0

    def as_json(self) -> dict[str, Any]:
        """The row with its names."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Case:
    """What is to be judged."""

    light: str
    group: Group
    what: str
    strength: float = 0.0
    seed: int = 1


class _Listener:
    """A judge who remembers what another says."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self.heard: list[Window] = []

    def teach(self, image: Image, at: float) -> None:
        self._judge.teach(image, at)

    def see(self, sample: Sample) -> Window | None:
        window = self._judge.see(sample)
        if window is not None:
            self.heard.append(window)
        return window


def cases(lights: Sequence[str], seed: int, *, weakest: bool = False) -> Iterator[Case]:
    """All there is to be asked of a source that has frames in ``lights``; or only the weakest of each degradation."""
    for light in lights:
        yield Case(light, "clean", "nothing", 0.0, seed)
    for how in DEGRADATIONS.values():
        for strength in how.steps[:1] if weakest else how.steps:
            yield Case("day", "fault", how.name, strength, seed)
            if how.name in AT_NIGHT:
                yield from (Case(light, "fault", how.name, strength, seed) for light in ("night", "ir"))
    for negative in NEGATIVES.values():
        yield from (Case(light, "negative", negative.name, 0.0, seed) for light in negative.light if light in lights)


def judged(source: Source, case: Case, taught: Judge) -> Row:
    """Ask a copy of ``taught``, who has learned the source."""
    listener = _Listener(copy.deepcopy(taught))
    how = DEGRADATIONS[case.what] if case.group == "fault" else None
    code = how.code if how else "none"
    tally = judge_clip(_samples(source, case, how), Plan(code, 0.0, 0.0), listener)
    right = tally.detected_right
    if how:
        right += sum(miss.kind == "wrong" and bool(_said(miss.window) & named(how.right)) for miss in tally.misses)
    codes = tally.codes_after if how else tally.false_before_onset
    spoke = tally.detected_any if how else tally.false_windows
    first = next((miss.window for miss in tally.misses if miss.window), None)
    return Row(
        source=source.name,
        aside=source.aside,
        light=case.light,
        group=case.group,
        what=case.what,
        strength=case.strength,
        seed=case.seed,
        code=code,
        windows=tally.windows,
        unchecked=tally.not_checkable,
        any=spoke,
        right=right,
        codes={code: count for code, count in codes.items() if count},
        alarm=bool(alarmed(listener.heard)),
        numbers={} if first is None or not _went_wrong(tally, how) else dict(first.numbers),
        suspected=sum(not window.codes and "frozen" in window.nc for window in listener.heard),
    )


def _went_wrong(tally: Tally, how: Degradation | None) -> bool:
    return bool(tally.misses) if how else bool(tally.false_windows or tally.not_checkable)


def _said(window: Window | None) -> frozenset[str]:
    return frozenset() if window is None else named(window.codes)


def alarmed(windows: Sequence[Window]) -> frozenset[str]:
    """The codes that K of N windows said, by the shipped K and N."""
    limits = PictureLimits()
    newest: deque[frozenset[str]] = deque(maxlen=limits.confirm_of)
    confirmed: set[str] = set()
    for window in windows:
        newest.append(named(window.codes))
        counted = Counter(code for codes in newest for code in codes)
        confirmed |= {code for code, count in counted.items() if count >= limits.confirm}
    return frozenset(confirmed)


def _samples(source: Source, case: Case, how: Degradation | None) -> Iterator[Sample]:
    frames = source.frames[case.light]
    for step, frame in enumerate(frames[:PICTURES] if how else frames):
        raw, t, burst = frame.raw, frame.t, tuple[Image, ...]()
        if how:
            raw = spoilt(raw, how, case.seed, case.strength, step, frames[0].raw)
            t = frames[0].t if how.code == "frozen" else t
            burst = _flickering(frame, how, case) if how.code == "flicker" else ()
        elif case.group == "negative":
            raw = seeming(raw, NEGATIVES[case.what], case.seed, step)
        yield Sample(frame.t, source.finish(raw, t), burst, BURST_FPS)


def _flickering(frame: Frame, how: Degradation, case: Case) -> tuple[Image, ...]:
    small = np.asarray(cv2.resize(frame.raw, (480, 270), interpolation=cv2.INTER_AREA), np.uint8)
    return tuple(spoilt(small, how, case.seed, case.strength, number) for number in range(BURST))
