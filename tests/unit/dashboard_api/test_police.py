"""The small parts of the police's pages: bars, percentiles, lengths of time."""

import re

import pytest

from dashboard_api.keeping import ENTRIES, Keeping
from dashboard_api.web.police.response import MEDIAN_OF, MOST_OF, cell, nearest, times
from dashboard_api.web.reports.bars import HIGH, LEAST, WIDE, course, shares
from dashboard_api.web.reports.words import length, rate, roughly
from gateway.store import ReplyRow
from gateway.store.rows import MoveKind
from gateway.uptime import Span, Uptime

MINUTE = 60_000


def boxes(path: str) -> list[tuple[float, float, float]]:
    """Left, width and height of each box of an outline."""
    found = re.findall(r"M([\d.]+) \d+h([\d.]+)v(\d+)", path)
    return [(float(left), float(wide), float(high)) for left, wide, high in found]


def test_a_bar_is_drawn_to_scale_on_a_green_ground() -> None:
    spans = [Span(0, 400, "up", "up"), Span(400, 500, "down", "down", "frozen"), Span(500, 1000, "up", "up")]
    drawn = dict(course(spans, 0, 1000))
    assert boxes(drawn["up"]) == [(0, WIDE, HIGH)]
    assert boxes(drawn["down"]) == [(400, 100, HIGH)]


def test_what_is_short_can_still_be_seen() -> None:
    spans = [Span(0, 999_999, "up", "up"), Span(999_999, 1_000_000, "down", "down", "black")]
    [(left, wide, _)] = boxes(dict(course(spans, 0, 1_000_000))["down"])
    assert (left, wide) == (WIDE - LEAST, LEAST)


def test_a_thousand_blips_are_few_boxes() -> None:
    spans = [Span(n, n + 1, "down" if n % 2 else "up", "down" if n % 2 else "up") for n in range(10_000)]
    assert len(boxes(dict(course(spans, 0, 10_000))["down"])) < 10


def test_what_has_not_come_yet_stays_empty() -> None:
    assert boxes(dict(course([Span(0, 250, "up", "up")], 0, 1000))["up"]) == [(0, 250, HIGH)]
    assert "up" not in dict(course([Span(0, 1000, "unknown", "unknown")], 0, 1000))


def test_shares_fill_the_bar_and_what_is_small_can_still_be_seen() -> None:
    drawn = shares(Uptime(up=999_980, degraded=400_000, down=1, planned=19))
    assert [what for what, _ in drawn] == ["up", "degraded", "down", "planned"]
    parts = [boxes(path)[0] for _, path in drawn]
    assert [round(wide, 1) for _, wide, _ in parts[2:]] == [LEAST, LEAST]
    assert [left for left, _, _ in parts][1:] == pytest.approx([left + wide for left, wide, _ in parts][:-1], abs=0.2)
    assert sum(wide for _, wide, _ in parts) == pytest.approx(WIDE, abs=0.3)
    assert shares(Uptime()) == ()


@pytest.mark.parametrize(
    ("values", "share", "found"),
    [([7], 0.9, 7), ([1, 2, 3, 4], 0.5, 2), (list(range(1, 11)), 0.9, 9), (list(range(1, 12)), 0.9, 10)],
)
def test_a_percentile_is_one_of_the_values(values: list[int], share: float, found: int) -> None:
    assert nearest(values, share) == found


def test_too_few_say_nothing() -> None:
    assert cell("en", [60] * (MEDIAN_OF - 1)).median == ""
    assert (cell("en", [60] * MEDIAN_OF).median, cell("en", [60] * (MOST_OF - 1)).most) == ("1 min", "")
    assert cell("en", [60] * MOST_OF).most == "1 min"


def _moves(*moves: tuple[MoveKind, int]) -> list[ReplyRow]:
    return [ReplyRow("F-1", 2, 0, move, at * MINUTE) for move, at in moves]


def test_only_the_first_round_counts_and_each_step_once() -> None:
    rows = _moves(("opened", 0), ("acknowledged", 5), ("refused", 6), ("acknowledged", 9), ("closed", 12))
    rows += _moves(("verified", 42), ("reopened", 50), ("on_site", 60))
    opened, took = times(rows)
    assert (opened, took) == (1, {"acknowledged": [300], "on_site": [], "fixed": [], "closed": [42 * 60]})


def test_lengths_are_exact_where_they_are_evidence_and_short_where_they_are_looked_over() -> None:
    assert length("en", 90_061) == "1 d 1 h 1 min 1 s"
    assert (length("zh", 0), length("zh", 3_605)) == ("0 秒", "1 小时 5 秒")
    assert (roughly("en", 90_061), roughly("en", 3_725), roughly("en", 59)) == ("1 d 1 h", "1 h 2 min", "59 s")
    assert rate(None) == "—"


def test_what_is_kept_is_made_once_for_each_stamp() -> None:
    kept, made = Keeping(), list[int]()
    for stamp in (1, 1, 2, 2, 1):
        kept.get("month", stamp, lambda: made.append(1))
    assert len(made) == 3
    for n in range(ENTRIES + 5):
        kept.get(str(n), 1, lambda: made.append(1))
    assert len(kept._kept) == ENTRIES
