"""Quiet hours and the digest. Times of day are the village's own; moments are Unix ms."""

from gateway.dispatch.days import DAY_MS, MINUTE_MS, day_of, midnight_ms
from gateway.faults.times import DispatchTimes, minute_of

MINOR = 3


def is_night(times: DispatchTimes, at_ms: int) -> bool:
    """Whether a moment lies in ``[quiet_from, quiet_to)``; never, where the two are the same."""
    begin, end = minute_of(times.quiet_from) * MINUTE_MS, minute_of(times.quiet_to) * MINUTE_MS
    at = at_ms - midnight_ms(day_of(at_ms))
    return begin <= at < end if begin <= end else at >= begin or at < end


def digest_before(times: DispatchTimes, at_ms: int) -> int:
    """The newest digest, this moment included."""
    today = midnight_ms(day_of(at_ms)) + minute_of(times.digest_at) * MINUTE_MS
    return today if today <= at_ms else today - DAY_MS


def digest_next(times: DispatchTimes, at_ms: int) -> int:
    """The first digest after this moment."""
    return digest_before(times, at_ms) + DAY_MS


def due_ms(times: DispatchTimes, severity: int, at_ms: int) -> int:
    """When a letter of this moment may go: at once, but severity 3 of the quiet hours with the digest."""
    if severity < MINOR or not is_night(times, at_ms):
        return at_ms
    return digest_next(times, at_ms - 1)
