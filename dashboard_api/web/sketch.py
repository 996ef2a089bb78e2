"""The schematic map: where junctions go on it and how roads join them. Not to scale, and says so. Pure.

Positions are percent of the drawing, x to the right, y down.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

# Room for labels at the sides and above.
LEFT, RIGHT, TOP, BOTTOM = 16.0, 84.0, 24.0, 76.0
BEND = 0.08
NEAR_X, NEAR_Y = 45.0, 35.0
# Height of a label with its rim.
LINE_PX = 20.0
# A centimetre: closer than this is one place, and dividing by less only magnifies rounding.
SAME_DEG = 1e-7

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Sketch:
    """``roads`` are SVG paths in the same percent."""

    at: Mapping[str, Point]
    roads: Sequence[str]


def sketch(places: Sequence[tuple[str, float, float]]) -> Sketch:
    """Lay out ``(id, latitude, longitude)`` in degrees."""
    at = _spread(places)
    links = _shortest_tree(at)
    roads = [_road(at[a], at[b], index) for index, (a, b) in enumerate(links)]
    return Sketch(at, [*roads, *_ways_out(at, links)])


def below(at: Mapping[str, Point]) -> frozenset[str]:
    """Whose label would run into a neighbour if it stood above: it goes below."""
    return frozenset(
        name
        for name, (x, y) in at.items()
        if any(abs(x - other_x) < NEAR_X and 0 < y - other_y < NEAR_Y for other_x, other_y in at.values())
    )


class Label(NamedTuple):
    """Where a junction's name stands, pixels."""

    name: str
    left: float
    right: float
    y: float


def apart(labels: Iterable[Label]) -> frozenset[str]:
    """Those that can be read, where the first come first: none stands on another."""
    kept: list[Label] = []
    for new in labels:
        if not any(abs(new.y - old.y) < LINE_PX and new.left < old.right and old.left < new.right for old in kept):
            kept.append(new)
    return frozenset(label.name for label in kept)


def _spread(places: Sequence[tuple[str, float, float]]) -> dict[str, Point]:
    if not places:
        return {}
    narrow = math.cos(math.radians(sum(lat for _, lat, _ in places) / len(places)))
    flat = {name: (lon * narrow, -lat) for name, lat, lon in places}
    xs, ys = [x for x, _ in flat.values()], [y for _, y in flat.values()]
    # A village along one road would otherwise be stretched to a square.
    least = max(max(xs) - min(xs), max(ys) - min(ys)) * 0.45
    return {
        name: (_scaled(x, xs, least, LEFT, RIGHT), _scaled(y, ys, least, TOP, BOTTOM)) for name, (x, y) in flat.items()
    }


def _scaled(value: float, values: Sequence[float], least: float, low: float, high: float) -> float:
    span = max(max(values) - min(values), least)
    if span < SAME_DEG:
        return (low + high) / 2
    middle = (max(values) + min(values)) / 2
    return round((low + high) / 2 + (value - middle) / span * (high - low), 1)


def _shortest_tree(at: Mapping[str, Point]) -> list[tuple[str, str]]:
    """Every place joined to a neighbour, all together as short as can be."""
    names = list(at)
    joined, links = names[:1], []
    while len(joined) < len(names):
        near, new = min(
            ((a, b) for a in joined for b in names if b not in joined),
            key=lambda pair: math.dist(at[pair[0]], at[pair[1]]),
        )
        joined.append(new)
        links.append((near, new))
    return links


def _road(a: Point, b: Point, index: int) -> str:
    side = BEND if index % 2 else -BEND
    bend = ((a[0] + b[0]) / 2 - (b[1] - a[1]) * side, (a[1] + b[1]) / 2 + (b[0] - a[0]) * side)
    return f"M{a[0]:.1f} {a[1]:.1f}Q{bend[0]:.1f} {bend[1]:.1f} {b[0]:.1f} {b[1]:.1f}"


def _ways_out(at: Mapping[str, Point], links: Sequence[tuple[str, str]]) -> list[str]:
    """The road goes on beyond the last junctions, as roads do."""
    ways = []
    for name, here in at.items():
        mates = [b if a == name else a for a, b in links if name in (a, b)]
        if len(mates) > 1:
            continue
        from_x, from_y = at[mates[0]] if mates else (here[0] - 1, here[1] + 0.3)
        length = math.hypot(here[0] - from_x, here[1] - from_y) or 1
        far = (here[0] + (here[0] - from_x) / length * 120, here[1] + (here[1] - from_y) / length * 60)
        ways.append(f"M{here[0]:.1f} {here[1]:.1f}L{far[0]:.1f} {far[1]:.1f}")
    return ways
