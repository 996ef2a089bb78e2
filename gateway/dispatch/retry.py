"""When a letter that was not taken is tried again."""

from gateway.dispatch.words import Failed
from gateway.faults.times import DispatchTimes


def next_try_ms(
    times: DispatchTimes, failed: Failed, attempts: int, due_ms: int, now_ms: int, share: float
) -> int | None:
    """The next attempt after ``attempts`` (>= 1); None: it is given up.

    Doubled each time up to the longest, of which ``share`` (0 to 1) takes away up to half, so that all who failed at
    one moment do not come back at one moment. Never before the vendor wants it.
    """
    if not failed.recoverable or now_ms - due_ms >= times.retry_for_s * 1000:
        return None
    wait_s = min(times.retry_longest_s, times.retry_first_s * 2.0 ** min(attempts - 1, 30)) * (1 - share / 2)
    return now_ms + round(max(wait_s, failed.retry_after_s or 0) * 1000)
