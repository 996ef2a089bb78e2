import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.footage import Recording
from edge.drivers.opencv.footage import DAY_S, FINE_S, HOUR_S, MOST_ASKS, Rounds
from edge.drivers.opencv.onvif import parsed
from edge.drivers.opencv.outcome import Failed

NOW = 1_773_806_400.0  # 2026-03-18 12:00 in China
ANSWER = """<?xml version="1.0"?><e:Envelope xmlns:e="x"><e:Body><tds:GetSystemDateAndTimeResponse>
<tt:UTCDateTime><tt:Time><tt:Hour>4</tt:Hour><tt:Minute>0</tt:Minute><tt:Second>30</tt:Second></tt:Time>
<tt:Date><tt:Year>2026</tt:Year><tt:Month>3</tt:Month><tt:Day>18</tt:Day></tt:Date></tt:UTCDateTime>
<tt:LocalDateTime><tt:Time><tt:Hour>12</tt:Hour></tt:Time></tt:LocalDateTime></e:Body></e:Envelope>"""


def recording(**more: object) -> Recording:
    return Recording.model_validate({"playback": "rtsp://10.0.0.9/1?a={start}&b={end}"} | more)


def rounds(kept: Callable[[float], bool], **more: object) -> tuple[Rounds, list[float]]:
    asked: list[float] = []

    def asks(start: float) -> bool:
        asked.append(start)
        return kept(start)

    return Rounds(recording(**more), asks), asked


def test_an_hour_ago_and_the_day_before_the_last_that_is_kept_are_asked_for() -> None:
    look, asked = rounds(lambda _at: True)
    assert look.look(NOW).recorded is True
    assert asked == [NOW - HOUR_S, NOW - 29 * DAY_S]


def test_a_recorder_that_forgets_too_early_is_found() -> None:
    look, _ = rounds(lambda at: at > NOW - 10 * DAY_S)
    kept = look.look(NOW)
    assert (kept.recorded, kept.since) == (False, NOW - 29 * DAY_S)


def test_nothing_is_expected_of_before_it_began() -> None:
    look, asked = rounds(lambda at: at > NOW - 3 * DAY_S, since=dt.date(2026, 3, 16))
    assert look.look(NOW).recorded is True
    assert asked == [NOW - HOUR_S]


@given(st.floats(2 * HOUR_S, 28 * DAY_S))
def test_the_begin_of_a_gap_is_found_by_few_questions(ago: float) -> None:
    look, asked = rounds(lambda at: at < NOW - ago)
    kept = look.look(NOW)
    assert kept.recorded is False
    assert kept.since is not None
    assert 0 <= kept.since - (NOW - ago) <= FINE_S
    assert len(asked) <= MOST_ASKS + 2


def test_what_was_seen_in_the_round_before_makes_it_shorter() -> None:
    look, asked = rounds(lambda at: at < NOW + 2 * HOUR_S)
    assert look.look(NOW).recorded is True
    asked.clear()
    kept = look.look(NOW + 6 * HOUR_S)
    assert kept.since == pytest.approx(NOW + 2 * HOUR_S, abs=FINE_S)
    assert len(asked) <= 9
    asked.clear()
    assert look.look(NOW + 12 * HOUR_S) == kept
    assert len(asked) == 1


def test_a_gap_that_is_over_is_over() -> None:
    gaps = [(NOW - 2 * HOUR_S, NOW)]
    look, _ = rounds(lambda at: not any(a <= at < b for a, b in gaps))
    assert look.look(NOW).recorded is False
    assert look.look(NOW + 6 * HOUR_S).recorded is True


def test_a_recorder_that_cannot_be_asked_is_not_one_that_has_nothing() -> None:
    def fails(_start: float) -> bool:
        raise Failed("busy", "453")

    with pytest.raises(Failed):
        Rounds(recording(), fails).look(NOW)


def test_the_cameras_utc_is_read() -> None:
    assert parsed(ANSWER) == NOW + 30


@pytest.mark.parametrize("text", ["", "<UTCDateTime/>", ANSWER.replace(">18<", ">38<"), ANSWER.replace("2026", "x")])
def test_an_answer_without_a_time_is_none(text: str) -> None:
    assert parsed(text) is None


def test_entities_are_not_expanded() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "4">]>' + ANSWER.replace(">4<", ">&b;<")
    assert parsed(bomb) is None
