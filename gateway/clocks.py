"""When a record happened, by the gateway's clock.

A node may have no clock battery; its wall time is believed only where nothing better is known.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Literal, Protocol

from msgspec import Struct

from contracts.messages import Up

Source = Literal["age", "wall", "mono", "order"]
FLAG_MS = 5_000
TRUST_MS = 60_000
JITTER_MS = 100
BOOTS_KEPT = 8
_CHINA = timezone(timedelta(hours=8))


class Clocks(Protocol):
    """``now_ms``: Unix ms by a clock that never jumps; ``mono_s``: seconds of a monotonic one."""

    @property
    def now_ms(self) -> Callable[[], int]:
        """Unix milliseconds."""
        ...

    @property
    def mono_s(self) -> Callable[[], float]:
        """Seconds."""
        ...


def stamp(at_ms: int) -> str:
    """A moment as the journal writes it: ISO 8601 in China's time."""
    return datetime.fromtimestamp(at_ms / 1000, _CHINA).isoformat(timespec="milliseconds")


class NodeClock(Struct, frozen=True):
    """What is known of a node's clocks: ``offsets`` boot -> Unix ms at its monotonic zero; ``skews`` boot -> its wall
    clock less ours; newest time."""

    offsets: Mapping[str, int] = {}
    skews: Mapping[str, int] = {}
    last_ms: int | None = None


class When(Struct, frozen=True):
    """A record's moment (Unix ms), how it is known, and the node's wall clock less ours (ms, None = unknown).

    ``order``: only its order is known.
    """

    event_ms: int
    source: Source
    skew_ms: int | None = None

    @property
    def unsure(self) -> bool:
        """Only its order is known."""
        return self.source == "order"


def moment(clock: NodeClock, up: Up, received_ms: int) -> tuple[NodeClock, When]:
    """The moment of ``up``.

    Moments of one card never run backwards: its numbering is a better witness than milliseconds on the way.
    """
    raw, source, skew = _estimate(clock, up, received_ms)
    floor = raw if clock.last_ms is None else max(raw, clock.last_ms)
    event_ms = max(0, min(floor, received_ms))
    offsets, skews = clock.offsets, clock.skews
    if source in ("age", "wall"):
        offsets = _noted(offsets, up.boot, raw - up.mono)
    if skew is not None:
        skews = _noted(skews, up.boot, skew)
    return NodeClock(offsets, skews, event_ms), When(event_ms, source, skew)


def _estimate(clock: NodeClock, up: Up, received_ms: int) -> tuple[int, Source, int | None]:
    if up.age_ms is not None:
        raw = received_ms - up.age_ms
        return raw, "age", up.ts - raw
    believed = up.tq != "none" and abs(clock.skews.get(up.boot, 0)) <= TRUST_MS and up.ts <= received_ms + TRUST_MS
    if believed:
        return up.ts, "wall", None
    if up.boot in clock.offsets:
        return clock.offsets[up.boot] + up.mono, "mono", None
    return received_ms if clock.last_ms is None else clock.last_ms, "order", None


def _noted(known: Mapping[str, int], boot: str, value: int) -> Mapping[str, int]:
    """``known`` with ``boot`` last, and the oldest boots forgotten; unchanged where it differs only by the way's
    jitter."""
    before = known.get(boot)
    if before is not None and abs(value - before) < JITTER_MS:
        return known
    others = [(key, old) for key, old in known.items() if key != boot]
    return dict([*others[-(BOOTS_KEPT - 1) :], (boot, value)])
