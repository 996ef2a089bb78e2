"""What one window of pictures shows, before any policy."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Mode = Literal["day", "night", "ir"]
# x, y, width, height as shares (0..1) of the picture.
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Window:
    """The newest five key pictures judged together at ``at`` (seconds of the caller's clock).

    ``codes``: faults seen. ``nc``: codes that cannot be checked now, never to be read as good. ``numbers``: what the
    checks measured. ``outline``: where it is wrong.
    """

    at: float
    mode: Mode
    codes: frozenset[str] = frozenset()
    nc: frozenset[str] = frozenset()
    numbers: Mapping[str, float] = field(default_factory=dict)
    outline: tuple[Box, ...] = ()
