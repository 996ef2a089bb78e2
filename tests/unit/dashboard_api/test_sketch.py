from hypothesis import given
from hypothesis import strategies as st

from dashboard_api.web.sketch import BOTTOM, LEFT, RIGHT, TOP, Label, apart, below, sketch

DEGREES = st.floats(31, 32)
PLACES = st.lists(st.tuples(DEGREES, DEGREES), min_size=1, max_size=12).map(
    lambda pairs: [(f"j-{number}", *pair) for number, pair in enumerate(pairs)]
)


@given(PLACES)
def test_every_junction_is_inside_the_drawing(places: list[tuple[str, float, float]]) -> None:
    for x, y in sketch(places).at.values():
        assert LEFT - 0.1 <= x <= RIGHT + 0.1
        assert TOP - 0.1 <= y <= BOTTOM + 0.1


def test_north_is_up_and_east_is_right() -> None:
    at = sketch([("south-west", 31.33, 118.87), ("north-east", 31.34, 118.88)]).at
    assert at["north-east"][0] > at["south-west"][0]
    assert at["north-east"][1] < at["south-west"][1]


def test_neighbours_are_joined_and_the_ends_lead_out() -> None:
    line = sketch([("a", 31.330, 118.870), ("b", 31.332, 118.875), ("c", 31.334, 118.880)])
    assert len(line.roads) == 2 + 2


def test_one_junction_lies_in_the_middle() -> None:
    assert sketch([("only", 31.33, 118.87)]).at == {"only": (50.0, 50.0)}


def test_a_label_goes_below_where_a_neighbour_stands_above() -> None:
    assert below({"low": (20.0, 70.0), "high": (50.0, 45.0), "far": (99.0, 69.0)}) == {"low"}


def test_of_labels_that_stand_on_each_other_the_first_is_kept() -> None:
    labels = [Label("a", 0, 80, 100), Label("b", 70, 150, 110), Label("c", 70, 150, 130), Label("d", 80, 150, 100)]
    assert apart(labels) == {"a", "c", "d"}


def test_no_junction_is_no_drawing() -> None:
    assert sketch([]).roads == []
