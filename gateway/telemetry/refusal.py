"""Which lines of a refused write are the bad ones: found by halving, since writing the good ones again does no harm."""

import re
from collections.abc import Callable, Sequence

from gateway.telemetry.base import Outcome
from gateway.telemetry.line import BadLine, cut, fields_of

# Requests for one batch; what is not sorted out by then is parked as it is, good lines with the bad, for `parked
# replay`: a batch must end, since others wait behind it.
MOST = 400
# Series that were refused are remembered, so that those beyond a limit of the server, which come with every batch, cost
# few requests: so many at most.
SUSPECTS = 100_000
# Both generations say how many lines the engine would not take; those that do not parse are not among them.
_DROPPED = re.compile(r"dropped=(\d+)")
# None: stored. Else the reason.
Post = Callable[[Sequence[str]], str | None]


class Sorting:
    """One batch, which was refused for a reason. What ``post`` raises leaves it.

    ``suspects``: series of which lines were refused before; it is added to.
    """

    def __init__(self, post: Post, suspects: set[str]) -> None:
        self._post, self._suspects, self._left = post, suspects, MOST
        self._found: list[str] = []

    def out(self, lines: Sequence[str], reason: str) -> Outcome:
        """Store the good lines; the others, each with its reason."""
        # What is refused for one reason looks alike, so it stands together then, and few halves hold both sorts.
        looks = {text: _look(text) for text in lines}
        order = sorted(lines, key=lambda text: (looks[text][3] in self._suspects, looks[text]))
        parked = self._part(order, reason)
        if len(self._suspects) > SUSPECTS:
            self._suspects.clear()
        self._suspects.difference_update(looks[text][3] for text in lines)
        self._suspects.update(looks[text][3] for text in self._found)
        return Outcome("ok", parked)

    def _part(self, lines: Sequence[str], reason: str) -> tuple[tuple[str, str], ...]:
        dropped = _DROPPED.search(reason)
        found = len(lines) == 1 or (dropped and int(dropped[1]) == len(lines))
        if found or self._left <= 0:
            self._found += lines if found else ()
            return tuple((text, reason) for text in lines)
        middle = len(lines) // 2
        bad: tuple[tuple[str, str], ...] = ()
        for half in (lines[:middle], lines[middle:]):
            self._left -= 1
            refused = self._post(half)
            if refused is not None:
                bad += self._part(half, refused)
        return bad


def _look(text: str) -> tuple[bool, str, tuple[str, ...], str]:
    """Whether it can be read, its measurement, the names of its fields, its series."""
    try:
        head, fields, _ = cut(text)
        return False, head.partition(",")[0], tuple(sorted(fields_of(fields))), head
    except BadLine:
        return True, "", (), text
