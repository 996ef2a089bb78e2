"""The storm guard and what is told in one text: which letter of a channel goes next, and what joins it.

A recipient gets at most ``storm_messages`` letters within ``storm_window_s``. The last of them is a summary of all that
wait, and what comes after it waits for the window to move on: later, never not at all. Severity 1 is outside.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from gateway.faults.times import DispatchTimes

DIGEST = "digest:"


class Waiting(Struct, frozen=True):
    """One row that may be sent now. ``fresh``: it was never tried, so its words may still go into another's text."""

    id: int
    recipient: str
    severity: int
    bundle: str
    due_ms: int
    fresh: bool = True


class Choice(Struct, frozen=True):
    """``lead`` goes next, with the words of ``joined``; ``lead`` None: a new letter of ``kind`` for all of them."""

    lead: int | None
    joined: tuple[int, ...] = ()
    kind: Literal["summary", "digest"] | None = None


def choose(waiting: Iterable[Waiting], counted: Mapping[str, int], times: DispatchTimes) -> Choice | None:
    """What goes next; None: nothing may. ``counted``: letters that a recipient had within the window."""
    order = sorted(waiting, key=lambda row: (row.severity, row.due_ms, row.id))
    of: dict[str, list[Waiting]] = {}
    for row in order:
        of.setdefault(row.recipient, []).append(row)
    for row in order:
        left = times.storm_messages - counted.get(row.recipient, 0)
        if row.severity == 1 or left > 0:
            return _letter(row, of[row.recipient], left)
    return None


def _letter(row: Waiting, mine: Sequence[Waiting], left: int) -> Choice:
    if not row.fresh:
        return Choice(row.id)
    together = [other for other in mine if other.fresh and other.bundle == row.bundle and row.bundle]
    if row.severity > 1 and row.bundle.startswith(DIGEST):
        return Choice(None, tuple(other.id for other in together), "digest")
    calm = [other for other in mine if other.fresh and other.severity > 1]
    if row.severity > 1 and left == 1 and len(calm) > max(1, len(together)):
        return Choice(None, tuple(other.id for other in calm), "summary")
    return Choice(row.id, tuple(other.id for other in together if other.id != row.id))
