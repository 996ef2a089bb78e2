"""The statement of one device over a window: every second accounted for, and a hash that it can be checked by later.

Whatever is printed of it (text, JSON, a page, PDF) is printed from a :class:`Statement`.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec
from msgspec import Struct

from contracts.inventory import Camera, Name, Place, Village
from contracts.topics import GATEWAY
from gateway.store import FaultSpan, MonthHead, Store
from gateway.uptime import Uptime, targets, uptime
from gateway.uptime.figures import figures
from gateway.uptime.months import digest, iso, month_at
from gateway.uptime.statement import Line, statement

GAP, CLOCK, OWN_CLOCK = "not_recorded", "clock_off", "gateway_clock_off"
# A clock is measured a few times a day; what was measured longer ago says nothing of now.
MEASURED_WITHIN_MS = 24 * 3_600_000


class Asked(Struct, frozen=True):
    """A window of a device, Unix ms. ``cut``: it was asked for longer, into the future. ``code``: the GB/T 28181 code
    of a camera that the inventory does not know any more."""

    place: Place
    from_ms: int
    to_ms: int
    cut: bool = False
    code: str | None = None


class Clock(Struct, frozen=True):
    """What is known of clocks, in half-open stretches of Unix ms, None = still.

    ``measured``: when the camera's clock was measured, and by how many ms it was fast then: the newest before the
    window, if it is at most a day older, and each other error within. ``camera_off``: it was reported as more than a
    minute off. ``ours_off``: the gateway's own was not kept in step, so that no time here is sure.
    """

    measured: tuple[tuple[int, int], ...] = ()
    camera_off: tuple[tuple[int, int | None], ...] = ()
    ours_off: tuple[tuple[int, int | None], ...] = ()

    @property
    def word(self) -> Literal["measured", "off", "not_measured"]:
        """What to say of the camera's clock."""
        if self.camera_off:
            return "off"
        return "measured" if self.measured else "not_measured"

    @property
    def errors_ms(self) -> tuple[int, int] | None:
        """The smallest and the largest error that was measured; None: none was."""
        errors = [error for _, error in self.measured]
        return (min(errors), max(errors)) if errors else None


class MonthOf(Struct, frozen=True):
    """A month that the window lies in: its newest frozen revision, None while it is provisional."""

    month: str
    revision: int | None = None
    hash: str | None = None


class Statement(Struct, frozen=True):
    """One device over ``[from_ms, to_ms)``. ``lines``: every second once, in order. ``first_ms``: when it first spoke,
    None = never. ``code``: a camera's GB/T 28181 code. ``months``: one more at each month's cut.
    """

    village: str
    place: Name
    device: str
    kind: str
    name: Name
    junction: str
    code: str | None
    from_ms: int
    to_ms: int
    cut: bool
    lines: tuple[Line, ...]
    found: Uptime
    clock: Clock
    months: tuple[MonthOf, ...]
    first_ms: int | None

    @property
    def body(self) -> bytes:
        """Its canonical bytes."""
        return msgspec.json.encode(plain(self), order="sorted")

    @property
    def hash(self) -> str:
        """SHA-256 of :attr:`body`."""
        return digest(self.body)


def draw(store: Store, village: Village, asked: Asked) -> Statement:
    """Reads the store. Raises StoreError."""
    device, period = asked.place.device, (asked.from_ms, asked.to_ms)
    found = uptime(store.intervals(device, *period), *period, store.windows(targets(asked.place), *period))
    spans = store.fault_spans({device, GATEWAY}, *period)
    return Statement(
        village.id,
        village.name,
        device,
        asked.place.kind,
        asked.place.name,
        asked.place.junction,
        asked.code or _code(village, device),
        *period,
        asked.cut,
        tuple(statement(found, _of(spans, device, GAP))),
        found,
        Clock(tuple(_measured(store, device, *period)), _of(spans, device, CLOCK), _of(spans, GATEWAY, OWN_CLOCK)),
        tuple(_months(store.month_heads(), *period)),
        store.first_interval_ms(device),
    )


def plain(drawn: Statement) -> dict[str, object]:
    """What the hash covers, as JSON values: times in China's time, seconds by class, and every stretch."""
    return {
        "village": drawn.village,
        "device": drawn.device,
        "kind": drawn.kind,
        "name": {"zh": drawn.name.zh, "en": drawn.name.en},
        "code": drawn.code,
        "from": iso(drawn.from_ms),
        "to": iso(drawn.to_ms),
        "first": None if drawn.first_ms is None else iso(drawn.first_ms),
        **figures(drawn.found),
        "known_without_mains": _number(drawn.found),
        "degraded": drawn.found.degraded,
        "weather": drawn.found.weather,
        "down_by": drawn.found.down_by,
        "unknown_by": drawn.found.unknown_by,
        "degraded_by": drawn.found.degraded_by,
        "late": [[one.target, iso(one.from_ms), iso(one.known_ms)] for one in drawn.found.late],
        "clock": {
            "measured": [{"at": iso(at_ms), "error_ms": error_ms} for at_ms, error_ms in drawn.clock.measured],
            "camera_off": _stretches(drawn.clock.camera_off),
            "ours_off": _stretches(drawn.clock.ours_off),
        },
        "months": [{"month": one.month, "revision": one.revision, "hash": one.hash} for one in drawn.months],
        "lines": [_line(line) for line in drawn.lines],
    }


def _line(line: Line) -> Mapping[str, object]:
    span = line.span
    bounds = {"from": iso(span.from_s * 1000), "to": iso(span.to_s * 1000), "seconds": span.seconds}
    seen = {"class": span.cls, "state": span.state, "code": span.code, "cause": span.cause}
    return {**bounds, **seen, "recording": line.footage}


def _number(found: Uptime) -> float | None:
    without = found.known_without_mains
    return None if without is None else float(without)


def _stretches(found: Iterable[tuple[int, int | None]]) -> list[list[str | None]]:
    return [[iso(begin), None if end is None else iso(end)] for begin, end in found]


def _of(spans: Iterable[FaultSpan], asset: str, code: str) -> tuple[tuple[int, int | None], ...]:
    return tuple((one.from_ms, one.to_ms) for one in spans if (one.asset, one.code) == (asset, code))


def _measured(store: Store, device: str, from_ms: int, to_ms: int) -> Iterable[tuple[int, int]]:
    for one in store.camera_clocks(device, from_ms, to_ms):
        if one.at_ms >= from_ms - MEASURED_WITHIN_MS:
            yield one.at_ms, one.error_ms


def _months(heads: Sequence[MonthHead], from_ms: int, to_ms: int) -> Iterable[MonthOf]:
    newest = {head.month: head for head in sorted(heads, key=lambda head: head.revision)}
    month = month_at(from_ms)
    while month.from_ms < max(to_ms, from_ms + 1):
        head = newest.get(month.name)
        yield MonthOf(month.name) if head is None else MonthOf(month.name, head.revision, head.hash)
        month = month_at(month.to_ms)


def _code(village: Village, device: str) -> str | None:
    cameras = (one for _, _, node in village.nodes() for one in node.devices if isinstance(one, Camera))
    return next((one.gb28181 for one in cameras if one.id == device), None)
