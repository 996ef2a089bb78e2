"""The wall's map: where things go on it, and where names stand."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from dashboard_api import outline
from dashboard_api.outline import Shape
from dashboard_api.web.wall import plan
from dashboard_api.web.wall.plan import HIGH, LETTER, LINE, MARK, WIDE, Label, Stand, labels, width
from demo import afternoon
from demo.village import OUTLINES

PLACES = [("a", 31.33, 118.86), ("b", 31.34, 118.86), ("c", 31.33, 118.88)]
ROAD = Shape("road", False, (((118.86, 31.33), (118.88, 31.33)),))


def test_with_outlines_the_map_is_to_scale() -> None:
    at = plan.plan(PLACES, [ROAD]).at
    up, along = at["a"][1] - at["b"][1], at["c"][0] - at["a"][0]
    assert 0.57 < up / along < 0.6, "0.01 degrees of latitude are longer than 0.01 of longitude there"
    assert at["b"][1] < at["a"][1], "north is above"


def test_a_road_runs_through_its_junctions() -> None:
    drawn = plan.plan(PLACES, [ROAD])
    (ax, ay), (cx, cy) = drawn.at["a"], drawn.at["c"]
    assert drawn.ground == [("road", f"M{ax:g} {ay:g}L{cx:g} {cy:g}")]
    assert drawn.scaled


def test_without_outlines_it_is_a_drawing() -> None:
    drawn = plan.plan(PLACES, [])
    assert not drawn.scaled
    assert {kind for kind, _ in drawn.ground} == {"road"}


@given(st.lists(st.tuples(st.floats(30, 32), st.floats(118, 120)), min_size=1, max_size=12, unique=True))
def test_every_junction_is_on_the_map(found: list[tuple[float, float]]) -> None:
    places = [(f"j-{number}", lat, lon) for number, (lat, lon) in enumerate(found)]
    for shapes in ([], [ROAD]):
        for x, y in plan.plan(places, shapes).at.values():
            assert MARK <= x <= WIDE - MARK
            assert MARK <= y <= HIGH - MARK


def _box(stand: Stand, lines: tuple[str, ...]) -> tuple[float, float, float, float]:
    wide = max(width(line) for line in lines)
    left = stand.x - {"start": 0.0, "middle": wide / 2, "end": wide}[stand.anchor]
    return left, stand.y - LETTER * 0.9, left + wide, stand.y - LETTER * 0.9 + LINE * len(lines)


def _meet(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


BEIGU = afternoon.beigu()
MAP = plan.plan([(one.id, one.lat, one.lon) for _, one in BEIGU.junctions()], outline.read(OUTLINES["beigu"], BEIGU))
NAMES = {one.id: one.name.zh for _, one in BEIGU.junctions()}


@given(st.sets(st.integers(0, 19), min_size=1))
def test_no_name_stands_on_another_or_on_what_is_broken(broken: set[int]) -> None:
    at, bad = MAP.at, [list(MAP.at)[number] for number in broken]
    wanted = {one: (NAMES[one], "画面静止不动") for one in bad}
    stands = labels(at, [Label(one, lines, True) for one, lines in wanted.items()], bad)
    boxes = {one: _box(stand, wanted[one][:count]) for one, (stand, count) in stands.items()}
    assert stands, "the first always finds room"
    assert not any(_meet(a, b) for a, b in combinations(boxes.values(), 2))
    marks = {one: (x - MARK, y - MARK, x + MARK, y + MARK) for one, (x, y) in at.items()}
    assert not any(_meet(box, marks[other]) for one, box in boxes.items() for other in bad if other != one)


TROUBLE = (
    ("j-03", "Co-op shop corner", "is dark"),
    ("j-04", "Public-service point", "reports an earth fault"),
    ("j-05", "Clinic corner", "shows a frozen picture"),
    ("j-02", "Old camphor tree", "is blurred"),
)


def test_a_name_without_room_gets_some_where_others_can_give_way() -> None:
    wanted = [Label(one, (name, why), True) for one, name, why in TROUBLE]
    assert labels(MAP.at, wanted, [one.id for one in wanted]).keys() == {one.id for one in wanted}
