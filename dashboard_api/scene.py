"""One look at the store for everything that an answer shows, so that its parts agree with each other."""

from dataclasses import dataclass

from contracts.inventory import Grid, Junction
from dashboard_api import catalogue, sight
from dashboard_api.desk import Desk
from dashboard_api.sight import Sight
from gateway.store import FaultRow

OPEN_SHOWN = 200
CLOSED_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Scene:
    """The village at one moment. ``more``: there are more open faults than ``OPEN_SHOWN``."""

    now_ms: int
    seq: int
    sights: list[Sight]
    open: list[FaultRow]
    more: bool
    closed: list[FaultRow]
    newest_ms: int | None
    silent: bool


def read(desk: Desk) -> Scene:
    """The scene of now. ``seq`` is read first: a change during the look is told again, never missed."""
    now_ms, seq = desk.clock(), desk.feed.seq
    faults, more = desk.store.faults("open", OPEN_SHOWN)
    closed, _ = desk.store.faults("closed", CLOSED_SHOWN)
    sights = sights_of(desk, faults, now_ms)
    newest = sight.newest_ms(sights)
    limit = max((_limit(desk, node.interval_s) for _, _, node in desk.village.nodes()), default=0)
    silent = newest is None or now_ms - newest > limit + sight.GRACE_MS
    return Scene(now_ms, seq, sights, faults, more is not None, closed, newest, silent)


def sights_of(desk: Desk, open_faults: list[FaultRow], now_ms: int) -> list[Sight]:
    """All devices now."""
    latched = {fault.asset for fault in open_faults if catalogue.electrical(fault)}
    return sight.look(
        desk.places.values(), desk.store.devices(), latched, now_ms, lambda interval_s: _limit(desk, interval_s)
    )


def look(desk: Desk) -> list[Sight]:
    """All devices now, without the rest."""
    return sights_of(desk, desk.store.faults("open", OPEN_SHOWN)[0], desk.clock())


def _limit(desk: Desk, interval_s: float) -> int:
    return catalogue.freshness_ms(desk.rules, interval_s)


def junctions(desk: Desk) -> dict[str, tuple[Grid, Junction]]:
    """Junctions with their grids, by id, in file order."""
    return {junction.id: (grid, junction) for grid, junction in desk.village.junctions()}
