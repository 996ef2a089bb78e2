"""Days of several cameras, each day with one fault of two hours: what was found, and what was said in vain.

Looking at every key of a month would take a week, so a day is looked at every twenty minutes, for nine keys ten seconds
apart: enough for K of N windows. A false alarm that stands in several looks is one.
"""

import copy
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from demo.evaluate.cases import alarmed
from demo.evaluate.goals import Figure
from demo.scenes.days import DAY_S, CameraDays, Spell
from demo.scenes.degradations import DEGRADATIONS
from demo.scenes.paint import dice_of
from demo.scenes.places import KINDS
from edge.evaluate import Judge, Sample
from edge.evaluate.count import named
from edge.vision.window import Window

LOOK_S, KEY_S, KEYS = 1200.0, 10.0, 9
SPELL_S = 7200.0
# What may befall a camera on these days, with its strength.
FAULTS = (
    ("cloth", 1.0),
    ("cardboard", 0.7),
    ("spray", 0.7),
    ("mud", 0.6),
    ("shift", 0.06),
    ("rotate", 4.0),
    ("turned away", 1.0),
    ("defocus", 0.012),
    ("black", 1.0),
    ("over-exposed", 8.0),
    ("noise", 40.0),
    ("snow", 0.1),
)


@dataclass(frozen=True, slots=True)
class Look:
    """One look: when (seconds since the first midnight), what was true, its windows by what they said, and whether K of
    N said one code.
    """

    camera: str
    t: float
    truth: str
    what: str
    windows: int
    unchecked: int
    right: int
    false: int
    alarms: tuple[str, ...]
    numbers: dict[str, float]


def looks(days: int, judge: Callable[[], Judge]) -> Iterator[Look]:
    """The looks of so many camera-days, shared out among the kinds of places; half of the cameras have no infrared."""
    kinds = list(KINDS)
    each = [len(range(number, days, len(kinds))) for number in range(len(kinds))]
    for number, (kind, count) in enumerate(zip(kinds, each, strict=True)):
        if count:
            yield from _camera(kind, number, count, judge())


def figures(found: list[Look], days: int) -> list[Figure]:
    """The figures of the days."""
    clear = [look for look in found if look.truth == "none"]
    faulty = [look for look in found if look.truth != "none"]
    spells = {(look.camera, look.what, look.t // DAY_S): False for look in faulty}
    for look in faulty:
        spells[look.camera, look.what, look.t // DAY_S] |= bool(look.right) and bool(look.alarms)
    return [
        # Thirty days of one camera are the whole of which one may be false.
        Figure("false alarms per camera and 30 days", 30 * _episodes(clear), max(1, days), 1.0, False),
        Figure("false, raw windows", sum(x.false for x in clear), sum(x.windows for x in clear), 0.005, False),
        Figure("faults found", sum(spells.values()), len(spells), 0.98, True),
        Figure("recall, windows", sum(x.right for x in faulty), sum(x.windows for x in faulty), None, True),
        Figure("not checkable", sum(x.unchecked for x in clear), sum(x.windows for x in clear), 0.05, False),
    ]


def as_json(look: Look) -> dict[str, Any]:
    """A look with its names."""
    return asdict(look)


def spells_of(camera: int, days: int) -> list[Spell]:
    """One fault on every day after the first, at an hour that chance picks."""
    spells = []
    for day in range(1, days + 1):
        dice = dice_of("spell", camera, day)
        name, strength = FAULTS[(camera * 5 + day) % len(FAULTS)]
        start = day * DAY_S + LOOK_S * int(dice.integers(0, (DAY_S - SPELL_S) // LOOK_S))
        spells.append(Spell(name, strength, start, start + SPELL_S))
    return spells


def _camera(kind: str, number: int, days: int, judge: Judge) -> Iterator[Look]:
    spells = spells_of(number, days)
    camera = CameraDays(kind, 100 + number, infrared=number % 2 == 0, spells=spells)
    for moment in camera.pictures(1, LOOK_S):  # the first day teaches
        judge.teach(moment.image, moment.t)
    for step in range(round(days * DAY_S / LOOK_S)):
        start = DAY_S + step * LOOK_S
        inside = [spell for spell in spells if spell.from_s <= start < spell.to_s]
        yield _look(camera, start, inside[0].name if inside else "", copy.deepcopy(judge))


def _look(camera: CameraDays, start: float, what: str, judge: Judge) -> Look:
    seen: list[Window] = []
    empty, truth = 0, "none"
    for number in range(KEYS):
        moment = camera.at(start + number * KEY_S, KEY_S)
        truth = moment.truth
        window = judge.see(Sample(moment.t, moment.image))
        if window is not None:
            seen.append(window)
        elif number >= KEYS // 2:
            empty += 1
    right = DEGRADATIONS[what].right if what else frozenset[str]()
    said = [named(window.codes) for window in seen]
    due = frozenset({truth}) if what else frozenset({"blur", "occluded", "moved"})
    silent = [window for window, codes in zip(seen, said, strict=True) if not codes and named(window.nc) & due]
    wrong = next((window for window, codes in zip(seen, said, strict=True) if bool(codes) != bool(what)), None)
    return Look(
        camera=camera.name,
        t=start,
        truth=truth,
        what=what,
        windows=len(seen) + empty,
        unchecked=len(silent) + empty,
        right=sum(bool(codes & named(right)) for codes in said),
        false=0 if what else sum(map(bool, said)),
        alarms=tuple(sorted(alarmed(seen))),
        numbers={} if wrong is None else dict(wrong.numbers),
    )


def _episodes(clear: list[Look]) -> int:
    """False alarms, the same code in looks that follow each other counted once."""
    count = 0
    last: dict[tuple[str, str], float] = {}
    for look in clear:
        for code in look.alarms:
            count += look.t - last.get((look.camera, code), -DAY_S) > LOOK_S
            last[look.camera, code] = look.t
    return count
