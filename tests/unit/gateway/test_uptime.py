"""Uptime arithmetic: every second of a period belongs to exactly one class."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.states import State
from gateway.uptime import WEATHER_CODES, Headline, Uptime, Window, WindowKind, figures, fleet, uptime

HOUR = 3600_000
CHINA = timezone(timedelta(hours=8))


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


def window(kind: WindowKind, begin: float, end: float | None, known: float = -1) -> Window:
    """Hours; ``known`` well before it begins."""
    return Window(kind, "cam-01", int(begin * HOUR), None if end is None else int(end * HOUR), int(known * HOUR))


def test_the_worked_example() -> None:
    states = line((0, "up"), (100, "down"), (106, "unknown"), (126, "up"))
    found = uptime(states, 0, 720 * HOUR, [window("planned", 0, 4)])
    assert (found.service, found.down, found.unknown) == (716 * 3600, 6 * 3600, 20 * 3600)
    assert [found.known, found.strict, found.upper, found.coverage] == [
        Decimal("99.138"),
        Decimal("96.369"),
        Decimal("99.162"),
        Decimal("97.207"),
    ]
    assert found.headline == Headline(Decimal("99.138"), None)


def test_the_worked_example_as_replay_prints_it() -> None:
    states = line((0, "up"), (100, "down"), (106, "unknown"), (126, "up"))
    assert figures(uptime(states, 0, 720 * HOUR, [window("planned", 0, 4)])) == {
        "S": 2577600,
        "U": 2484000,
        "D": 21600,
        "K": 72000,
        "M": 14400,
        "O": 0,
        "known": 99.138,
        "strict": 96.369,
        "upper": 99.162,
        "coverage": 97.207,
    }


def test_too_little_known_has_bounds_for_a_headline() -> None:
    found = uptime(line((0, "up"), (9, "unknown")), 0, 10 * HOUR)
    assert found.headline == Headline(None, (Decimal("90.000"), Decimal("100.000")))


def test_coverage_is_judged_before_it_is_rounded() -> None:
    found = Uptime(up=9_499_999, unknown=500_001)
    assert found.coverage == Decimal("95.000")
    assert found.headline.percent is None


def test_no_service_is_a_dash() -> None:
    found = uptime(line((0, "up")), 0, HOUR, [window("out_of_service", 0, None)])
    assert (found.known, found.strict, found.upper, found.coverage) == (None, None, None, None)
    assert found.headline == Headline(None, None)
    assert found.out_of_service == 3600
    assert figures(found) == {"S": 0, "U": 0, "D": 0, "K": 0, "M": 0, "O": 3600} | dict.fromkeys(
        ("known", "strict", "upper", "coverage")
    )


def test_out_of_service_covers_planned_covers_unknown_covers_down() -> None:
    windows = [window("out_of_service", 2, 3), window("planned", 1, 3)]
    found = uptime(line((0, "down"), (1, "unknown")), 0, 4 * HOUR, windows)
    assert (found.down, found.unknown, found.planned, found.out_of_service) == (3600, 3600, 3600, 3600)


@pytest.mark.parametrize(("known", "planned"), [(0.99, 3600), (1, 0), (1.5, 0)])
def test_maintenance_counts_if_it_was_approved_before_it_began_else_it_is_listed(known: float, planned: int) -> None:
    asked = window("planned", 1, 2, known)
    found = uptime(line((0, "down")), 0, 2 * HOUR, [asked])
    assert (found.down, found.planned) == (7200 - planned, planned)
    assert found.late == (() if planned else (asked,))


def test_a_late_approval_of_another_time_is_not_listed() -> None:
    assert uptime(line((0, "down")), 0, 2 * HOUR, [window("planned", 3, 4, known=3)]).late == ()


def test_degraded_is_up_and_listed() -> None:
    found = uptime([Piece(0, None, "degraded", "blur")], 0, HOUR)
    assert (found.up, found.degraded, found.degraded_by) == (3600, 3600, {"blur": 3600})


def test_weather_makes_what_it_hides_up_and_nothing_else() -> None:
    states = [Piece(0, HOUR, "down", "over_exposed"), Piece(HOUR, 2 * HOUR, "down", "black")]
    states += [Piece(2 * HOUR, 3 * HOUR, "degraded", "noise"), Piece(3 * HOUR, 4 * HOUR, "unknown", None, "lost")]
    found = uptime(states, 0, 4 * HOUR, [window("weather", 0.5, 4)])
    assert (found.up, found.down, found.unknown, found.degraded) == (5400, 5400, 3600, 0)
    assert (found.weather, found.down_by) == (5400, {"over_exposed": 1800, "black": 3600})
    assert [(span.code, span.cls) for span in found.spans if span.reason == "weather"] == [
        ("over_exposed", "up"),
        ("noise", "up"),
    ]


def test_a_blip_is_up_and_listed() -> None:
    states = [Piece(0, HOUR, "up"), Piece(HOUR, HOUR + 40_000, "up", "frozen", "not_confirmed")]
    found = uptime([*states, Piece(HOUR + 40_000, None, "up")], 0, 2 * HOUR)
    assert (found.up, found.down, found.degraded) == (7200, 0, 0)
    assert [(blip.from_s, blip.seconds, blip.code) for blip in found.blips] == [(3600, 40, "frozen")]


def test_mains_loss_is_shown_counted_and_left_out() -> None:
    states = [
        Piece(0, 8 * HOUR, "up"),
        Piece(8 * HOUR, 9 * HOUR, "down", None, "mains"),
        Piece(9 * HOUR, None, "down", "x"),
    ]
    found = uptime(states, 0, 10 * HOUR)
    assert found.down_by == {"mains": 3600, "x": 3600}
    assert (found.mains, found.known, found.known_without_mains) == (3600, Decimal("80.000"), Decimal("88.889"))


def test_what_nobody_recorded_is_unknown() -> None:
    found = uptime(line((1, "up"), end=2), 0, 3 * HOUR)
    assert (found.up, found.unknown_by) == (3600, {"no_record": 7200})


def test_down_and_unknown_are_listed_by_cause() -> None:
    pieces = [Piece(0, HOUR, "down", "frozen"), Piece(HOUR, 2 * HOUR, "unknown", None, "lost")]
    found = uptime(pieces, 0, 3 * HOUR)
    assert found.down_by == {"frozen": 3600}
    assert found.unknown_by == {"lost": 3600, "no_record": 3600}


def test_neighbours_that_round_to_one_second_stay_neighbours() -> None:
    found = uptime([Piece(0, 1500, "up"), Piece(1500, 1700, "down"), Piece(1700, None, "up")], 0, 10_000)
    assert (found.up, found.down) == (10, 0)


def test_an_overlap_is_refused() -> None:
    with pytest.raises(ValueError, match="overlap"):
        uptime([Piece(0, 5000, "up"), Piece(4000, None, "down")], 0, 9000)
    with pytest.raises(ValueError, match="ends before"):
        uptime([], 9000, 0)


def test_a_month_is_cut_at_midnight_in_china() -> None:
    october, november = (int(datetime(2026, month, 1, tzinfo=CHINA).timestamp() * 1000) for month in (10, 11))
    down = Piece(november - HOUR, november + 2 * HOUR, "down", "frozen")
    found = uptime([Piece(october, down.from_ms, "up"), down], october, november)
    assert (found.down, found.service) == (3600, 31 * 86400)
    assert uptime([down], november, november + 3 * HOUR).down == 7200


def test_a_statement_tells_each_stretch_with_its_code() -> None:
    states = [
        Piece(0, HOUR, "up"),
        Piece(HOUR, 2 * HOUR, "degraded", "blur"),
        Piece(2 * HOUR, 4 * HOUR, "down", "frozen"),
    ]
    found = uptime(states, HOUR // 2, 5 * HOUR, [window("planned", 3, 3.5)])
    assert [(span.seconds, span.cls, span.state, span.reason) for span in found.spans] == [
        (1800, "up", "up", None),
        (3600, "up", "degraded", "blur"),
        (3600, "down", "down", "frozen"),
        (1800, "planned", "down", "frozen"),
        (1800, "down", "down", "frozen"),
        (3600, "unknown", "unknown", "no_record"),
    ]


def test_a_fleet_is_no_mean_of_percentages() -> None:
    assert fleet([Uptime(up=900, down=100), Uptime(up=1, down=9)]) == Decimal("89.208")
    assert fleet([]) is None


SECONDS = st.integers(0, 60)
STATES: st.SearchStrategy[State] = st.sampled_from(["up", "degraded", "down", "unknown"])
CODES = st.sampled_from([None, "blur", "black", "over_exposed"])
CAUSES = st.sampled_from([None, "mains", "not_confirmed"])
KINDS: st.SearchStrategy[WindowKind] = st.sampled_from(["planned", "out_of_service", "weather"])


@st.composite
def pieces(draw: st.DrawFn) -> list[Piece]:
    """Intervals in order, with holes, of any fraction of a second; the last may be open."""
    cuts = sorted(draw(st.sets(st.integers(0, 60_000), max_size=12)))
    whole = [Piece(a, b, draw(STATES), draw(CODES), draw(CAUSES)) for a, b in pairwise(cuts)]
    kept = [piece for piece in whole if draw(st.booleans())]
    return kept if not cuts or draw(st.booleans()) else [*kept, Piece(cuts[-1], None, draw(STATES), "x")]


MILLIS = st.integers(0, 60_000)
windows = st.lists(st.builds(Window, KINDS, st.just("cam-01"), MILLIS, st.none() | MILLIS, MILLIS), max_size=6)


def inside(item: Piece | Window, second: int) -> bool:
    end = 10**9 if item.to_ms is None else item.to_ms // 1000
    return item.from_ms // 1000 <= second < end


def naive(found: list[Piece], second: int, laid: list[Window]) -> tuple[str, str | None]:
    """The class and reason of one second, looked up."""
    piece = next((piece for piece in found if inside(piece, second)), Piece(0, 0, "unknown", None, "no_record"))
    kinds = {
        one.kind for one in laid if inside(one, second) and not (one.kind == "planned" and one.known_ms >= one.from_ms)
    }
    reason = "mains" if piece.cause == "mains" else piece.code or piece.cause
    hidden = "weather" in kinds and piece.code in WEATHER_CODES and piece.state in {"down", "degraded"}
    for cls in ("out_of_service", "planned"):
        if cls in kinds:
            return cls, "weather" if hidden else reason
    if hidden:
        return "up", "weather"
    return "up" if piece.state == "degraded" else piece.state, reason


@given(found=pieces(), begin=SECONDS, length=SECONDS, laid=windows)
def test_it_agrees_with_counting_second_by_second(
    found: list[Piece], begin: int, length: int, laid: list[Window]
) -> None:
    told = uptime(found, begin * 1000, (begin + length) * 1000, laid)
    counted = [naive(found, second, laid) for second in range(begin, begin + length)]
    assert [(span.cls, span.reason) for span in told.spans for _ in range(span.seconds)] == counted
    for cls in ("up", "down", "unknown", "planned", "out_of_service"):
        assert getattr(told, cls) == [one for one, _ in counted].count(cls)
    assert told.weather == counted.count(("up", "weather"))
    for cls, listed in (("down", told.down_by), ("unknown", told.unknown_by)):
        assert sum(listed.values()) == getattr(told, cls)


@given(found=pieces(), begin=MILLIS, length=MILLIS, laid=windows)
def test_up_down_and_unknown_are_the_service(found: list[Piece], begin: int, length: int, laid: list[Window]) -> None:
    told = uptime(found, begin, begin + length, laid)
    period = (begin + length) // 1000 - begin // 1000
    assert told.up + told.down + told.unknown == told.service == period - told.planned - told.out_of_service
    assert sum(span.seconds for span in told.spans) == period
    assert all(before.to_s == after.from_s for before, after in pairwise(told.spans))
