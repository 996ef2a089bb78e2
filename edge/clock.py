"""The clocks of a node, passed in so that nothing but `main.py` reads them."""

from collections.abc import Callable
from dataclasses import dataclass

from contracts.messages import TimeQuality


@dataclass(frozen=True, slots=True)
class Clock:
    """``mono``: monotonic seconds; ``wall_ms``: Unix milliseconds; ``quality``: how far it is to be trusted."""

    mono: Callable[[], float]
    wall_ms: Callable[[], int]
    quality: Callable[[], TimeQuality]
