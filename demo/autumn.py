"""The weeks before the afternoon of :mod:`demo.afternoon`: what the cameras' months, the work orders' times and the
archive show. October is frozen, and late data made a second revision of it.
"""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from contracts.inventory import Village
from contracts.states import State
from gateway.faults.catalogue import entry
from gateway.faults.order import PersonMove
from gateway.months import freeze
from gateway.store import (
    Batch,
    DueOrder,
    FaultAcknowledge,
    FaultEnd,
    FaultOpen,
    FaultRoot,
    IntervalFill,
    IntervalRow,
    MoveWish,
    OrderMove,
    Store,
    WindowSet,
)

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
# The first of October and of November 2026 in China, and the mornings on which October was frozen.
OCTOBER, NOVEMBER = 1_790_784_000_000, 1_793_462_400_000
FROZEN, AGAIN = NOVEMBER + 4 * DAY + 5 * MINUTE, NOVEMBER + 8 * DAY + 9 * HOUR
BY = "maintenance-1"


class Piece(NamedTuple):
    """From when, in hours since October began, and for how long a camera was what."""

    at_h: float
    for_h: float
    state: State
    code: str | None = None
    cause: str | None = None


# October, hours since its beginning; all else is up.
_OCTOBER: dict[str, tuple[Piece, ...]] = {
    "cam-03": (Piece(200, 16.5, "down", "frozen"), Piece(455, 3, "degraded", "blur")),
    "cam-06": (Piece(333, 31, "unknown", None, "lost"),),
    "cam-07": (Piece(340, 32, "unknown", None, "lost"),),
    "cam-08": (Piece(275, 9, "degraded", "moved"),),
    "cam-10": (Piece(76, 6, "down", "unreachable"), Piece(520, 2, "down", None, "mains")),
    "cam-11": (Piece(432, 158, "down", "black"), Piece(30, 1, "degraded", "noise")),
    "cam-12": (Piece(610, 1.25, "down", "occluded"),),
    "cam-13": (Piece(96, 120, "unknown", None, "lost"),),
    "cam-15": (Piece(520, 2, "down", None, "mains"), Piece(88, 0.5, "down", "stalled")),
    "cam-16": (Piece(520, 2, "down", None, "mains"),),
    "cam-18": (Piece(0, 170, "unknown", None, "never_seen"),),
    "cam-20": (Piece(650, 5, "down", "over_exposed"), Piece(700, 12, "degraded", "snow")),
}
# November up to a week before the afternoon, hours since its beginning.
_NOVEMBER: dict[str, tuple[Piece, ...]] = {
    "cam-04": (Piece(120, 2.5, "down", "stalled"),),
    "cam-09": (Piece(168.25, 0.42, "down", "frozen"),),
    "cam-14": (Piece(50, 40, "unknown", None, "lost"),),
    "cam-17": (Piece(240, 7, "degraded", "cast"),),
    "cam-19": (Piece(300, 3, "down", "occluded"),),
    "cam-20": (Piece(300.1, 3, "degraded", "moved"),),
}
# A node had kept what its camera did while the line was down, and brought it on 8 November.
LATE = IntervalFill("cam-06", OCTOBER + 333 * HOUR, OCTOBER + 341 * HOUR, "down", "frozen")


def pieces(device: str) -> Iterator[tuple[int, State, str | None, str | None]]:
    """What a camera was since October, as beginnings; nothing for what is no camera."""
    if not device.startswith("cam-"):
        return
    if all(piece.at_h for piece in _OCTOBER.get(device, ())):
        yield OCTOBER, "up", None, None
    for begin, listed in ((OCTOBER, _OCTOBER), (NOVEMBER, _NOVEMBER)):
        for piece in sorted(listed.get(device, ())):
            yield begin + round(piece.at_h * HOUR), piece.state, piece.code, piece.cause
            yield begin + round((piece.at_h + piece.for_h) * HOUR), "up", None, None


def rows(device: str, until_ms: int) -> Iterator[IntervalRow]:
    """The same as intervals that end at ``until_ms``."""
    found = sorted(piece for piece in pieces(device) if piece[0] < until_ms)
    ends = [*(start for start, *_ in found[1:]), until_ms] if found else []
    for (start, state, code, cause), end in zip(found, ends, strict=True):
        if start < end:
            yield IntervalRow(device, start, end, state, code, cause)


def windows() -> Iterator[WindowSet]:
    """Work that was planned in time, work that was not, and a camera out of service."""
    yield WindowSet("planned", "j-10", OCTOBER + 500 * HOUR, OCTOBER + 516 * HOUR, OCTOBER + 400 * HOUR, BY)
    yield WindowSet("planned", "j-12", OCTOBER + 610 * HOUR, OCTOBER + 614 * HOUR, OCTOBER + 611 * HOUR, BY)
    yield WindowSet("out_of_service", "cam-14", OCTOBER + 560 * HOUR, OCTOBER + 744 * HOUR, OCTOBER + 560 * HOUR, BY)


def freeze_october(store: Store, place: Village) -> None:
    """As the gateway does on the fifth, and once more when late data have come."""
    freeze(store, place, FROZEN)
    store.record(Batch(at_ms=AGAIN - HOUR, intervals=[LATE]))
    freeze(store, place, AGAIN)


class Past(NamedTuple):
    """A fault that is over. Minutes from its opening to each step; None: nobody made it."""

    asset: str
    code: str
    opened_ms: int
    taken: float | None
    on_site: float | None
    fixed: float | None
    over: float


def _pasts() -> Iterator[Past]:
    """Those of three months: their times are spread as real ones are, a few long ones among many short."""
    codes = ("frozen", "unreachable", "blur", "black", "stalled")
    for n in range(42):
        code, spread = codes[n % 5], (n * 7 % 11) / 10
        opened = OCTOBER - 25 * DAY + n * 41 * HOUR + n % 7 * 23 * MINUTE
        taken = 4 + 21 * spread + 90 * (n % 13 == 0)
        there = taken + 35 + 80 * spread if n % 6 else None
        fixed = None if there is None else there + 20 + 70 * spread
        yield Past(f"cam-{n % 19 + 1:02d}", code, opened, taken if n % 9 else None, there, fixed, (fixed or 200) + 4)


def orders(store: Store, place: Village) -> None:
    """Work orders of the weeks before, and a road of which two cameras were touched."""
    for past in _pasts():
        if past.opened_ms + past.over * MINUTE < NOVEMBER + 20 * DAY:
            _order(store, place, past)
    _sabotage(store, place)


def _order(store: Store, place: Village, past: Past) -> None:
    row, there, opened = entry(past.code), place.places()[past.asset], past.opened_ms
    over = opened + round(past.over * MINUTE)
    store.record(
        Batch(
            at_ms=opened,
            faults=[
                FaultOpen(past.asset, there.kind, there.junction, past.code, None, row.severity, opened, latched=False)
            ],
        )
    )
    number = next(one.id for one in store.faults("open", 50)[0] if (one.asset, one.code) == (past.asset, past.code))
    if past.taken is not None:
        at_ms = opened + round(past.taken * MINUTE)
        store.record(Batch(at_ms=at_ms, faults=[FaultAcknowledge(number, BY, at_ms, None, measured_dead=False)]))
        steps: tuple[tuple[PersonMove, float | None], ...] = (("on_site", past.on_site), ("fixed", past.fixed))
        for move, after in steps:
            if after is not None:
                at_ms = opened + round(after * MINUTE)
                asked = store.add_input("move", msgspec.json.encode(MoveWish(number, move)), BY, None, at_ms)
                store.record(Batch(at_ms=at_ms, faults=[OrderMove(number, move, BY, at_ms, asked)]))
    store.record(Batch(at_ms=over, faults=[FaultEnd(past.asset, past.code, None, over, over)]))
    fault = store.fault(number)
    if fault is not None and fault.order_state != "open":
        store.move_orders([DueOrder(number, fault.version, "verified")], over + 30 * MINUTE)


def _sabotage(store: Store, place: Village) -> None:
    """On 13 November two cameras of one road, four minutes after one another."""
    known, begun = place.places(), NOVEMBER + 300 * HOUR
    road, asset = "r-border", ("cam-19", "cam-20")
    told = [("occluded", begun), ("moved", begun + 6 * MINUTE)]
    batch = Batch(at_ms=begun + 20 * MINUTE)
    batch.faults.append(FaultOpen(road, "road", known[asset[0]].junction, "sabotage", None, 2, begun, latched=False))
    for device, (code, at_ms) in zip(asset, told, strict=True):
        there = known[device]
        batch.faults.append(FaultOpen(device, there.kind, there.junction, code, None, 2, at_ms, latched=False))
        batch.faults.append(FaultRoot(device, code, None, road, at_ms))
    over = begun + 3 * HOUR
    batch.faults += [FaultEnd(device, code, road, over, over) for device, (code, _) in zip(asset, told, strict=True)]
    batch.faults.append(FaultEnd(road, "sabotage", None, over, over))
    store.record(batch)
    single = known["cam-12"]
    batch = Batch(at_ms=NOVEMBER - 20 * HOUR)
    begun = OCTOBER + 610 * HOUR
    batch.faults.append(FaultOpen("cam-12", single.kind, single.junction, "occluded", None, 2, begun, latched=False))
    batch.faults.append(FaultEnd("cam-12", "occluded", None, begun + 75 * MINUTE, begun + 75 * MINUTE))
    store.record(batch)
