"""How far cameras' clocks are off, as their nodes measure it a few times a day and say with every reading."""

from collections.abc import Iterator

from contracts.messages import Up
from gateway.clocks import FLAG_MS, When
from gateway.draft import Work
from gateway.store import CameraClock

METRIC = "clock_off_s"
# The same error again is kept so often.
AGAIN_MS = 6 * 3_600_000


def news(work: Work, up: Up, when: When) -> Iterator[CameraClock]:
    """What a record says anew; nothing where the node's own clock, against which it is measured, is in doubt."""
    if up.tq == "none" or when.unsure or abs(when.skew_ms or 0) > FLAG_MS:
        return
    for reading in up.r:
        off_s = reading.m.get(METRIC)
        if off_s is None:
            continue
        now, last = (when.event_ms, round(off_s * 1000)), work.cameras.get(reading.d)
        if last is None or last[1] != now[1] or now[0] >= last[0] + AGAIN_MS:
            work.cameras = {**work.cameras, reading.d: now}
            yield CameraClock(reading.d, *now)
