"""How windows are counted.

A window is five samples and ends at each from the fifth on; it is raw, before any policy. What teaches is not judged,
and a window that reaches across the onset belongs to neither side.
"""

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import cv2
import numpy as np

from edge.evaluate.footage import Image, Sample
from edge.evaluate.judge import Judge
from edge.evaluate.manifest import Fault
from edge.vision.window import Window

FAULTS: tuple[str, ...] = tuple(name for name in get_args(Fault) if name != "none")
SAMPLES = 5
# A miss keeps a small picture.
SHOWN_WIDTH, SHOWN_HEIGHT = 320, 180
# How much of a clean clip teaches, and of the clean part before an onset.
TEACHES, TEACHES_BEFORE = 0.40, 0.50
# What needs a reference must have been checked before a clean window may count as good.
VIEW = frozenset({"blur", "occluded", "moved"})
EPSILON_S = 0.005


@dataclass(frozen=True, slots=True)
class Plan:
    """What is true of a clip of ``length_s``: its fault ("none" for a clean one) begins at ``from_s``."""

    fault: str
    from_s: float
    length_s: float

    @property
    def onset_s(self) -> float:
        """The first moment of the fault; for a clean clip, never."""
        return float("inf") if self.fault == "none" else self.from_s

    @property
    def teaches_s(self) -> float:
        """What comes before it teaches and is not judged."""
        return self.length_s * TEACHES if self.fault == "none" else self.from_s * TEACHES_BEFORE

    @property
    def due(self) -> frozenset[str]:
        """The codes that must be checkable for a silent window to be a judgement."""
        return VIEW if self.fault == "none" else frozenset({self.fault})


Kind = Literal["missed", "wrong", "false", "unchecked"]


@dataclass(frozen=True, slots=True)
class Miss:
    """A window that went wrong: ``missed`` silent, ``wrong`` another code, ``false`` alarm, ``unchecked`` neither."""

    kind: Kind
    at: float
    image: Image
    window: Window | None


@dataclass
class Tally:
    """The counts of one clip, or of many."""

    windows_judged: int = 0
    not_checkable: int = 0
    false_before_onset: Counter[str] = field(default_factory=Counter)
    windows_after_onset: int = 0
    detected_any: int = 0
    detected_right: int = 0
    codes_after: Counter[str] = field(default_factory=Counter)
    first_detection_s: float | None = None
    false_windows: int = 0
    misses: list[Miss] = field(default_factory=list)

    @property
    def windows(self) -> int:
        """All windows of the clip that belong to one side of its onset."""
        return self.windows_judged + self.not_checkable

    def counts(self) -> dict[str, Any]:
        """The counts as JSON; every code has its number, 0 too."""
        return {
            "windows_judged": self.windows_judged,
            "not_checkable": self.not_checkable,
            "false_before_onset": {code: self.false_before_onset[code] for code in FAULTS},
            "windows_after_onset": self.windows_after_onset,
            "detected_any": self.detected_any,
            "detected_right": self.detected_right,
            "codes_after": {code: self.codes_after[code] for code in FAULTS},
        }


def judge_clip(samples: Iterable[Sample], plan: Plan, judge: Judge, lessons: Iterable[Sample] = ()) -> Tally:
    """Let ``judge`` learn from ``lessons`` and the clip's own, judge the rest, and count."""
    for lesson in lessons:
        judge.teach(lesson.image, lesson.at)
    tally, held = Tally(), deque[float](maxlen=SAMPLES)
    for sample in samples:
        if sample.at < plan.teaches_s - EPSILON_S:
            judge.teach(sample.image, sample.at)
            continue
        window = judge.see(sample)
        held.append(sample.at)
        if len(held) < SAMPLES or held[0] < plan.onset_s - EPSILON_S <= held[-1]:
            continue
        _count(tally, plan, sample, window, after=held[0] >= plan.onset_s - EPSILON_S)
    return tally


def total(tallies: Sequence[Tally]) -> Tally:
    """The counts of many clips together; when something was first seen is no sum."""
    together = Tally()
    for one in tallies:
        together.windows_judged += one.windows_judged
        together.not_checkable += one.not_checkable
        together.false_before_onset += one.false_before_onset
        together.windows_after_onset += one.windows_after_onset
        together.detected_any += one.detected_any
        together.detected_right += one.detected_right
        together.codes_after += one.codes_after
        together.false_windows += one.false_windows
    return together


def named(codes: Iterable[str]) -> frozenset[str]:
    """Codes by the names of the manifest: a view that is lost has moved."""
    return frozenset("moved" if code == "view_lost" else code for code in codes) & frozenset(FAULTS)


def _count(tally: Tally, plan: Plan, sample: Sample, window: Window | None, *, after: bool) -> None:
    """A window that says nothing although what is due could not be checked is no judgement. None is such a one."""
    said = frozenset[str]() if window is None else named(window.codes)
    unchecked = not said and (window is None or bool(named(window.nc) & plan.due))
    tally.not_checkable += unchecked
    tally.windows_judged += not unchecked
    if after:
        _after(tally, plan, sample, said)
    else:
        tally.false_before_onset.update(said)
        tally.false_windows += bool(said)
    kind = _kind(plan, said, unchecked=unchecked, after=after)
    if kind is not None:
        small = cv2.resize(sample.image, (SHOWN_WIDTH, SHOWN_HEIGHT), interpolation=cv2.INTER_AREA)
        tally.misses.append(Miss(kind, sample.at, np.asarray(small, np.uint8), window))


def _after(tally: Tally, plan: Plan, sample: Sample, said: frozenset[str]) -> None:
    tally.windows_after_onset += 1
    tally.codes_after.update(said)
    tally.detected_any += bool(said)
    if plan.fault in said:
        tally.detected_right += 1
        if tally.first_detection_s is None:
            tally.first_detection_s = round(sample.at - plan.from_s, 3)


def _kind(plan: Plan, said: frozenset[str], *, unchecked: bool, after: bool) -> Kind | None:
    if unchecked:
        return "unchecked"
    if not after:
        return "false" if said else None
    if not said:
        return "missed"
    return None if plan.fault in said else "wrong"
