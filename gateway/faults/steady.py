"""A clock that one can judge by: it never jumps while it runs, and at its start it is not believed what cannot be.

Everything that is judged and kept hangs on it: by a clock of 1970 each new interval would take the place of all that is
stored, and by one of next year all that is kept for a year would be old. Where the computer's clock cannot be right,
time goes on from the newest moment that is stored, as if nothing had passed while nobody was here.
"""

from collections.abc import Callable

FOLLOW_MS = 1_000
# 2026-01-01: nothing of this was ever run before.
EARLIEST_MS = 1_767_225_600_000
# As far as a clock that the system does not keep in step may stand behind what is stored, or before it.
BEHIND_MS = 3_600_000
AHEAD_MS = 31 * 86_400_000


class ClockError(Exception):
    """The computer's clock cannot be right, and nothing is stored to go on from; the text says what to do."""


class Steady:
    """Unix ms, when called: follows small corrections of the wall clock and ignores jumps, since a step of a day must
    not look like a day's silence. A jump is taken at the next start.

    :attr:`doubt`: why the wall clock is not believed; empty if it is.
    """

    def __init__(self, wall_ms: Callable[[], int], mono_s: Callable[[], float]) -> None:
        self._wall_ms, self._mono_s = wall_ms, mono_s
        self.doubt = ""
        self._zero_ms = wall_ms() - self._passed_ms()

    def __call__(self) -> int:
        """Now."""
        passed = self._passed_ms()
        drift = self._wall_ms() - passed - self._zero_ms
        if abs(drift) <= FOLLOW_MS:
            self._zero_ms += drift
        return self._zero_ms + passed

    def begin(self, last_ms: int | None, kept: bool | None) -> None:
        """Go on from what is stored. ``last_ms``: the newest moment there, None = nothing is; ``kept``: whether the
        system keeps the clock in step, None = it does not say.

        Raises ClockError.
        """
        wall_ms = self._wall_ms()
        self.doubt = _doubt(wall_ms, last_ms, kept)
        if self.doubt and last_ms is None:
            raise ClockError(f"{self.doubt}; set it (timedatectl set-time), or let chrony do it, and start again")
        self._zero_ms = (last_ms if self.doubt and last_ms is not None else wall_ms) - self._passed_ms()

    def settle(self, kept: bool | None) -> bool:
        """Take the wall clock if it was doubted and is believed by now; whether that was so: then time has jumped."""
        if not self.doubt or _doubt(self._wall_ms(), self(), kept):
            return False
        self.doubt, self._zero_ms = "", self._wall_ms() - self._passed_ms()
        return True

    def off_ms(self) -> int:
        """By how much the wall clock is ahead."""
        return self._wall_ms() - self()

    def take_nearer(self, at_ms: int) -> None:
        """Take the wall clock if it is nearer to ``at_ms``, where another process says that now is."""
        if abs(self._wall_ms() - at_ms) < abs(self() - at_ms):
            self.doubt, self._zero_ms = "", self._wall_ms() - self._passed_ms()

    def go_on_from(self, at_ms: int) -> None:
        """Take ``at_ms`` for now, whatever the wall clock says: another process, which is asked, goes by it."""
        self._zero_ms = at_ms - self._passed_ms()

    def _passed_ms(self) -> int:
        return int(self._mono_s() * 1000)


def _doubt(wall_ms: int, last_ms: int | None, kept: bool | None) -> str:
    if wall_ms < EARLIEST_MS:
        return "the computer's clock stands before 2026"
    if last_ms is None or kept or -BEHIND_MS <= wall_ms - last_ms <= AHEAD_MS:
        return ""
    hours = round(abs(wall_ms - last_ms) / BEHIND_MS)
    where = "behind" if wall_ms < last_ms else "ahead of"
    return f"the computer's clock is {hours} h {where} what is stored, and is not kept in step"
