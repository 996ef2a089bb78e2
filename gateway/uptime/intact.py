"""完好率: how many devices are intact, at a moment and over time, from the stretches in which faults were open."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from msgspec import Struct

from gateway.uptime.figures import percent

# Classes of faults that make a device not intact. Class power is not the device's own: the mains are away.
INTACT_CLASSES = frozenset({"safety", "function", "picture", "link"})
Stretch = tuple[int, int | None]


class Standing(Struct, frozen=True):
    """One device: when it had an open fault of an intact class, and when it was out of service.

    Half-open ``(from_ms, to_ms)``, None = still; they may overlap and come in any order.
    """

    faulty: Sequence[Stretch] = ()
    out: Sequence[Stretch] = ()


class Share(Struct, frozen=True):
    """``part`` of ``whole``: devices at a moment, seconds over a period."""

    part: int
    whole: int

    @property
    def percent(self) -> Decimal | None:
        """Rounded half-even to 3 decimals; None if nothing was in service."""
        return percent(self.part, self.whole)


def intact_at(devices: Iterable[Standing], at_ms: int) -> Share:
    """Devices without an open fault, of those in service at ``at_ms``."""
    serving = [device for device in devices if not _within(device.out, at_ms)]
    return Share(sum(1 for device in serving if not _within(device.faulty, at_ms)), len(serving))


def intact_over(devices: Iterable[Standing], from_ms: int, to_ms: int) -> Share:
    """The same weighted by time, in whole seconds of all devices together."""
    part = whole = 0
    for device in devices:
        out = _seconds(device.out, from_ms, to_ms)
        neither = _seconds([*device.out, *device.faulty], from_ms, to_ms)
        whole += to_ms // 1000 - from_ms // 1000 - out
        part += to_ms // 1000 - from_ms // 1000 - neither
    return Share(part, whole)


def _within(stretches: Sequence[Stretch], at_ms: int) -> bool:
    return any(start <= at_ms and (end is None or at_ms < end) for start, end in stretches)


def _seconds(stretches: Sequence[Stretch], from_ms: int, to_ms: int) -> int:
    """Seconds of the period that any of them covers."""
    total, at = 0, from_ms // 1000
    for start, end in sorted(stretches, key=lambda stretch: stretch[0]):
        until = (to_ms if end is None else min(end, to_ms)) // 1000
        total += max(0, until - max(start // 1000, at))
        at = max(at, until)
    return total
