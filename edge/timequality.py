"""Whether the wall clock can be trusted: a node has no clock battery of its own."""

import ctypes
from functools import cache
from pathlib import Path

from contracts.messages import TimeQuality

_TIME_ERROR = 5  # adjtimex(2): the clock is not synchronised
_RTC = Path("/dev/rtc0")


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None)


def quality() -> TimeQuality:
    """``ntp`` if the kernel's clock is being kept in step, else ``rtc`` if there is a hardware clock, else ``none``."""
    adjtimex = getattr(_libc(), "adjtimex", None)
    # struct timex, all zero, only asks; it is 208 bytes long on 64-bit Linux.
    state = adjtimex(ctypes.create_string_buffer(256)) if adjtimex else -1
    if state not in {-1, _TIME_ERROR}:
        return "ntp"
    return "rtc" if _RTC.exists() else "none"
