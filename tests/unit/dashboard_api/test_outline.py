"""Outlines for the wall's map: what is drawn, and every mistake said at once with where it is."""

import json
from pathlib import Path
from typing import Any

import pytest

from contracts.inventory import Village
from contracts.yamlfile import InputErrors
from dashboard_api import outline
from dashboard_api.outline import Shape
from demo import afternoon
from demo.village import OUTLINES

RIVER = [[118.86, 31.33], [118.89, 31.34]]


@pytest.fixture(scope="module")
def beigu() -> Village:
    return afternoon.beigu()


def feature(kind: str, shape: str, found: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": {"kind": kind}, "geometry": {"type": shape, "coordinates": found}}


def said(file: Path, village: Village, *features: Any) -> str:
    """What is wrong with a file of these."""
    file.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}), encoding="utf-8")
    with pytest.raises(InputErrors) as raised:
        outline.read(file, village)
    return str(raised.value).replace(str(file), "F")


def test_the_demos_village_has_outlines(beigu: Village) -> None:
    shapes = outline.read(OUTLINES["beigu"], beigu)
    assert {shape.kind for shape in shapes} == {"boundary", "water", "river", "road", "field"}
    assert {shape.area for shape in shapes if shape.kind in {"boundary", "water"}} == {True}


def test_lines_and_areas_are_read(tmp_path: Path, beigu: Village) -> None:
    file = tmp_path / "a.geojson"
    area = [[*RIVER, [118.88, 31.32], RIVER[0]]]
    both = [feature("river", "MultiLineString", [RIVER, RIVER]), feature("water", "MultiPolygon", [area])]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": both}), encoding="utf-8")
    river, water = outline.read(file, beigu)
    line = ((118.86, 31.33), (118.89, 31.34))
    assert river == Shape("river", False, (line, line))
    assert (water.kind, water.area, len(water.lines[0])) == ("water", True, 4)


def test_all_mistakes_are_said_at_once_with_their_place(tmp_path: Path, beigu: Village) -> None:
    text = said(
        tmp_path / "a.geojson",
        beigu,
        feature("moat", "LineString", RIVER),
        feature("road", "Point", [118.86, 31.33]),
        feature("road", "LineString", RIVER[:1]),
        feature("road", "LineString", [[31.33, 118.86], [2.35, 48.86]]),
        feature("road", "LineString", [["118.86", 31.33], [True, 31.33]]),
        {"type": "Feature"},
    )
    assert text.splitlines() == [
        "F: features[0].properties.kind: 'moat': must be one of boundary, water, river, road, field, building",
        "F: features[1].geometry.type: 'Point': must be one of LineString, MultiLineString, Polygon, MultiPolygon",
        "F: features[2].geometry.coordinates: has 1 points, at least 2",
        "F: features[3].geometry.coordinates[0]: [31.33, 118.86]: longitude comes first in GeoJSON",
        "F: features[3].geometry.coordinates[1]: [2.35, 48.86]: lies more than 50 km from the village",
        "F: features[4].geometry.coordinates[0]: must be [longitude, latitude] in degrees",
        "F: features[4].geometry.coordinates[1]: must be [longitude, latitude] in degrees",
        "F: features[5]: must be a feature with a geometry",
    ]


def test_of_very_many_mistakes_the_first_are_said(tmp_path: Path, beigu: Village) -> None:
    text = said(tmp_path / "a.geojson", beigu, feature("road", "LineString", [[0, 0]] * 500))
    assert text.splitlines()[-1] == "F: (top level): and 480 mistakes more"
    assert len(text.splitlines()) == 21


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("{\n!", "F:2: (top level): not JSON: "),
        ("[]", "F: type: must be 'FeatureCollection'"),
        ('{"type":"FeatureCollection"}', "F: features: must be a list"),
        ('{"type":"FeatureCollection","features":[]}', "F: features: has no line and no area"),
        ("[" * 200_000, "F: (top level): not JSON"),
        (" " * 4_194_305, "F: (top level): has 4.0 MiB, at most 4"),
    ],
    ids=["no json", "another", "nothing", "empty", "deep", "large"],
)
def test_what_is_no_outline_at_all_is_said(tmp_path: Path, beigu: Village, body: str, text: str) -> None:
    file = tmp_path / "a.geojson"
    file.write_text(body, encoding="utf-8")
    with pytest.raises(InputErrors) as raised:
        outline.read(file, beigu)
    assert str(raised.value).replace(str(file), "F").startswith(text)


def test_a_file_that_is_not_there_is_said(tmp_path: Path, beigu: Village) -> None:
    with pytest.raises(InputErrors, match="cannot be read: No such file"):
        outline.read(tmp_path / "none.geojson", beigu)


def test_too_many_points_are_refused(tmp_path: Path, beigu: Village) -> None:
    text = said(tmp_path / "a.geojson", beigu, feature("road", "LineString", [RIVER[0]] * 20_001))
    assert text == "F: (top level): has 20001 points, at most 20000; simplify it"
