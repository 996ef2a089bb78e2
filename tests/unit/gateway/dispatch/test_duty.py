"""Who is on duty: shifts over midnight, holidays, days worked instead, hand-overs, and the hours nobody has."""

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.dispatch import Calendar, Roster, Setup, gaps, on_duty
from gateway.dispatch.days import DAY_MS, MINUTE_MS, calendar, local
from tests.rosters import duty, ms, person, roster

PLAIN = Calendar()
NATIONAL = calendar([date(2026, 10, 1)], [date(2026, 10, 10)])
TWO = (person("li"), person("wang"))


def names(found: Roster, at: str, days: Calendar = PLAIN, post: str = "police", grid: str | None = None) -> list[str]:
    return [somebody.id for somebody in on_duty(found, post, grid, ms(at), days)]


@pytest.mark.parametrize(
    ("at", "there"),
    [
        ("2026-10-31 17:59:59.999", []),
        ("2026-10-31 18:00", ["li"]),  # Saturday, the month's last evening
        ("2026-11-01 00:00", ["li"]),
        ("2026-11-01 07:59:59.999", ["li"]),
        ("2026-11-01 08:00", []),
        ("2026-11-01 18:00", []),
    ],
)
def test_a_shift_over_midnight_belongs_to_the_day_on_which_it_begins(at: str, there: list[str]) -> None:
    found = roster(*TWO, duties=[duty("police", "li", days=["sat"], **{"from": "18:00", "to": "08:00"})])
    assert names(found, at) == there


def test_a_shift_without_hours_is_all_day_and_one_that_ends_when_it_begins_lasts_a_day() -> None:
    whole = roster(*TWO, duties=[duty("police", "li", days=["sun"])])
    later = roster(*TWO, duties=[duty("police", "li", days=["sun"], **{"from": "08:00", "to": "08:00"})])
    assert [names(whole, f"2026-11-0{day} 00:00") for day in (1, 2)] == [["li"], []]
    assert [names(later, at) for at in ("2026-11-01 08:00", "2026-11-02 07:59", "2026-11-02 08:00")] == [
        ["li"],
        ["li"],
        [],
    ]


@pytest.mark.parametrize(
    ("holidays", "feast", "day_after"),
    [("as_usual", ["li"], ["li"]), ("only", ["li"], []), ("never", [], ["li"])],
)
def test_on_a_holiday_it_goes_by_the_word_for_holidays(holidays: str, feast: list[str], day_after: list[str]) -> None:
    found = roster(*TWO, duties=[duty("police", "li", holidays=holidays)])
    assert (names(found, "2026-10-01 12:00", NATIONAL), names(found, "2026-10-02 12:00", NATIONAL)) == (
        feast,
        day_after,
    )


def test_the_night_before_a_holiday_is_no_holiday_though_it_ends_in_one() -> None:
    found = roster(*TWO, duties=[duty("police", "li", holidays="never", **{"from": "20:00", "to": "06:00"})])
    assert names(found, "2026-10-01 05:59", NATIONAL) == ["li"]
    assert names(found, "2026-10-02 05:59", NATIONAL) == []


def test_a_saturday_that_is_worked_is_a_monday() -> None:
    found = roster(*TWO, duties=[duty("police", "li", days=["mon"]), duty("police", "wang", days=["sat"])])
    assert names(found, "2026-10-10 12:00", NATIONAL) == ["li"]
    assert names(found, "2026-10-10 12:00", PLAIN) == ["wang"]


def hand_over(**more: Any) -> Roster:
    row = {"post": "police", "person": "wang", "from": "2026-10-05 08:00", "to": "2026-10-06T00:00:00Z", **more}
    return roster(*TWO, duties=[duty("police", "li", **{"from": "06:00", "to": "20:00"})], hand_overs=[row])


@pytest.mark.parametrize(
    ("at", "stands_in", "joins"),
    [
        ("2026-10-05 07:59", ["li"], ["li"]),
        ("2026-10-05 08:00", ["wang"], ["li", "wang"]),
        ("2026-10-05 23:00", [], ["wang"]),  # nobody to stand in for
        ("2026-10-06 07:59", ["wang"], ["li", "wang"]),  # its end is written in UTC
        ("2026-10-06 08:00", ["li"], ["li"]),
    ],
)
def test_a_hand_over_takes_a_place_or_joins_for_its_time(at: str, stands_in: list[str], joins: list[str]) -> None:
    assert names(hand_over(instead_of="li"), at) == stands_in
    assert names(hand_over(), at) == joins


def test_one_hand_over_counts_on_what_the_one_before_it_left() -> None:
    span = {"post": "police", "from": "2026-10-05", "to": "2026-10-06"}
    chain = [{**span, "person": "wang", "instead_of": "li"}, {**span, "person": "zhao", "instead_of": "wang"}]
    found = roster(*TWO, person("zhao"), duties=[duty("police", "li")], hand_overs=chain)
    assert names(found, "2026-10-05 12:00") == ["zhao"]


def test_each_grid_has_its_own_people() -> None:
    found = roster(*TWO, duties=[duty("grid_officer", "li", "g-1"), duty("grid_officer", "wang", "g-2")])
    assert [names(found, "2026-10-05 12:00", PLAIN, "grid_officer", grid) for grid in ("g-1", "g-2", None)] == [
        ["li"],
        ["wang"],
        [],
    ]


def test_a_gap_of_one_minute_over_the_end_of_a_year_is_found() -> None:
    evening, morning = {"from": "12:00", "to": "23:59"}, {"from": "00:00", "to": "12:00"}
    found = roster(*TWO, duties=[duty("police", "li", **evening), duty("police", "wang", **morning)])
    holes = gaps(found, [("police", None)], ms("2026-12-31 00:00"), ms("2027-01-01 12:00"), PLAIN)
    assert [(hole.from_ms, hole.to_ms) for hole in holes] == [(ms("2026-12-31 23:59"), ms("2027-01-01 00:00"))]


def test_a_post_that_nobody_has_is_one_gap_and_one_that_somebody_always_has_is_none() -> None:
    found = roster(*TWO, duties=[duty("police", "li")])
    span = ms("2026-10-01 00:00"), ms("2026-10-15 00:00")
    assert gaps(found, [("police", None), ("bank", None)], *span, PLAIN) == (("bank", None, *span),)


clocks = st.integers(0, 1439).map(lambda minute: f"{minute // 60:02d}:{minute % 60:02d}")
days = st.just("every") | st.lists(st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]), unique=True)
duties = st.fixed_dictionaries(
    {
        "post": st.just("police"),
        "person": st.sampled_from(["li", "wang"]),
        "days": days,
        "from": clocks,
        "to": clocks,
        "holidays": st.sampled_from(["as_usual", "only", "never"]),
    }
)
moments = st.integers(0, 3 * 1440).map(lambda minute: ms("2026-09-30 00:00") + minute * MINUTE_MS)
spans = st.tuples(moments, moments).filter(lambda pair: pair[0] < pair[1])


@st.composite
def hand_overs(draw: st.DrawFn) -> dict[str, Any]:
    begin, end = draw(spans)
    instead = draw(st.sampled_from([None, "li"]))
    return {"post": "police", "person": "wang", "instead_of": instead, "from": local(begin), "to": local(end)}


@given(st.lists(duties, max_size=4), st.lists(hand_overs(), max_size=2), spans)
def test_gaps_are_the_minutes_in_which_nobody_is_on_duty(
    rows: list[dict[str, Any]], others: list[dict[str, Any]], span: tuple[int, int]
) -> None:
    found = roster(*TWO, duties=rows, hand_overs=others)
    minutes = range(*span, MINUTE_MS)
    empty = {at for at in minutes if not on_duty(found, "police", None, at, NATIONAL)}
    holes = gaps(found, [("police", None)], *span, NATIONAL)
    assert {at for hole in holes for at in range(hole.from_ms, hole.to_ms, MINUTE_MS)} == empty
    assert all(one.to_ms < two.from_ms for one, two in pairwise(holes))


def test_the_shipped_example_has_somebody_at_every_minute_of_two_years(everybody: Setup) -> None:
    keys = [("maintenance", None), ("fire-squad", None), ("electrician", None)]
    span = ms("2026-01-01 00:00"), ms("2026-01-01 00:00") + 730 * DAY_MS
    assert everybody.roster
    assert gaps(everybody.roster, keys, *span, everybody.calendar) == ()
    without = everybody.roster.model_copy(update={"duties": everybody.roster.duties[1:]})
    assert gaps(Roster.model_validate(without.model_dump(by_alias=True)), keys, *span, everybody.calendar)
