"""Quiet hours and the digest, to the minute, over midnight, month's end and year's end."""

import pytest

from gateway.dispatch import digest_before, digest_next, due_ms, is_night
from gateway.faults.times import DispatchTimes
from tests.rosters import ms

SHIPPED = DispatchTimes()


@pytest.mark.parametrize(
    ("at", "due"),
    [
        ("2026-11-11 21:59:59.999", "2026-11-11 21:59:59.999"),
        ("2026-11-11 22:00", "2026-11-12 07:30"),
        ("2026-11-12 00:00", "2026-11-12 07:30"),
        ("2026-11-12 05:59:59.999", "2026-11-12 07:30"),
        ("2026-11-12 06:00", "2026-11-12 06:00"),
        ("2026-02-28 23:30", "2026-03-01 07:30"),
        ("2026-12-31 23:59", "2027-01-01 07:30"),
    ],
)
def test_severity_3_of_the_night_waits_for_the_digest_and_nothing_else_does(at: str, due: str) -> None:
    assert due_ms(SHIPPED, 3, ms(at)) == ms(due)
    assert (due_ms(SHIPPED, 2, ms(at)), due_ms(SHIPPED, 1, ms(at))) == (ms(at), ms(at))


def test_the_night_may_lie_within_one_day_or_not_be_at_all() -> None:
    noon = DispatchTimes(quiet_from="12:00", quiet_to="14:00")
    never = DispatchTimes(quiet_from="06:00", quiet_to="06:00")
    assert [is_night(noon, ms(f"2026-11-11 {at}")) for at in ("11:59", "12:00", "13:59", "14:00")] == [
        False,
        True,
        True,
        False,
    ]
    assert not any(is_night(never, ms(f"2026-11-11 {hour:02d}:00")) for hour in range(24))


def test_a_digest_is_before_itself_and_the_next_one_a_day_later() -> None:
    at = ms("2027-01-01 07:30")
    assert (digest_before(SHIPPED, at), digest_before(SHIPPED, at - 1)) == (at, ms("2026-12-31 07:30"))
    assert (digest_next(SHIPPED, at), digest_next(SHIPPED, at - 1)) == (ms("2027-01-02 07:30"), at)


def test_a_digest_within_the_quiet_hours_is_waited_for_too() -> None:
    early = DispatchTimes(digest_at="05:00")
    assert [due_ms(early, 3, ms(f"2026-11-11 {at}")) for at in ("05:00", "05:01")] == [
        ms("2026-11-11 05:00"),
        ms("2026-11-12 05:00"),
    ]
