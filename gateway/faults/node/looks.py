"""Debounce and hysteresis of one row. The machine:

    (fine)     --bad-->                                 suspect
    suspect    --good-->                                (fine)
    suspect    --bad for long enough, often enough-->   confirmed
    confirmed  --good-->                                recovering
    recovering --bad-->                                 confirmed, the same episode
    recovering --good for long enough, twice-->         (fine), or cleared while a latch holds
    cleared    --bad-->                                 suspect, the same fault

Starts go back to the first bad look, ends to the first good one. Between two readings that are both within the limit no
news means no change, so what ran before goes on; after a silence only a reading whose own ``since`` reaches back does.
"""

from typing import NamedTuple

from msgspec.structs import replace

from contracts.states import State
from gateway.faults.node.memory import Row

# Event times jitter by the line's delay; within a second two moments are the same.
_SAME_MS = 1000


class Look(NamedTuple):
    """One reading as a row sees it.

    ``seen_ms`` event time of the reading before (None: the first); ``broken``: silence lies between; ``anew``: its
    ``looks`` began again; ``since_ms`` and ``looks`` of the reading as a whole.
    """

    at_ms: int
    seen_ms: int | None
    broken: bool
    anew: bool
    since_ms: int
    looks: int
    limit_ms: int


class Seen(NamedTuple):
    """A finding: bad since when, in how many looks, of how many needed."""

    state: State
    since_ms: int
    looks: int
    needed: int


def bad_look(row: Row | None, seen: Seen, look: Look) -> Row:
    """The row after a bad look."""
    if row is None or row.phase == "cleared":
        return _first(seen, look, latched=row is not None)
    if row.phase == "suspect":
        return _still(row, seen, look)
    row = replace(row, looks=seen.looks, hidden=False)
    if row.phase == "confirmed":
        return row
    anew = look.broken and not _reaches(seen.since_ms, look)
    bad_ms = seen.since_ms if anew else row.bad_ms
    return replace(row, phase="confirmed", bad_ms=bad_ms, good_ms=None, good=0, carried=0, sure_ms=None)


def _first(seen: Seen, look: Look, latched: bool) -> Row:
    enough_ms = look.at_ms if seen.looks >= seen.needed else None
    return Row("suspect", seen.state, seen.since_ms, seen.since_ms, seen.looks, enough_ms, latched=latched)


def _still(row: Row, seen: Seen, look: Look) -> Row:
    """A suspect row, bad again: the same stretch, or a new one after a good look that nobody reported."""
    looks = seen.looks
    if not _reaches(seen.since_ms, look):
        silence = seen.since_ms - (look.seen_ms or 0)
        # While something hid it nobody looked: the suspicion stands.
        if not row.hidden and (not look.broken or silence > look.limit_ms):
            return _first(seen, look, row.latched)
        looks += row.looks
    enough_ms = row.enough_ms
    if enough_ms is None and looks >= seen.needed:
        enough_ms = look.at_ms
    return replace(row, looks=looks, enough_ms=enough_ms, hidden=False)


def good_look(row: Row, look: Look) -> Row | None:
    """The row after a good look; None: fine."""
    if row.phase == "cleared":
        return replace(row, hidden=False)
    if row.phase == "suspect":
        return replace(row, phase="cleared", hidden=False) if row.latched else None
    if row.phase == "confirmed":
        return _recovering(row, look, row.bad_ms)
    if look.broken and not _reaches(look.since_ms, look):
        return _recovering(row, look, None)
    carried, base = (row.good, 1) if look.anew else (row.carried, row.base)
    good = carried + look.looks - base + 1
    sure_ms = look.at_ms if row.sure_ms is None and good >= 2 else row.sure_ms
    return replace(row, good=good, carried=carried, base=base, sure_ms=sure_ms, hidden=False)


def _recovering(row: Row, look: Look, bad_ms: int | None) -> Row:
    """``bad_ms`` None: what was bad before the silence is over already, nothing is added to it."""
    good_ms = look.since_ms if look.seen_ms is None else max(look.since_ms, look.seen_ms)
    return replace(
        row,
        phase="recovering",
        bad_ms=good_ms if bad_ms is None else bad_ms,
        good_ms=max(good_ms, row.since_ms),
        good=1,
        carried=0,
        base=look.looks,
        sure_ms=None,
        hidden=False,
    )


def _reaches(since_ms: int, look: Look) -> bool:
    """Whether what is seen now already held at the reading before."""
    return look.seen_ms is not None and since_ms < look.seen_ms + _SAME_MS


def due_ms(row: Row, wait_ms: int, keep_ms: int) -> int | None:
    """The moment at which the row is confirmed or cleared if nothing else is seen; None: there is none."""
    if row.hidden:
        return None
    if row.phase == "suspect" and row.enough_ms is not None:
        return max(row.since_ms + wait_ms, row.enough_ms)
    if row.phase == "recovering" and row.sure_ms is not None and row.good_ms is not None:
        return max(row.good_ms + keep_ms, row.sure_ms)
    return None


def passed(due: int, now_ms: int) -> bool:
    """Whether a deadline has fired: a look in its very second comes first."""
    return due // 1000 < now_ms // 1000
