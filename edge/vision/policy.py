"""From windows to what is told: K of the newest N windows, and attention for a view that is partly hidden for long."""

from collections import deque
from dataclasses import dataclass

from contracts.picture import PictureLimits
from edge.vision.window import Window

CODES = frozenset(
    {"black", "over_exposed", "blur", "occluded", "moved", "view_lost", "noise", "snow", "cast", "stripes", "flicker"}
)
# A still picture proves nothing by itself: it is suspected, never found.
SUSPECTED = frozenset({"frozen"})
ATTENTION = "attention"
# A change of the view is judged as a whole.
_TOGETHER = {"view_lost": "moved"}


@dataclass(frozen=True, slots=True)
class Told:
    """``codes`` that stand, those ``suspected``, ``nc`` not checkable, and whether the view is worth ``attention``."""

    codes: frozenset[str]
    suspected: frozenset[str]
    nc: frozenset[str]
    attention: bool


class Policy:
    """Windows in, oldest first. A window that cannot check a code says nothing about it."""

    def __init__(self, limits: PictureLimits) -> None:
        self._limits = limits
        self._verdicts: dict[str, deque[bool]] = {
            code: deque(maxlen=limits.confirm_of) for code in (*CODES, *SUSPECTED, ATTENTION)
        }
        self._nc: frozenset[str] = CODES | SUSPECTED
        self._hidden_since: float | None = None
        self._at = 0.0

    def take(self, window: Window) -> None:
        """Count ``window``."""
        self._at, self._nc = window.at, window.nc
        for code in (CODES | SUSPECTED) - {"flicker"}:
            if _TOGETHER.get(code, code) not in window.nc or code in window.codes:
                self._verdicts[code].append(code in window.codes)
        if "covered" in window.numbers and "occluded" not in window.nc:
            self._verdicts[ATTENTION].append(window.numbers["covered"] >= self._limits.attention_share)
        if not self._counts(ATTENTION):
            self._hidden_since = None
        elif self._hidden_since is None:
            self._hidden_since = window.at

    def flicker(self, seen: bool | None) -> None:
        """Count a burst; one that could not tell says nothing."""
        if seen is not None:
            self._verdicts["flicker"].append(seen)

    def is_calm(self) -> bool:
        """Whether no fault stands or is even suspected: only then may anything be learned."""
        return not any(any(verdicts) for verdicts in self._verdicts.values())

    def told(self) -> Told:
        """What is to be told now."""
        standing = frozenset(code for code in self._verdicts if self._counts(code))
        hidden = self._hidden_since is not None and self._at - self._hidden_since >= self._limits.attention_s
        # It shows in consecutive frames alone, and not every source gives them.
        nc = self._nc if self._verdicts["flicker"] else self._nc | {"flicker"}
        return Told(standing & CODES - self._nc, standing & SUSPECTED, nc, hidden)

    def _counts(self, code: str) -> bool:
        return sum(self._verdicts[code]) >= self._limits.confirm
