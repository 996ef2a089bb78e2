import pytest

from edge.drivers.opencv.burst import Burst, Group
from edge.drivers.opencv.rtp import Frame


def frames(count: int, fps: int, gop: int = 50) -> list[Frame]:
    return [
        Frame(number * 90_000 // fps, key=number % gop == 0, pieces=[bytes([number % 256])], picture=True)
        for number in range(count)
    ]


def groups(given: list[Frame], burst: Burst, begin: float = 0.0) -> list[Group]:
    return [group for frame in given if (group := burst.add(frame, begin + frame.stamp / 90_000))]


def test_a_second_from_a_key_on_is_collected_once_a_minute() -> None:
    burst = Burst(60.0)
    first, second = groups(frames(3500, 25), burst)[:2]
    assert first.fps == pytest.approx(25)
    assert first.content == bytes(range(26))
    assert len(second.content) == 26
    assert len(groups(frames(100, 25), Burst(60.0))) == 1


def test_a_group_may_go_over_a_key() -> None:
    (group,) = groups(frames(30, 25, gop=10), Burst(60.0))
    assert len(group.content) == 26


def test_slow_streams_are_not_decoded_for_it() -> None:
    assert groups(frames(100, 5), Burst(60.0)) == []


def test_a_gap_begins_it_anew() -> None:
    given = frames(120, 25)
    given[10].whole = False
    (group,) = groups(given, Burst(60.0))
    assert group.content[0] == 50


def test_a_new_stream_begins_it_anew() -> None:
    burst = Burst(60.0)
    groups(frames(20, 25), burst)
    burst.restart()
    (group,) = groups(frames(30, 25), burst, 60.0)
    assert len(group.content) == 26
