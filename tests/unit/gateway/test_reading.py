"""A series is the same whichever of its windows are rolled up already and whichever points are deleted again."""

from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.telemetry.reading import series
from gateway.telemetry.rollup import DAY, DAY_MS, FIVE, Level, Sum, touched

MINUTE, HOUR = 60_000, 3_600_000
DAY_0 = DAY.begin(1_800_000_000_000)


class Answers:
    """Values by time, of which some windows are rolled up, and points before ``begins`` are deleted."""

    def __init__(self, values: dict[int, float], rolled: set[int], days: set[int], begins: int = 0) -> None:
        self.values, self.begins = values, begins
        self.windows = {FIVE: rolled, DAY: days}
        self.asked: list[tuple[Level | None, int, int]] = []

    def __call__(self, level: Level | None, from_ms: int, to_ms: int, step_ms: int) -> dict[int, Sum]:
        self.asked.append((level, from_ms, to_ms))
        offset = level.offset_ms if level else 0
        found: dict[int, list[int]] = {}
        for t in self.values:
            at = level.begin(t) if level else t
            if from_ms <= at < to_ms and (at in self.windows[level] if level else t >= self.begins):
                found.setdefault((at - offset) // step_ms * step_ms + offset, []).append(t)
        return {
            begin: Sum(
                sum(self.values[t] for t in times),
                len(times),
                min(self.values[t] for t in times),
                max(self.values[t] for t in times),
                len({level.begin(t) for t in times}) if level else 0,
            )
            for begin, times in found.items()
        }


values = st.dictionaries(
    st.integers(DAY_0, DAY_0 + 6 * HOUR), st.floats(-1e6, 1e6, allow_nan=False), min_size=1, max_size=60
)


@given(
    values,
    st.sets(st.integers(0, 71)),
    st.integers(0, 4 * HOUR),
    st.integers(1, 6 * HOUR),
    st.sampled_from([1_000, MINUTE, 5 * MINUTE, 10 * MINUTE, 35 * MINUTE, HOUR, 7 * HOUR, DAY_MS]),
)
def test_rollups_change_no_answer(
    values: dict[int, float], rolled: set[int], after: int, length: int, step: int
) -> None:
    span = DAY_0 + after, DAY_0 + after + length
    windows = {DAY_0 + n * FIVE.step_ms for n in rolled}
    found = series(Answers(values, windows, {DAY_0}), *span, step)
    plain = series(Answers(values, set(), set()), *span, step)
    assert [sample.t for sample in found] == [sample.t for sample in plain]
    assert all(isclose(a.value, b.value, rel_tol=1e-9, abs_tol=1e-6) for a, b in zip(found, plain, strict=True))
    assert [(step.min, step.max) for step in found] == [(step.min, step.max) for step in plain]


@given(values, st.integers(0, 71), st.sampled_from([5 * MINUTE, 15 * MINUTE, 3 * HOUR]))
def test_deleted_points_change_no_answer_that_five_minutes_can_give(
    values: dict[int, float], deleted: int, step: int
) -> None:
    span = DAY_0, DAY_0 + 6 * HOUR + FIVE.step_ms
    windows = {FIVE.begin(t) for t in values}
    found = series(Answers(values, windows, set(), DAY_0 + deleted * FIVE.step_ms), *span, step)
    plain = series(Answers(values, set(), set()), *span, step)
    assert [sample.t for sample in found] == [sample.t for sample in plain]
    assert all(isclose(a.value, b.value, rel_tol=1e-9, abs_tol=1e-6) for a, b in zip(found, plain, strict=True))


def test_a_long_series_reads_no_points_where_rollups_are_whole() -> None:
    times = range(DAY_0, DAY_0 + 10 * DAY_MS, 5 * MINUTE)
    answers = Answers(dict.fromkeys(times, 1.0), set(times[:-20]), set())
    assert len(series(answers, DAY_0, DAY_0 + 10 * DAY_MS, HOUR)) == 240
    assert [span for level, *span in answers.asked if level is None] == [[DAY_0 + 10 * DAY_MS - 2 * HOUR, times.stop]]


def test_a_device_that_is_often_away_is_not_asked_for_gap_by_gap() -> None:
    times = range(DAY_0, DAY_0 + DAY_MS, 20 * MINUTE)
    answers = Answers(dict.fromkeys(times, 1.0), set(times), set())
    assert len(series(answers, DAY_0, DAY_0 + DAY_MS, 5 * MINUTE)) == 72
    assert len(answers.asked) < 5


@pytest.mark.parametrize(
    ("line", "window"),
    [
        ("camera,device=c fps=1.0,n=2.0 1800000299999", ("camera", "5m", 1_800_000_000_000)),
        ("node,device=c n=2.0 1800000300000", ("node", "5m", 1_800_000_300_000)),
        ("event,device=c n=2.0 1800000300000", None),
        ("check,device=c n=2.0 1800000300000", None),
        ("rubbish", None),
        ("camera,device=c fps=1.0 never", None),
        ("", None),
    ],
)
def test_a_point_touches_the_window_it_lies_in(line: str, window: tuple[str, str, int] | None) -> None:
    assert touched([line]) == ({window} if window else set())
