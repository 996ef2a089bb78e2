"""One look at the store for everything that an answer shows, so that its parts agree with each other."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from contracts.inventory import Grid, Junction
from dashboard_api import catalogue, sight
from dashboard_api.desk import Desk
from dashboard_api.kin import Group, grouped
from dashboard_api.sight import Sight
from gateway.store import FaultRow
from gateway.uptime import Window

OPEN_READ = 5_000
# More than that nobody reads on an overview; the list of work has all of them, page by page.
OPEN_SHOWN = 60
CLOSED_SHOWN = 5
AHEAD_MS = 366 * 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class Scene:
    """The village at one moment. ``open``: what is to be dealt with, the gravest first, each with its parts; ``more``:
    that is more than ``OPEN_SHOWN``. ``turns_ms``: when maintenance, or time out of service, begins or ends next.
    ``unheard``: the faults that have reached nobody.
    """

    now_ms: int
    seq: int
    sights: list[Sight]
    open: list[Group]
    more: bool
    closed: list[FaultRow]
    newest_ms: int | None
    silent: bool
    turns_ms: int | None = None
    unheard: tuple[str, ...] = ()


def read(desk: Desk, sees: Callable[[FaultRow], bool] = lambda _: True) -> Scene:
    """The scene of now, with the faults that somebody ``sees``. ``seq`` is read first: a change during the look is told
    again, never missed."""
    now_ms, seq = desk.clock(), desk.feed.seq
    faults = desk.store.open_faults(OPEN_READ)
    found = sorted(grouped([fault for fault in faults if sees(fault)]), key=lambda group: group.fault.severity)
    closed = [fault for fault in desk.store.faults("closed", CLOSED_SHOWN, own=True)[0] if sees(fault)]
    windows = desk.store.windows(None, now_ms, now_ms + AHEAD_MS)
    sights = sights_of(desk, faults, windows, now_ms)
    newest, silent = sight.newest_ms(sights), is_silent(desk, sights, now_ms)
    shown, more = found[:OPEN_SHOWN], len(found) > OPEN_SHOWN
    unheard = tuple(dict.fromkeys(one.fault.id for one in desk.store.letters.wall(now_ms)))
    return Scene(now_ms, seq, sights, shown, more, closed, newest, silent, turns_ms(windows, now_ms), unheard)


def sights_of(desk: Desk, open_faults: list[FaultRow], windows: list[Window], now_ms: int) -> list[Sight]:
    """All devices now. ``windows``: those that hold now or will."""
    latched = {fault.asset for fault in open_faults if catalogue.electrical(fault)}
    rows, places = desk.store.devices(), desk.places.values()
    return sight.look(places, rows, latched, now_ms, lambda interval_s: _limit(desk, interval_s), windows)


def look(desk: Desk) -> list[Sight]:
    """All devices now, without the rest."""
    now_ms = desk.clock()
    windows = desk.store.windows(None, now_ms, now_ms + AHEAD_MS)
    return sights_of(desk, desk.store.open_faults(OPEN_READ), windows, now_ms)


def is_silent(desk: Desk, sights: Iterable[Sight], now_ms: int) -> bool:
    """Whether nothing at all has been heard for so long that the gateway must be away."""
    newest = sight.newest_ms(sights)
    limit = max((_limit(desk, node.interval_s) for _, _, node in desk.village.nodes()), default=0)
    return newest is None or now_ms - newest > limit + sight.GRACE_MS


def turns_ms(windows: Iterable[Window], now_ms: int) -> int | None:
    """When maintenance, or time out of service, begins or ends next."""
    declared = [window for window in windows if window.kind != "weather"]
    moments = [moment for window in declared for moment in (window.from_ms, window.to_ms)]
    return min((moment for moment in moments if moment is not None and moment > now_ms), default=None)


def _limit(desk: Desk, interval_s: float) -> int:
    return catalogue.freshness_ms(desk.rules, interval_s)


def junctions(desk: Desk) -> dict[str, tuple[Grid, Junction]]:
    """Junctions with their grids, by id, in file order."""
    return {junction.id: (grid, junction) for grid, junction in desk.village.junctions()}
