"""Which part of the village an account sees. Pure: from the ids of its areas to what is there, deny by default.

Whoever has an area sees what stands at its junctions, and what reaches into it: the supplies its things hang on, the
roads its cameras look at, the weather. Of the rest nothing but what residents see.
"""

from collections.abc import Iterator, Mapping, Sequence

from contracts.inventory import Camera, Junction, Name, Village
from contracts.names import WEATHER
from gateway.store import VILLAGE, Area


def area(village: Village, ids: Sequence[str]) -> Area | None:
    """What the grids and junctions of ``ids`` are; None = the whole village, by ``*``. An id that is not in the
    inventory (any more) adds nothing."""
    if VILLAGE in ids:
        return None
    here = [junction for grid, junction in village.junctions() if {grid.id, junction.id} & set(ids)]
    return Area(frozenset(one.id for one in here), frozenset(_assets(village, here)))


def known(village: Village) -> dict[str, Name]:
    """Every id that an area can be, with its name: each grid before its junctions."""
    found: dict[str, Name] = {}
    for grid in village.grids:
        found |= {grid.id: grid.name, **{one.id: one.name for one in grid.junctions}}
    return found


def _assets(village: Village, here: Sequence[Junction]) -> Iterator[str]:
    wanted = {one.id for one in here}
    yield WEATHER
    yield from wanted
    yield from (place.device for place in village.places().values() if place.junction in wanted)
    hangs_on: dict[str, Sequence[str]] = {one.id: one.depends_on for one in (*village.feeders, *village.uplinks)}
    reached: set[str] = set()
    for junction in here:
        yield from (asset.id for asset in junction.assets)
        for node in junction.nodes:
            yield node.id
            yield from (one.road for one in node.devices if isinstance(one, Camera) and one.road is not None)
            reached |= {one for one in (node.feeder, node.uplink) if one is not None}
            reached.update(*(one.depends_on for one in (node, *node.devices)))
    yield from _upwards(reached, hangs_on)


def _upwards(reached: set[str], hangs_on: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Supplies among ``reached``, and what these hang on in turn."""
    waiting, seen = list(reached), set[str]()
    while waiting:
        one = waiting.pop()
        if one in hangs_on and one not in seen:
            seen.add(one)
            yield one
            waiting += hangs_on[one]
