"""Who comes next when nobody takes a fault, and when."""

import pytest

from contracts.inventory import Village
from gateway.dispatch import Setup, Subject, address, climb, first_ms, next_ms
from gateway.faults.order import OrderState
from gateway.faults.times import DispatchTimes
from tests.rosters import DAY, DUTIES, NIGHT, PEOPLE, before, duty, ms, roster, setup, told

SHIPPED = DispatchTimes()
MINUTE = 60_000
BLACK, DARK_SITE = Subject("cam-01", "black", 2), Subject("j-01", "site_dark", 2)


@pytest.fixture
def staffed(beigu: Village) -> Setup:
    """Everybody a camera of grid 1 needs."""
    return setup(beigu, roster(*PEOPLE, duties=DUTIES))


@pytest.mark.parametrize(("severity", "minutes"), [(2, [15, 45, 165]), (1, [5, 35, 155])])
def test_while_nobody_takes_it_the_steps_come_by_the_first_message(severity: int, minutes: list[int]) -> None:
    due = [next_ms(SHIPPED, severity, NIGHT, step, None, "open") for step in range(4)]
    assert due == [*(NIGHT + minute * MINUTE for minute in minutes), None]
    assert first_ms(SHIPPED, severity, NIGHT) == due[0]


def test_a_step_of_severity_3_that_falls_into_the_night_waits_for_the_digest() -> None:
    assert first_ms(SHIPPED, 3, ms("2026-12-30 23:00")) == ms("2027-01-01 07:30")
    assert first_ms(SHIPPED, 3, ms("2026-12-30 21:59")) == ms("2026-12-31 21:59")


@pytest.mark.parametrize("state", ["acked", "on_site", "fixed"])
def test_what_was_taken_goes_up_four_hours_after_its_last_move_and_at_the_top_again(state: OrderState) -> None:
    assert [next_ms(SHIPPED, 2, DAY, step, DAY + 90 * MINUTE, state) for step in (0, 3)] == [DAY + 330 * MINUTE] * 2


def test_what_was_refused_goes_up_as_if_it_was_told_of_then() -> None:
    due = [next_ms(SHIPPED, 2, DAY, step, DAY + 90 * MINUTE, "refused") for step in (0, 2, 3)]
    assert due == [DAY + 105 * MINUTE, DAY + 105 * MINUTE, None]


@pytest.mark.parametrize("state", ["suspended", "closed"])
def test_what_waits_for_its_date_or_is_over_goes_nowhere(state: OrderState) -> None:
    assert next_ms(SHIPPED, 1, DAY, 0, DAY, state) is None


def test_step_1_is_the_grids_lead_and_a_second_channel_for_those_on_duty(staffed: Setup) -> None:
    first = address(staffed, "cam-01", "black", 2, DAY)
    assert told(first) == [("li", "sms", "maintenance")]
    rows = climb(staffed, BLACK, 1, DAY + 15 * MINUTE, before(first))
    assert told(rows) == [("li", "voice", "maintenance"), ("lead", "sms", "grid_lead@g-1")]
    assert {(row.step, row.due_ms) for row in rows} == {(1, DAY + 15 * MINUTE)}


def test_after_a_change_of_shift_those_who_came_are_told_by_their_first_channel(staffed: Setup) -> None:
    first = address(staffed, "cam-01", "black", 2, ms("2026-10-31 19:50"))
    (second, _lead) = climb(staffed, BLACK, 1, ms("2026-10-31 20:00"), before(first))
    assert (second.recipient, second.channel) == ("wang", "sms")


def test_steps_2_and_3_are_the_head_and_the_safety_centres_head(staffed: Setup) -> None:
    assert told(climb(staffed, BLACK, 2, DAY, ())) == [("head", "sms", "maintenance.head")]
    assert told(climb(staffed, BLACK, 3, DAY, ())) == [("chief", "sms", "safety-centre.head")]


def test_who_was_told_on_a_channel_before_is_told_on_another_and_at_last_again(staffed: Setup) -> None:
    (other,) = climb(staffed, BLACK, 2, DAY, {("head", "sms")})
    (again,) = climb(staffed, BLACK, 2, DAY, {("head", "sms"), ("head", "voice")})
    assert (other.channel, again.channel) == ("voice", "sms")


def test_a_step_whose_post_has_nobody_says_so_and_the_next_one_is_told_at_once(beigu: Village) -> None:
    found = setup(beigu, roster(*PEOPLE, duties=[duty("electrician", "li"), duty("safety-centre.head", "chief")]))
    for step, empty in ((1, "grid_lead@g-1"), (2, "electrician.head")):
        rows = climb(found, DARK_SITE, step, DAY, {("li", "sms"), ("li", "voice")})
        assert told(rows) == [("", "", empty), ("chief", "sms", "safety-centre.head")]


def test_where_nobody_is_at_all_each_step_still_has_its_row(beigu: Village) -> None:
    for found in (setup(beigu, None), setup(beigu, roster(*PEOPLE))):
        assert [told(climb(found, BLACK, step, DAY, ())) for step in (1, 2, 3)] == [
            [("", "", "grid_lead@g-1")],
            [("", "", "maintenance.head")],
            [("", "", "safety-centre.head")],
        ]


def test_what_stands_in_no_grid_has_a_second_channel_or_else_the_head(staffed: Setup) -> None:
    full = Subject("gateway", "store_full", 2)
    assert told(climb(staffed, full, 1, DAY, {("li", "sms")})) == [("li", "voice", "maintenance")]
    both = {("li", "sms"), ("li", "voice")}
    assert told(climb(staffed, full, 1, DAY, both)) == [("head", "sms", "maintenance.head")]


def test_a_feeder_has_the_lead_of_every_grid_that_hangs_on_it(everybody: Setup) -> None:
    rows = climb(everybody, Subject("f-polder", "feeder_down", 2), 1, DAY, {("power-desk", "voice")})
    assert told(rows) == [("zhang", "sms", "grid_lead@g-5"), ("zhao", "voice", "grid_lead@g-6")]


def test_a_step_of_severity_1_rings_at_night(staffed: Setup) -> None:
    rows = climb(staffed, Subject("cam-01", "black", 1), 2, NIGHT, ())
    assert [(row.channel, row.due_ms - NIGHT, row.unless_taken) for row in rows] == [
        ("voice", 0, False),
        ("sms", MINUTE, True),
    ]
