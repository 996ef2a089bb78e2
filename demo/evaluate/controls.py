"""Judges that know nothing. An evaluation that one of them passes is worth nothing."""

from collections.abc import Callable

from edge.evaluate import FAULTS, Judge, Sample, Shipped
from edge.evaluate.count import SAMPLES
from edge.evaluate.footage import Image
from edge.vision.window import Window


class Control:
    """Says the same of everything; ``codes`` found, ``nc`` not checkable."""

    def __init__(self, codes: frozenset[str], nc: frozenset[str]) -> None:
        self._codes, self._nc, self._seen = codes, nc, 0

    def teach(self, image: Image, at: float) -> None:
        """Learn nothing."""

    def see(self, sample: Sample) -> Window | None:
        """The same window each time, from the fifth sample on."""
        self._seen += 1
        return None if self._seen < SAMPLES else Window(sample.at, "day", self._codes, self._nc)


_ALL, _NONE = frozenset(FAULTS), frozenset[str]()
JUDGES: dict[str, Callable[[], Judge]] = {
    "shipped": Shipped,
    "never": lambda: Control(_NONE, _NONE),
    "always": lambda: Control(_ALL, _NONE),
    "nc": lambda: Control(_NONE, _ALL),
}
