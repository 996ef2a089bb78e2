"""Bytes of a node by day and month, and what its memory tells whoever looks after it."""

from datetime import datetime

import msgspec
import pytest

from gateway import traffic
from gateway.store import Traffic


def at(text: str) -> int:
    return round(datetime.fromisoformat(f"{text}+08:00").timestamp() * 1000)


def counted(*passed: tuple[str, int]) -> Traffic:
    found = Traffic()
    for when, size in passed:
        found = found.plus(size, at(when))
    return found


def figures(found: Traffic) -> tuple[int, int, int, int]:
    return found.today, found.yesterday, found.month, found.last_month


@pytest.mark.parametrize(
    ("passed", "expected"),
    [
        ([("2026-11-26T00:00:00", 5), ("2026-11-26T23:59:59", 7)], (12, 0, 12, 0)),
        ([("2026-11-26T23:59:59", 5), ("2026-11-27T00:00:00", 7)], (7, 5, 12, 0)),
        ([("2026-11-26T12:00:00", 5), ("2026-11-28T12:00:00", 7)], (7, 0, 12, 0)),
        ([("2026-11-30T23:59:59", 5), ("2026-12-01T00:00:00", 7)], (7, 5, 7, 5)),
        ([("2026-12-31T12:00:00", 5), ("2027-01-01T12:00:00", 7)], (7, 5, 7, 5)),
        ([("2026-11-30T12:00:00", 5), ("2027-01-01T12:00:00", 7)], (7, 0, 7, 0)),
        ([("2026-11-26T12:00:00", 5), ("2026-11-25T12:00:00", 7)], (12, 0, 12, 0)),
    ],
)
def test_days_and_months_are_those_of_china(passed: list[tuple[str, int]], expected: tuple[int, int, int, int]) -> None:
    assert figures(counted(*passed)) == expected


def test_what_is_looked_at_later_counts_for_the_day_it_was_in() -> None:
    found = counted(("2026-11-30T12:00:00", 5))
    assert figures(found.as_of(at("2026-12-01T09:00:00"))) == (0, 5, 0, 5)
    assert figures(found.as_of(at("2026-11-30T13:00:00"))) == (5, 0, 5, 0)


def test_it_survives_json_as_it_is() -> None:
    found = counted(("2026-11-30T12:00:00", 5), ("2026-12-01T12:00:00", 7))
    assert msgspec.json.decode(msgspec.json.encode(found), type=Traffic) == found


def test_a_message_is_its_text_its_topic_and_the_envelopes_of_both_packets() -> None:
    assert traffic.size("vsm/v1/v/n-01/up", b"x" * 100) == 16 + 100 + (7 + 22) + (4 + 22)
