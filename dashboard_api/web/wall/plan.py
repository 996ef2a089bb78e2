"""The wall's map: to scale on outlines, or the drawing of the inventory where there are none. Pure.

Positions are units of a drawing :data:`WIDE` by :data:`HIGH`, x to the right, y down.
"""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from dashboard_api.outline import Kind, Point, Shape, points
from dashboard_api.web.sketch import sketch

WIDE, HIGH = 1200.0, 800.0
# Around junctions, for their labels.
RIM_X, RIM_Y = 96.0, 92.0
# What reaches further than this many times the junctions' own spread is cut off.
REACH = 0.6
# Height of a letter, width of a Chinese and of a Latin one; half a mark with its seat.
LETTER, CHINESE, LATIN, MARK = 30.0, 30.0, 16.5, 27.0
LINE = 36.0
# How often labels are laid anew so that one more finds room.
TRIES = 4


@dataclass(frozen=True, slots=True)
class Plan:
    """``at``: junctions; ``ground``: SVG paths by what they are; ``scaled``: it is to scale."""

    at: Mapping[str, Point]
    ground: Sequence[tuple[Kind, str]]
    scaled: bool


def plan(places: Sequence[tuple[str, float, float]], shapes: Sequence[Shape]) -> Plan:
    """Lay out ``(id, latitude, longitude)`` in degrees on ``shapes``."""
    if not shapes:
        return _schematic(places)
    put = _projection(places, shapes)
    ground = [(shape.kind, _path(shape, put)) for shape in sorted(shapes, key=_depth)]
    return Plan({name: put((lon, lat)) for name, lat, lon in places}, ground, scaled=True)


def _schematic(places: Sequence[tuple[str, float, float]]) -> Plan:
    drawn = sketch(places)
    at = {name: (x * WIDE / 100, y * HIGH / 100) for name, (x, y) in drawn.at.items()}
    return Plan(at, [("road", road) for road in drawn.roads], scaled=False)


def _depth(shape: Shape) -> int:
    """What lies below what."""
    return ("boundary", "field", "water", "river", "building", "road").index(shape.kind)


def _projection(places: Sequence[tuple[str, float, float]], shapes: Sequence[Shape]) -> Callable[[Point], Point]:
    """Longitude and latitude to units: as large as fits, the same in both directions."""
    narrow = math.cos(math.radians(sum(lat for _, lat, _ in places) / max(1, len(places))))
    here = [(lon * narrow, -lat) for _, lat, lon in places]
    there = [(lon * narrow, -lat) for lon, lat in points(shapes)]
    (left, right), (top, bottom) = (_span([p[i] for p in here], [p[i] for p in there]) for i in (0, 1))
    scale = min((WIDE - 2 * RIM_X) / max(right - left, 1e-7), (HIGH - 2 * RIM_Y) / max(bottom - top, 1e-7))

    def put(point: Point) -> Point:
        x, y = point[0] * narrow, -point[1]
        return (
            round(WIDE / 2 + (x - (left + right) / 2) * scale, 1),
            round(HIGH / 2 + (y - (top + bottom) / 2) * scale, 1),
        )

    return put


def _span(here: Sequence[float], there: Sequence[float]) -> tuple[float, float]:
    """From where to where the map reaches: the junctions, and a little of what lies around them."""
    low, high = min(here or there), max(here or there)
    more = (high - low or 1e-3) * REACH * 0.1
    return max(min(low, *there), low - more), min(max(high, *there), high + more)


def _path(shape: Shape, put: Callable[[Point], Point]) -> str:
    """What would stand on the same spot is left out."""
    pieces = []
    for line in shape.lines:
        spots = [put(point) for point in line]
        kept = [spot for number, spot in enumerate(spots) if not number or math.dist(spot, spots[number - 1]) > 0.4]
        pieces.append("M" + "L".join(f"{x:g} {y:g}" for x, y in kept) + ("Z" if shape.area else ""))
    return "".join(pieces)


class Label(NamedTuple):
    """What is written at a junction: one or two lines. Less urgent ones give way."""

    id: str
    lines: tuple[str, ...]
    urgent: bool


class Stand(NamedTuple):
    """Where its first line stands: ``anchor`` as SVG says it."""

    x: float
    y: float
    anchor: str


class _Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "_Box") -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    @property
    def outside(self) -> bool:
        """Whether it runs out of the drawing."""
        return self.left < 8 or self.right > WIDE - 8 or self.top < 4 or self.bottom > HIGH - 4


def labels(at: Mapping[str, Point], wanted: Sequence[Label], bad: Collection[str]) -> dict[str, tuple[Stand, int]]:
    """Where labels stand, and with how many of their lines, so that none stands on another or on the mark of a ``bad``
    junction. What is urgent may hide the mark of one that is well; what finds no room is not written."""
    order = sorted(wanted, key=lambda one: not one.urgent)
    found = _laid(at, order, bad)
    for _ in range(TRIES):
        # What found no room is laid first, and with its name alone, if nobody loses theirs by it.
        missing = [label._replace(lines=label.lines[:1]) for label in order if label.id not in found]
        again = _laid(at, [*missing, *(label for label in order if label.id in found)], bad)
        if not again.keys() > found.keys():
            break
        found = again
    return found


def _laid(at: Mapping[str, Point], order: Sequence[Label], bad: Collection[str]) -> dict[str, tuple[Stand, int]]:
    """One after the other, each where there is still room."""
    marks = {name: _Box(x - MARK, y - MARK, x + MARK, y + MARK) for name, (x, y) in at.items()}
    taken: list[_Box] = []
    found: dict[str, tuple[Stand, int]] = {}
    for label in order:
        hard = [*taken, *(box for name, box in marks.items() if name in bad and name != label.id)]
        soft = [box for name, box in marks.items() if name not in bad and name != label.id]
        best = _best(label, at[label.id], hard, soft)
        if best is not None:
            found[label.id] = best[0], best[1]
            taken.append(best[2])
    return found


def _best(label: Label, at: Point, hard: list[_Box], soft: list[_Box]) -> tuple[Stand, int, _Box] | None:
    """All lines if there is room anywhere, else the first alone."""
    for count in dict.fromkeys((len(label.lines), 1)):
        stands = [
            (sum(box.meets(one) for one in soft), stand, box)
            for stand, box in _stands(label.lines[:count], at)
            if not box.outside and not any(box.meets(one) for one in hard)
        ]
        least = min(stands, key=lambda one: one[0], default=None)
        if least is not None and (label.urgent or least[0] == 0):
            return least[1], count, least[2]
    return None


def _stands(lines: Sequence[str], at: Point) -> list[tuple[Stand, _Box]]:
    """Above, below, beside, and aslant."""
    wide = max(width(line) for line in lines)
    high, (x, y) = LINE * len(lines), at
    above, below, beside = y - MARK - high + LETTER * 0.8, y + MARK + LETTER * 0.95, y - high / 2 + LETTER * 0.85
    listed = [Stand(x, above, "middle"), Stand(x, below, "middle")]
    listed += [Stand(x + MARK + 8, beside, "start"), Stand(x - MARK - 8, beside, "end")]
    listed += [
        Stand(x + side * MARK, level, anchor)
        for level in (above, below)
        for side, anchor in ((-1, "start"), (1, "end"))
    ]
    return [(stand, _box(stand, wide, high)) for stand in listed]


def _box(stand: Stand, wide: float, high: float) -> _Box:
    left = stand.x - {"start": 0.0, "middle": wide / 2, "end": wide}[stand.anchor]
    top = stand.y - LETTER * 0.9
    return _Box(left - 4, top, left + wide + 4, top + high)


def width(text: str) -> float:
    """Of a line, in units."""
    return sum(LATIN if sign < "\u2e80" else CHINESE for sign in text)
