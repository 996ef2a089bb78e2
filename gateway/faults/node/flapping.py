"""Flapping: a device, or a node's link, that changes its mind too often.

The last 20 readings as bits, the newest in bit 0, 1 = a change; weights 1.18 for the newest down to 0.80, the value is
100 x their sum / 20. It starts above 30 and stops at 25 or below (after Nagios's state change percentage).
"""

from typing import NamedTuple

from gateway.faults.rules import Rules

_LENGTH = 20
_MASK = (1 << _LENGTH) - 1
_WEIGHTS = tuple(118 - 2 * bit for bit in range(_LENGTH))


class Fed(NamedTuple):
    """The ring after one more reading, and whether it is flapping."""

    ring: int
    flapping: bool


def value(ring: int) -> float:
    """0 (steady) to 99 (nothing but changes)."""
    return sum(weight for bit, weight in enumerate(_WEIGHTS) if ring >> bit & 1) / _LENGTH


def feed(ring: int, flapping: bool, changed: bool, rules: Rules) -> Fed:
    """One more reading."""
    ring = (ring << 1 | changed) & _MASK
    if not ring:
        return Fed(0, False)
    now = value(ring)
    return Fed(ring, now > (rules.flapping_stop if flapping else rules.flapping_start))
