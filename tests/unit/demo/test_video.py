import pytest

from demo.nal import IDR, KEYS, SETS, Codec, kind_of, split_nals
from demo.scene import Scene
from demo.video import GOP, TICK, Coding, Fault, Stream

START = 8_977_224_000


def played(stream: Stream, ticks: int, start: int = START) -> list[tuple[bool, tuple[bytes, ...]]]:
    pictures = [stream.tick(start + tick) for tick in range(ticks)]
    return [(picture.key, picture.nals) for picture in pictures if picture is not None]


def keys(pictures: list[tuple[bool, tuple[bytes, ...]]]) -> list[tuple[bytes, ...]]:
    return [nals for key, nals in pictures if key]


def test_a_gop_is_ten_pictures_and_begins_with_a_key() -> None:
    pictures = played(Stream(Scene("a", 1, 1.0)), 2 * GOP)
    assert [index for index, (key, _) in enumerate(pictures) if key] == [0, GOP]


def test_a_frozen_camera_sends_the_same_bytes_with_new_times() -> None:
    stream = Stream(Scene("a", 1, 1.0))
    played(stream, 3)
    stream.break_("frozen")
    pictures = keys(played(stream, 4 * GOP, START + 3))
    assert len(pictures) >= 3
    assert len(set(pictures)) == 1
    assert stream.gop[-1].stamp == (START + 3 + 4 * GOP - 1) * TICK


def test_a_camera_that_freezes_before_anybody_watched_still_begins_with_a_key() -> None:
    stream = Stream(Scene("a", 1, 1.0))
    stream.break_("frozen")
    assert played(stream, 1)[0][0]


def test_a_mended_camera_begins_with_a_new_key() -> None:
    faults: tuple[Fault, ...] = ("frozen", "black", "stalled")
    for fault in faults:
        stream = Stream(Scene("a", 1, 1.0))
        before = keys(played(stream, GOP))
        stream.break_(fault)
        played(stream, 13, START + GOP)
        stream.break_(None)
        after = played(stream, 1, START + 100)
        assert after[0][0]
        assert after[0][1] not in before


def test_a_stalled_camera_sends_nothing() -> None:
    stream = Stream(Scene("a", 1, 1.0))
    stream.break_("stalled")
    assert played(stream, 20) == []


@pytest.mark.parametrize("codec", ["h264", "h265"])
def test_parameter_sets_stand_in_the_key_only_when_asked_for(codec: Codec) -> None:
    streams = [Stream(Scene("a", 1, 1.0), Coding(codec, inband=inband)) for inband in (True, False)]
    inside, outside = ({kind_of(nal, codec) for nal in played(stream, 1)[0][1]} for stream in streams)
    assert set(SETS[codec]) <= inside
    assert not set(SETS[codec]) & outside
    assert outside & KEYS[codec]


def test_a_long_group_has_one_key_and_newcomers_see_none() -> None:
    stream = Stream(Scene("a", 1, 1.0))
    stream.break_("long_gop")
    assert len(keys(played(stream, 4 * GOP))) == 1
    assert stream.gop == []


def test_a_changed_size_begins_with_a_key_and_other_parameter_sets() -> None:
    stream = Stream(Scene("a", 1, 1.0))
    before = keys(played(stream, 1))[0][0]
    stream.break_("resized")
    key, nals = played(stream, 1, START + 1)[0]
    assert key
    assert nals[0] != before


def test_a_bad_line_spoils_bytes_and_leaves_the_headers() -> None:
    stream = Stream(Scene("a", 1, 1.0))
    stream.break_("corrupt")
    spoilt = played(stream, 1)[0][1]
    assert IDR in {kind_of(nal) for nal in spoilt}
    assert spoilt != stream.gop[0].nals


def test_nal_units_are_split_at_short_and_long_start_codes() -> None:
    assert list(split_nals(b"\0\0\0\1\x67abc\0\0\1\x68de\0\0\0\1\x65f\1")) == [b"\x67abc", b"\x68de", b"\x65f\1"]
