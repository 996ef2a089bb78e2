"""Uptime arithmetic: every second of a period belongs to exactly one class."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.states import State
from gateway.uptime import Headline, Uptime, Window, fleet, uptime

HOUR = 3600_000


@dataclass(frozen=True)
class Piece:
    from_ms: int
    to_ms: int | None
    state: State
    code: str | None = None
    cause: str | None = None


def line(*pieces: tuple[float, State], end: float | None = None) -> list[Piece]:
    """Intervals from (hour, state) to the next one."""
    ends = [*(int(hour * HOUR) for hour, _ in pieces[1:]), None if end is None else int(end * HOUR)]
    return [Piece(int(hour * HOUR), until, state) for (hour, state), until in zip(pieces, ends, strict=True)]


def test_the_worked_example() -> None:
    found = uptime(line((0, "up"), (100, "down"), (106, "unknown"), (126, "up")), 0, 720 * HOUR, [Window(0, 4 * HOUR)])
    assert (found.service, found.down, found.unknown) == (716 * 3600, 6 * 3600, 20 * 3600)
    assert [found.known, found.strict, found.upper, found.coverage] == [
        Decimal("99.138"),
        Decimal("96.369"),
        Decimal("99.162"),
        Decimal("97.207"),
    ]
    assert found.headline == Headline(Decimal("99.138"), None)


def test_too_little_known_has_bounds_for_a_headline() -> None:
    found = uptime(line((0, "up"), (9, "unknown")), 0, 10 * HOUR)
    assert found.headline == Headline(None, (Decimal("90.000"), Decimal("100.000")))


def test_coverage_is_judged_before_it_is_rounded() -> None:
    found = Uptime(up=9_499_999, unknown=500_001)
    assert found.coverage == Decimal("95.000")
    assert found.headline.percent is None


def test_no_service_is_a_dash() -> None:
    found = uptime(line((0, "up")), 0, HOUR, out_of_service=[Window(0, None)])
    assert (found.known, found.strict, found.upper, found.coverage) == (None, None, None, None)
    assert found.headline == Headline(None, None)
    assert found.out_of_service == 3600


def test_out_of_service_covers_planned_covers_unknown_covers_down() -> None:
    found = uptime(
        line((0, "down"), (1, "unknown")), 0, 4 * HOUR, [Window(HOUR, 3 * HOUR)], [Window(2 * HOUR, 3 * HOUR)]
    )
    assert (found.down, found.unknown, found.planned, found.out_of_service) == (3600, 3600, 3600, 3600)


def test_maintenance_approved_after_it_began_counts_for_nothing_and_is_listed() -> None:
    window = Window(HOUR, 2 * HOUR, approved_ms=HOUR)
    found = uptime(line((0, "down")), 0, 2 * HOUR, [window])
    assert (found.down, found.planned, found.late) == (7200, 0, (window,))


def test_degraded_is_up_and_listed() -> None:
    found = uptime([Piece(0, None, "degraded", "blur")], 0, HOUR)
    assert (found.up, found.degraded, found.degraded_by) == (3600, 3600, {"blur": 3600})


def test_what_nobody_recorded_is_unknown() -> None:
    found = uptime(line((1, "up"), end=2), 0, 3 * HOUR)
    assert (found.up, found.unknown_by) == (3600, {"not_recorded": 7200})


def test_down_and_unknown_are_listed_by_cause() -> None:
    pieces = [Piece(0, HOUR, "down", "frozen"), Piece(HOUR, 2 * HOUR, "unknown", None, "lost")]
    found = uptime(pieces, 0, 3 * HOUR)
    assert found.down_by == {"frozen": 3600}
    assert found.unknown_by == {"lost": 3600, "not_recorded": 3600}


def test_neighbours_that_round_to_one_second_stay_neighbours() -> None:
    found = uptime([Piece(0, 1500, "up"), Piece(1500, 1700, "down"), Piece(1700, None, "up")], 0, 10_000)
    assert (found.up, found.down) == (10, 0)


def test_an_overlap_is_refused() -> None:
    with pytest.raises(ValueError, match="overlap"):
        uptime([Piece(0, 5000, "up"), Piece(4000, None, "down")], 0, 9000)
    with pytest.raises(ValueError, match="ends before"):
        uptime([], 9000, 0)


def test_a_fleet_is_no_mean_of_percentages() -> None:
    assert fleet([Uptime(up=900, down=100), Uptime(up=1, down=9)]) == Decimal("89.208")
    assert fleet([]) is None


SECONDS = st.integers(0, 60)
STATES: st.SearchStrategy[State] = st.sampled_from(["up", "degraded", "down", "unknown"])


@st.composite
def pieces(draw: st.DrawFn) -> list[Piece]:
    """Intervals in order, with holes, of any fraction of a second."""
    cuts = sorted(draw(st.sets(st.integers(0, 60_000), max_size=12)))
    whole = [Piece(a, b, draw(STATES), "x") for a, b in pairwise(cuts)]
    return [piece for piece in whole if draw(st.booleans())]


windows = st.lists(
    st.tuples(SECONDS, st.none() | SECONDS).map(lambda w: Window(w[0] * 1000, None if w[1] is None else w[1] * 1000)),
    max_size=3,
)


def naive(found: list[Piece], second: int, planned: list[Window], out: list[Window]) -> str:
    """The class of one second, looked up."""

    def inside(item: Piece | Window) -> bool:
        end = 10**9 if item.to_ms is None else item.to_ms // 1000
        return item.from_ms // 1000 <= second < end

    if any(inside(window) for window in out):
        return "out_of_service"
    if any(inside(window) for window in planned):
        return "planned"
    state = next((piece.state for piece in found if inside(piece)), "unknown")
    return "up" if state == "degraded" else state


@given(found=pieces(), begin=SECONDS, length=SECONDS, planned=windows, out=windows)
def test_it_agrees_with_counting_second_by_second(
    found: list[Piece], begin: int, length: int, planned: list[Window], out: list[Window]
) -> None:
    told = uptime(found, begin * 1000, (begin + length) * 1000, planned, out)
    counted = [naive(found, second, planned, out) for second in range(begin, begin + length)]
    for cls in ("up", "down", "unknown", "planned", "out_of_service"):
        assert getattr(told, cls) == counted.count(cls)
    assert told.up + told.down + told.unknown == told.service == length - told.planned - told.out_of_service
    listed = [span.cls for span in told.spans for _ in range(span.seconds)]
    assert listed == counted
