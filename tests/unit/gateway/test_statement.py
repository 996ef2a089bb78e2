"""The statement of a window: cut where footage began or ceased to be missing."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.uptime import Span, Uptime
from gateway.uptime.statement import statement

FOUND = Uptime(
    spans=(Span(0, 10, "up", "up"), Span(10, 20, "down", "down", "stalled"), Span(20, 30, "unknown", "unknown"))
)
MOMENTS = st.integers(-5_000, 40_000)


def test_lines_are_cut_where_footage_is_missing() -> None:
    lines = [(line.span.from_s, line.span.to_s, line.footage) for line in statement(FOUND, [(5_000, 15_999)])]
    assert lines == [
        (0, 5, "no_gap_reported"),
        (5, 10, "missing"),
        (10, 15, "missing"),
        (15, 20, "not_known"),
        (20, 30, "not_known"),
    ]


def test_a_gap_that_is_still_open_reaches_to_the_end() -> None:
    assert [line.footage for line in statement(FOUND, [(20_000, None)])][-1] == "missing"


def test_nothing_is_asked_of_an_empty_window() -> None:
    assert statement(Uptime(), [(0, None)]) == []


@given(st.lists(st.tuples(MOMENTS, st.none() | MOMENTS), max_size=5))
def test_every_second_is_told_once(gaps: list[tuple[int, int | None]]) -> None:
    lines = statement(FOUND, gaps)
    assert [second for line in lines for second in range(line.span.from_s, line.span.to_s)] == list(range(30))
