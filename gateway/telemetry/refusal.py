"""Which lines of a refused write are the bad ones: found by halving, since writing the good ones again does no harm."""

import re
from collections.abc import Callable, Sequence

from gateway.telemetry.base import Outcome
from gateway.telemetry.line import BadLine, cut, fields_of

# Requests for one batch; what is not sorted out by then is parked as it is, good lines with the bad, for `parked
# replay`: a batch must end, since others wait behind it.
MOST = 400
# Both generations say how many lines the engine would not take; those that do not parse are not among them.
_DROPPED = re.compile(r"dropped=(\d+)")
# None: stored. Else the reason.
Post = Callable[[Sequence[str]], str | None]


class Sorting:
    """One batch, all of which was refused for ``reason``. What ``post`` raises leaves it."""

    def __init__(self, post: Post) -> None:
        self._post, self._left = post, MOST

    def out(self, lines: Sequence[str], reason: str) -> Outcome:
        """Store the good lines; the others, each with its reason."""
        # What is refused for one reason looks alike, so it stands together then, and few halves hold both sorts.
        return Outcome("ok", self._part(sorted(lines, key=_look), reason))

    def _part(self, lines: Sequence[str], reason: str) -> tuple[tuple[str, str], ...]:
        dropped = _DROPPED.search(reason)
        if len(lines) == 1 or (dropped and int(dropped[1]) == len(lines)) or self._left <= 0:
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
