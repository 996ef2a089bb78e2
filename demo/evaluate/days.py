"""Days of several cameras, each day with one fault of two hours, before the eye that a node has: it learns by itself.

Looking at every key of a month would take a week, so a day is looked at every forty minutes, for nine keys ten seconds
apart: enough for K of N windows. A false alarm that stands in several looks is one.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from contracts.picture import PictureLimits
from demo.evaluate.goals import Figure
from demo.scene_view import Image
from demo.scenes.days import DAY_S, MIDNIGHT, CameraDays, Spell
from demo.scenes.degradations import DEGRADATIONS
from demo.scenes.light import sun_at
from demo.scenes.paint import dice_of
from demo.scenes.places import KINDS
from edge.drivers.opencv.eye import Eye
from edge.evaluate.count import FAULTS as CODES
from edge.evaluate.count import VIEW, named

LOOK_S, KEY_S, KEYS = 2400.0, 10.0, 9
SPELL_S = 7200.0
CIVIL_DEG = -6.0
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
Told = tuple[frozenset[str], frozenset[str]]


class Watcher(Protocol):
    """Who looks at a camera for days."""

    def new_stream(self) -> None:
        """What comes next is compared with no picture of before."""

    def see(self, image: Image, t: float) -> None:
        """A key (H, W, 3; BGR) of Unix time ``t``."""

    def told(self, t: float) -> Told:
        """The codes that stand, and those that cannot be checked."""


class ShippedEye:
    """The eye of a node, which knows from the sun whether it is night."""

    def __init__(self) -> None:
        self._t = MIDNIGHT
        self._eye = Eye("camera", PictureLimits(), None, self._is_night)

    def _is_night(self) -> bool:
        return sun_at(self._t)[0] < CIVIL_DEG

    def new_stream(self) -> None:
        """Passed on."""
        self._eye.new_stream()

    def see(self, image: Image, t: float) -> None:
        """Passed on, with the time of it."""
        self._t = t
        self._eye.see(image, t)

    def told(self, t: float) -> Told:
        """What the eye's view says."""
        view = self._eye.view(t)
        return view.codes, view.nc


class _Fixed:
    """Says the same for ever."""

    def __init__(self, codes: frozenset[str], nc: frozenset[str]) -> None:
        self._told = (codes, nc)

    def new_stream(self) -> None:
        pass

    def see(self, image: Image, t: float) -> None:
        pass

    def told(self, t: float) -> Told:  # noqa: ARG002  # at any time
        return self._told


WATCHERS: dict[str, Callable[[], Watcher]] = {
    "shipped": ShippedEye,
    "never": lambda: _Fixed(frozenset(), frozenset()),
    "always": lambda: _Fixed(frozenset(CODES), frozenset()),
    "nc": lambda: _Fixed(frozenset(), frozenset(CODES)),
}


@dataclass(frozen=True, slots=True)
class Look:
    """One look: when (seconds since the first midnight), the true code, the degradation's name, what stood at its end,
    and whether what was due could not be checked.
    """

    camera: str
    t: float
    truth: str
    what: str
    codes: tuple[str, ...]
    unchecked: bool

    @property
    def right(self) -> bool:
        """Whether the fault was named, by its code or by one as good."""
        return bool(self.what) and bool(set(self.codes) & named(DEGRADATIONS[self.what].right))

    def as_json(self) -> dict[str, Any]:
        """The look with its names."""
        return asdict(self) | {"right": self.right}


def looks(days: int, watcher: Callable[[], Watcher]) -> Iterator[Look]:
    """The looks of so many camera-days, shared out among the kinds of places; half of the cameras have no infrared."""
    for number, kind in enumerate(KINDS):
        count = len(range(number, days, len(KINDS)))
        if count:
            yield from _camera(kind, number, count, watcher())


def figures(found: list[Look], days: int) -> list[Figure]:
    """The figures of the days."""
    clear = [look for look in found if look.truth == "none"]
    faulty = [look for look in found if look.truth != "none"]
    spells: dict[tuple[str, float], bool] = {}
    for look in faulty:
        key = (look.camera, look.t // DAY_S)
        spells[key] = spells.get(key, False) or look.right
    return [
        Figure("false alarms per camera and 30 days", 30 * _episodes(clear), max(1, days), 1.0, False),
        Figure("looks with a false alarm", sum(bool(look.codes) for look in clear), len(clear), None, False),
        Figure("faults found", sum(spells.values()), len(spells), 0.98, True),
        Figure("looks at a fault that name it", sum(look.right for look in faulty), len(faulty), None, True),
        Figure("not checkable", sum(look.unchecked for look in clear), len(clear), 0.05, False),
    ]


def spells_of(camera: int, days: int) -> list[Spell]:
    """One fault on every day after the first, at an hour that chance picks."""
    spells = []
    for day in range(1, days + 1):
        dice = dice_of("spell", camera, day)
        name, strength = FAULTS[(camera * 5 + day) % len(FAULTS)]
        start = day * DAY_S + LOOK_S * int(dice.integers(0, int((DAY_S - SPELL_S) // LOOK_S)))
        spells.append(Spell(name, strength, start, start + SPELL_S))
    return spells


def _camera(kind: str, number: int, days: int, watcher: Watcher) -> Iterator[Look]:
    """The first day is for learning and not counted."""
    spells = spells_of(number, days)
    camera = CameraDays(kind, 100 + number, infrared=number % 2 == 0, spells=spells)
    for step in range(round((days + 1) * DAY_S / LOOK_S)):
        look = _look(camera, step * LOOK_S, spells, watcher)
        if look.t >= DAY_S:
            yield look


def _look(camera: CameraDays, start: float, spells: list[Spell], watcher: Watcher) -> Look:
    what = next((spell.name for spell in spells if spell.from_s <= start < spell.to_s), "")
    watcher.new_stream()
    for number in range(KEYS):
        moment = camera.at(start + number * KEY_S, KEY_S)
        watcher.see(moment.image, moment.t)
    codes, nc = watcher.told(moment.t)
    due = named(DEGRADATIONS[what].right) if what else VIEW
    said = named(codes)
    return Look(camera.name, start, moment.truth, what, tuple(sorted(said)), not said and bool(named(nc) & due))


def _episodes(clear: list[Look]) -> int:
    """False alarms, the same code in looks that follow each other counted once."""
    count = 0
    last: dict[tuple[str, str], float] = {}
    for look in clear:
        for code in look.codes:
            count += look.t - last.get((look.camera, code), -DAY_S) > LOOK_S
            last[look.camera, code] = look.t
    return count
