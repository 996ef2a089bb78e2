"""A series from points and rollups: the coarse from what is already added up, the old from what is still there.

Pure, over a store's answer to one question: sums and counts of one field, by step.
"""

from collections.abc import Callable, Iterator

from gateway.telemetry.base import Step
from gateway.telemetry.rollup import DAY, FIVE, Level, Sum

# None: points. Begin and end, end not included, and the step; by the begin of each step that holds something.
Ask = Callable[[Level | None, int, int, int], dict[int, Sum]]
# So many gaps are asked for one by one.
_GAPS = 8
_Span = tuple[int, int]


def series(ask: Ask, from_ms: int, to_ms: int, step_ms: int) -> list[Step]:
    """Means of steps that hold something; ``step_ms`` apart where points or fine enough rollups are still there, else
    five minutes or a day apart."""
    if step_ms % FIVE.step_ms == 0:
        found = _coarse(ask, from_ms, to_ms, step_ms)
    else:
        found = ask(None, from_ms, to_ms, step_ms)
        found = _older(ask, FIVE, from_ms, min(found, default=to_ms), FIVE.step_ms) | found
    found = _older(ask, DAY, from_ms, min(found, default=to_ms), max(step_ms, DAY.step_ms)) | found
    return [Step(t, one.sum / one.count, one.min, one.max) for t, one in sorted(found.items()) if one.count]


def _older(ask: Ask, level: Level, from_ms: int, to_ms: int, step_ms: int) -> dict[int, Sum]:
    """Windows that lie in ``[from_ms, to_ms)``."""
    begin, end = level.next(from_ms), level.begin(to_ms)
    return ask(level, begin, end, step_ms) if begin < end else {}


def _coarse(ask: Ask, from_ms: int, to_ms: int, step_ms: int) -> dict[int, Sum]:
    """From rollups where all of a step's are there; of the others whichever knows more, the rollups or the points."""
    begin, end = FIVE.next(from_ms), FIVE.begin(to_ms)
    rolled = ask(FIVE, begin, end, step_ms) if begin < end else {}
    whole = []
    for t, sum_ in rolled.items():
        first, last = max(t, from_ms), min(t + step_ms, to_ms)
        if begin <= first and last <= end and sum_.windows * FIVE.step_ms == last - first:
            whole.append(t)
    for gap in _few(list(_gaps(sorted(whole), from_ms, to_ms, step_ms))):
        for t, sum_ in ask(None, *gap, step_ms).items():
            if t not in rolled or sum_.count > rolled[t].count:
                rolled[t] = sum_
    return rolled


def _gaps(whole: list[int], from_ms: int, to_ms: int, step_ms: int) -> Iterator[_Span]:
    """What lies between the steps that are whole."""
    at = from_ms
    for t in whole:
        if at < t:
            yield at, t
        at = t + step_ms
    if at < to_ms:
        yield at, to_ms


def _few(gaps: list[_Span]) -> list[_Span]:
    """Many gaps as one, but the last, which is often the hour at hand."""
    return gaps if len(gaps) <= _GAPS else [(gaps[0][0], gaps[-2][1]), gaps[-1]]
