"""The time that the gateway goes by, told by what it stores: a page that took another would show ages that are none."""

from collections.abc import Callable

from gateway.faults.steady import Steady

ASK_S = 5.0
# Further from the newest reading than this, the clock may be another than the gateway's.
JUMP_MS = 60_000
# Readings that come at the pace of time, all as far from now, are no backlog: so many of them in a row are believed.
BELIEVED = 4
PACE_MS = 15_000


class GatewayTime:
    """When called: Unix ms by which the gateway judges. It never jumps with the wall clock alone: where the two differ,
    and where readings keep coming from another time, the newest reading says by which the gateway goes.

    ``newest_ms``: its moment, None = there is none. Raises ClockError.
    """

    def __init__(
        self, newest_ms: Callable[[], int | None], wall_ms: Callable[[], int], mono_s: Callable[[], float]
    ) -> None:
        self._newest_ms, self._mono_s = newest_ms, mono_s
        self._steady = Steady(wall_ms, mono_s)
        self._newest = newest_ms()
        # Ahead of all readings it may well be right: nobody reported for long.
        self._steady.begin(self._newest, kept=None if self._newest is None else wall_ms() >= self._newest)
        self._asked_s = mono_s()
        self._gap_ms = self._times = 0
        self._led = False

    def __call__(self) -> int:
        """Now."""
        if self._mono_s() - self._asked_s >= ASK_S:
            self._asked_s = self._mono_s()
            self._ask()
        return self._steady()

    def _ask(self) -> None:
        before, self._newest = self._newest, self._newest_ms()
        if self._newest is None:
            return
        if abs(self._steady.off_ms()) > JUMP_MS:
            self._steady.take_nearer(self._newest)
        elif self._led:  # the clock agrees by now, and is more exact than a reading
            self._steady.begin(self._newest, kept=True)
            self._led = False
        if self._newest != before and self._keeps_coming_from_another_time(self._steady() - self._newest):
            self._steady.go_on_from(self._newest)
            self._led, self._times = True, 0

    def _keeps_coming_from_another_time(self, gap_ms: int) -> bool:
        """Whether a new reading, so far behind now, is one of several in a row."""
        if not self._times or abs(gap_ms - self._gap_ms) > PACE_MS:
            self._gap_ms, self._times = gap_ms, 0
        self._times += 1
        return self._times >= BELIEVED and abs(gap_ms) > JUMP_MS
