"""The picture checks of one camera: takes key pictures one by one and judges the newest five."""

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from contracts.picture import PictureLimits
from edge.vision.arrays import Pixels
from edge.vision.cover import likeness
from edge.vision.facts import Facts, facts_of
from edge.vision.flicker import flicker
from edge.vision.judge import REFERENCE, Found, abroad, compare, content
from edge.vision.key import Key, key_of
from edge.vision.light import black_below, mode_of
from edge.vision.policy import SUSPECTED
from edge.vision.reference import LESSONS, References, View, first, learned
from edge.vision.still import Stillness
from edge.vision.window import Mode, Window

KEYS = 5
# Keys of another mode (a flash of lightning, the first of the night) are left out, and no window mixes them.
MOST = 3
# A view is itself when its edges agree so well, and another when that one's agree so much better.
AS_ITSELF = 0.85
PROVEN = 0.6
LIKER = 0.1
NOTHING_LEARNED = References()


class Watch:
    """``references``: what was learned before, :attr:`references` what is known now."""

    def __init__(self, limits: PictureLimits, references: References = NOTHING_LEARNED) -> None:
        self.limits = limits
        self.references = references
        self._keys: deque[tuple[Mode, Key]] = deque(maxlen=KEYS)
        self._lesson: deque[tuple[Mode, Key]] = deque(maxlen=KEYS)
        self._view: tuple[Mode, View] | None = None
        self._seen: tuple[Mode, Facts] | None = None
        self._still = Stillness()

    def see(self, image: Pixels, at: float, *, stream: bool = False, night: bool | None = None) -> Window | None:
        """Take in a key (H, W, 3; BGR) of the time ``at``; None until five are held, three of one mode.

        ``stream``: a new stream begins with it, and no window reaches across. ``night``: what the sun says.
        """
        if stream:
            self._keys.clear()
            self._still.new_stream()
        key = key_of(image)
        before = self._keys[-1][0] if self._keys else None
        self._keys.append((mode_of(key, self.limits, before, night, self.black_below(night)), key))
        self.references = self._still.take(key, at, self._keys[-1][0], self.references)
        if len(self._keys) < KEYS:
            return None
        mode, count = Counter(mode for mode, _ in self._keys).most_common(1)[0]
        if count < MOST:
            return None
        facts = facts_of([key for other, key in self._keys if other == mode])
        mode = self._likest(mode, facts)
        self._seen = (mode, facts)
        return self._judge(mode, facts, at, night)

    def learn(self) -> None:
        """Learn from the newest window, which its caller believes to be good."""
        if self._seen is not None:
            self._learn(*self._seen)

    def teach(self, image: Pixels, at: float, *, night: bool | None = None) -> None:
        """Learn from a key that is known to be good."""
        key = key_of(image)
        before = self._lesson[-1][0] if self._lesson else None
        mode = mode_of(key, self.limits, before, night, self.black_below(night))
        if mode != before:
            self._lesson.clear()
        self._lesson.append((mode, key))
        self.references = self._still.take(key, at, mode, self.references)
        self._learn(mode, facts_of([key for _, key in self._lesson]))

    def burst(self, frames: Sequence[Pixels], fps: float) -> bool | None:
        """Whether about one second of consecutive frames flickers; None when that cannot be told from these."""
        jumps = flicker(frames, fps)
        return None if jumps is None else jumps > self.limits.flicker_share

    def accept_new_view(self) -> None:
        """Forget what was learned: what is seen from now on is right."""
        self.references = References()
        self._view = None
        self._lesson.clear()
        self._keys.clear()
        self._seen = None
        self._still = Stillness()

    def adopt(self, other: References) -> None:
        """Take over modes that are not known yet, learned elsewhere."""
        self.references = replace(self.references, by_mode={**other.by_mode, **self.references.by_mode})

    def black_below(self, night: bool | None) -> float:
        """The 99th percentile of grey levels below which a picture is black now."""
        return black_below(self.references, self.limits, night)

    def lessons(self, mode: Mode) -> int:
        """How many lessons there were in ``mode``."""
        known = self.references.by_mode.get(mode)
        return known.lessons if known else 0

    def _learn(self, mode: Mode, facts: Facts) -> None:
        known = self.references.by_mode.get(mode)
        if known is not None and known.lessons >= LESSONS:
            return
        reference = first(facts) if known is None else learned(self._of(mode), facts)
        self.references = self.references.with_mode(mode, reference)
        self._view = None

    def _likest(self, mode: Mode, facts: Facts) -> Mode:
        """The mode whose view this is: the brightness of a picture, or a little colour in it, may name another."""
        known = self.references.by_mode
        if mode not in known or len(known) == 1:
            return mode
        same = likeness(self._of(mode), facts)
        if same > AS_ITSELF:
            return mode
        others = {other: likeness(View(known[other]), facts) for other in known if other != mode}
        best = max(others, key=lambda other: others[other])
        return best if others[best] > max(PROVEN, same + LIKER) else mode

    def _of(self, mode: Mode) -> View:
        """The reference of ``mode``, which is known, ready to be compared with."""
        if self._view is None or self._view[0] != mode:
            self._view = (mode, View(self.references.by_mode[mode]))
        return self._view[1]

    def _judge(self, mode: Mode, facts: Facts, at: float, night: bool | None) -> Window:
        found = Found()
        if content(found, facts, self.references, self.limits, night):
            self._compare(found, mode, facts, night)
        suspect, self.references = self._still.judged(mode, self.references, good=not found.codes - SUSPECTED)
        if suspect:
            found.stands("frozen")
        found.numbers |= self._still.numbers(self.references)
        numbers = {name: float(np.round(value, 4)) for name, value in found.numbers.items()}
        return Window(at, mode, frozenset(found.codes), frozenset(found.nc), numbers, found.outline)

    def _compare(self, found: Found, mode: Mode, facts: Facts, night: bool | None) -> None:
        known = self.references.by_mode
        if not known or not self.limits.reference_checks:
            found.nc |= REFERENCE
        elif mode in known:
            compare(found, facts, self._of(mode), self.limits, colour=mode != "ir")
        else:
            abroad(found, facts, self._of(next(iter(known))), self.limits, night)
