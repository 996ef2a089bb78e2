"""Months: when they are due, what is written of them, and what differs."""

from datetime import datetime, timedelta, timezone

import pytest

from gateway.uptime import Span, Uptime
from gateway.uptime.months import Difference, canonical, differences, digest, due, entry, month_at, parsed

CHINA = timezone(timedelta(hours=8))


def ms(text: str) -> int:
    return round(datetime.fromisoformat(f"{text}+08:00").timestamp()) * 1000


OCTOBER = month_at(ms("2026-10-15T12:00"))


@pytest.mark.parametrize(
    ("moment", "name"),
    [("2026-10-01T00:00", "2026-10"), ("2026-09-30T23:59:59", "2026-09"), ("2026-12-31T23:59:59", "2026-12")],
)
def test_a_month_is_cut_at_midnight_in_china(moment: str, name: str) -> None:
    month = month_at(ms(moment))
    assert (month.name, month_at(month.to_ms - 1), month_at(month.from_ms)) == (name, month, month)


def test_december_ends_with_the_year() -> None:
    assert month_at(ms("2026-12-05T00:00")).to_ms == ms("2027-01-01T00:00")


@pytest.mark.parametrize(
    ("now", "names"),
    [
        ("2026-11-04T23:59:59", []),
        ("2026-11-05T00:00:00", ["2026-10"]),
        ("2027-02-05T00:00:00", ["2026-10", "2026-11", "2026-12", "2027-01"]),
    ],
)
def test_a_month_is_due_on_day_5(now: str, names: list[str]) -> None:
    assert [month.name for month in due(ms("2026-10-31T08:00"), ms(now))] == names


def test_the_same_figures_are_the_same_bytes() -> None:
    one = entry(Uptime(up=9, down=1, down_by={"b": 1, "a": 0}), "camera", ("cam-01", "n-01"))
    other = entry(Uptime(up=9, down=1, down_by={"a": 0, "b": 1}), "camera", ("cam-01", "n-01"))
    bodies = [
        canonical(OCTOBER, "v-01", "", {"cam-01": one, "cam-02": other}),
        canonical(OCTOBER, "v-01", "", {"cam-02": one, "cam-01": other}),
    ]
    assert bodies[0] == bodies[1]
    assert len(digest(bodies[0])) == 64
    assert digest(bodies[0]) != digest(canonical(OCTOBER, "v-02", "", {"cam-01": one, "cam-02": other}))


def test_a_month_is_read_back() -> None:
    found = entry(
        Uptime(up=9, down=1, spans=(Span(0, 3, "up", "up", "black", "not_confirmed"),)), "camera", ("cam-01",)
    )
    body = parsed(canonical(OCTOBER, "v-01", "abc", {"cam-01": found}))
    assert (body.from_, body.to, body.before) == ("2026-10-01T00:00:00+08:00", "2026-11-01T00:00:00+08:00", "abc")
    assert body.devices["cam-01"] == found
    assert (found["S"], found["known"], found["blips"], found["targets"]) == (10, 90.0, 3, ["cam-01"])


def test_what_differs_is_named_by_device_and_field() -> None:
    before = {"cam-01": entry(Uptime(up=9, down=1, down_by={"black": 1}), "camera", ("cam-01",))}
    after = {"cam-01": entry(Uptime(up=8, down=2, down_by={"black": 1, "frozen": 1}), "camera", ("cam-01",))}
    found = {item.field: item for item in differences(before, after)}
    assert found["U"] == Difference("cam-01", "U", 9, 8)
    assert found["down_by.frozen"] == Difference("cam-01", "down_by.frozen", None, 1)
    assert found.keys() == {"U", "D", "known", "known_without_mains", "strict", "down_by.frozen", "upper"}
    assert differences(before, before) == []
