"""Outlines of a village for maps: a GeoJSON file (RFC 7946, WGS-84) as shapes, with every mistake said at once."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from contracts.inventory import Village
from contracts.yamlfile import InputError, InputErrors

Kind = Literal["boundary", "water", "river", "road", "field", "building"]
KINDS: tuple[Kind, ...] = get_args(Kind)
LARGEST, POINTS = 4 * 2**20, 20_000
# No village is larger; further off it is another place, or longitude and latitude are the wrong way round.
FAR_KM = 50.0
KM_A_DEGREE = 111.2
# How many mistakes are said; a wrong file would have one for each point.
SAID = 20
_LINES = {"LineString": 1, "MultiLineString": 2}
_AREAS = {"Polygon": 2, "MultiPolygon": 3}

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Shape:
    """One feature. ``lines``: of (longitude, latitude) in degrees; ``area``: they are the rims of an area."""

    kind: Kind
    area: bool
    lines: tuple[tuple[Point, ...], ...]


def read(path: Path, village: Village) -> tuple[Shape, ...]:
    """The file's shapes, largest areas first as they come. Raises :class:`InputErrors` with all mistakes."""
    return _Reader(str(path), _middle(village)).shapes(_document(path))


def _middle(village: Village) -> Point:
    places = [junction for _, junction in village.junctions()]
    count = max(1, len(places))
    return sum(one.lon for one in places) / count, sum(one.lat for one in places) / count


def _document(path: Path) -> Any:
    def wrong(text: str, line: int = 0) -> InputErrors:
        return InputErrors([InputError(str(path), line, "", text)])

    try:
        body = path.read_bytes()
    except OSError as error:
        raise wrong(f"cannot be read: {error.strerror or error}") from error
    if len(body) > LARGEST:
        raise wrong(f"has {len(body) / 2**20:.1f} MiB, at most {LARGEST // 2**20}; simplify it, a wall shows no more")
    try:
        return json.loads(body)
    except json.JSONDecodeError as error:
        raise wrong(f"not JSON: {error.msg}", error.lineno) from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise wrong("not JSON in UTF-8") from error


class _Reader:
    """Collects shapes and mistakes of one file."""

    def __init__(self, file: str, middle: Point) -> None:
        self._file, self._middle = file, middle
        self._errors: list[InputError] = []
        self._points = 0

    def shapes(self, document: Any) -> tuple[Shape, ...]:
        found = [shape for at, feature in self._features(document) for shape in self._feature(at, feature)]
        if self._points > POINTS:
            self._wrong("", f"has {self._points} points, at most {POINTS}; simplify it")
        if not found and not self._errors:
            self._wrong("features", "has no line and no area; a map cannot be drawn from it")
        if self._errors:
            more = len(self._errors) - SAID
            if more > 0:
                self._errors = self._errors[:SAID]
                self._wrong("", f"and {more} mistakes more")
            raise InputErrors(self._errors)
        return tuple(found)

    def _wrong(self, key: str, text: str) -> None:
        self._errors.append(InputError(self._file, 0, key, text))

    def _features(self, document: Any) -> Iterator[tuple[str, Any]]:
        if not isinstance(document, Mapping) or document.get("type") != "FeatureCollection":
            self._wrong("type", "must be 'FeatureCollection'; export the outlines as GeoJSON")
            return
        features = document.get("features")
        if not isinstance(features, list):
            self._wrong("features", "must be a list of features")
            return
        yield from ((f"features[{number}]", feature) for number, feature in enumerate(features))

    def _feature(self, at: str, feature: Any) -> Iterator[Shape]:
        geometry = feature.get("geometry") if isinstance(feature, Mapping) else None
        if not isinstance(geometry, Mapping):
            self._wrong(at, "must be a feature with a geometry")
            return
        kind, word = str(geometry.get("type")), self._kind(at, feature)
        depth = {**_LINES, **_AREAS}.get(kind)
        if depth is None:
            self._wrong(f"{at}.geometry.type", f"{kind!r}: must be one of {', '.join((*_LINES, *_AREAS))}")
            return
        least = 4 if kind in _AREAS else 2
        lines = tuple(self._lines(f"{at}.geometry.coordinates", geometry.get("coordinates"), depth, least))
        if word is not None:
            yield Shape(word, kind in _AREAS, lines)

    def _kind(self, at: str, feature: Mapping[str, Any]) -> Kind | None:
        properties = feature.get("properties")
        word = properties.get("kind", "boundary") if isinstance(properties, Mapping) else "boundary"
        known = next((one for one in KINDS if one == word), None)
        if known is None:
            self._wrong(f"{at}.properties.kind", f"{word!r}: must be one of {', '.join(KINDS)}")
        return known

    def _lines(self, at: str, found: Any, depth: int, least: int) -> Iterator[tuple[Point, ...]]:
        if not isinstance(found, list):
            self._wrong(at, "must be a list of points")
        elif depth > 1:
            for number, inner in enumerate(found):
                yield from self._lines(f"{at}[{number}]", inner, depth - 1, least)
        elif len(found) < least:
            self._wrong(at, f"has {len(found)} points, at least {least}")
        else:
            yield tuple(self._point(f"{at}[{number}]", point) for number, point in enumerate(found))

    def _point(self, at: str, point: Any) -> Point:
        self._points += 1
        numbers = point[:2] if isinstance(point, list) else []
        if len(numbers) < 2 or not all(_number(one) for one in numbers):
            self._wrong(at, "must be [longitude, latitude] in degrees")
            return self._middle
        lon, lat = numbers
        if self._off(lon, lat) > FAR_KM:
            swapped = self._off(lat, lon) <= FAR_KM
            text = "longitude comes first in GeoJSON" if swapped else f"lies more than {FAR_KM:g} km from the village"
            self._wrong(at, f"[{lon:g}, {lat:g}]: {text}")
            return self._middle
        return float(lon), float(lat)

    def _off(self, lon: float, lat: float) -> float:
        """Kilometres from the village's middle."""
        narrow = math.cos(math.radians(self._middle[1]))
        return KM_A_DEGREE * math.hypot((lon - self._middle[0]) * narrow, lat - self._middle[1])


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def points(shapes: Sequence[Shape]) -> Iterator[Point]:
    """Every point of them."""
    return (point for shape in shapes for line in shape.lines for point in line)
