import base64
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.codes import PICTURE
from contracts.inventory import Camera
from demo.nal import Codec, Picture
from demo.rtsp.rtp import Packetiser, sdp
from demo.scene import Scene
from demo.video import Coding, Stream
from edge.detect.camera import judge
from edge.detect.footage import judge_footage
from edge.drivers.base import CameraSample
from edge.drivers.opencv.budget import DAY_S, Budget
from edge.drivers.opencv.gate import Gate, Gates
from edge.drivers.opencv.login import Login
from edge.drivers.opencv.media import START, media
from edge.drivers.opencv.outcome import Failed
from edge.drivers.opencv.refusal import Refusal
from edge.drivers.opencv.rtp import Depacketiser, Frame

BASE = "rtsp://10.0.0.7/1?x=2/"


def hours(gate: Gate, count: float, *, right: bool = False, step_s: float = 1.0) -> list[float]:
    """When logins were tried in so many hours by somebody who tries as soon as the gate lets him."""
    tried = []
    for number in range(int(count * 3600 / step_s)):
        now = number * step_s
        if gate.ask(now, "/1") == "go":
            gate.tell(now, "/1", accepted=right)
            tried.append(now)
    return tried


def test_a_wrong_password_is_tried_again_after_ten_minutes_and_then_hourly() -> None:
    assert hours(Gate(), 4) == [0, 600, 4200, 7800, 11400]


def test_many_streams_of_one_wrong_account_fail_three_times_an_hour_at_most() -> None:
    gate, failed = Gate(), []
    gate.ask(0, "/1")
    gate.tell(0, "/1", accepted=True)  # it was right once, so all of them try at once
    for now in range(0, 4 * 3600, 5):
        turns = [what for what in map(str, range(20)) if gate.ask(now, what) == "go"]
        for what in turns:
            gate.tell(now, what, accepted=False)
            failed.append(now)
    assert len(failed) > 3
    assert all(len([at for at in failed if begin <= at < begin + 3600]) <= 3 for begin in failed)


def test_a_refused_channel_does_not_stop_the_others_of_its_account() -> None:
    gate = Gate()
    assert gate.ask(0, "/locked") == "go"
    gate.tell(0, "/locked", accepted=False)
    assert gate.wait_s(0, "/other") == 600
    assert gate.ask(600, "/other") == "go"
    gate.tell(600, "/other", accepted=True)
    assert gate.ask(601, "/third") == "go"


def test_an_untried_login_is_tried_by_one_at_a_time() -> None:
    gate = Gates().of("10.0.0.7", "vsm")
    assert [gate.ask(0, "/1"), gate.ask(0, "/2")] == ["go", "soon"]
    gate.tell(0, "/1", accepted=None)
    assert gate.ask(1, "/2") == "go"


def test_a_right_login_waits_for_nothing() -> None:
    assert len(hours(Gate(), 0.01, right=True)) == 36


def starts(card: Path, each_s: int, *, keeps: bool) -> list[float]:
    """When a wrong password was tried in eight hours by a process that starts anew each ``each_s`` seconds."""
    tried = []
    for begin in range(0, 8 * 3600, each_s):
        gate = Gate(begin, Refusal.at(card, "10.0.0.7", Login("vsm", "wrong")) if keeps else None)
        for now in range(begin, begin + each_s, 10):
            if gate.ask(now, "/1") == "go":
                tried.append(float(now))
                gate.tell(now, "/1", accepted=False)
    return tried


def most_in_an_hour(tried: list[float]) -> int:
    return max(len([at for at in tried if begin <= at < begin + 3600]) for begin in tried)


@pytest.mark.parametrize("each_s", [60, 610, 1810, 2410])
def test_a_process_that_starts_again_and_again_locks_no_account(tmp_path: Path, each_s: int) -> None:
    assert most_in_an_hour(starts(tmp_path, each_s, keeps=True)) <= 3
    assert most_in_an_hour(starts(tmp_path, each_s, keeps=False)) > 3, "the control"


def test_after_a_restart_the_login_is_tried_at_once_unless_it_stands_refused(tmp_path: Path) -> None:
    wrong, right = Login("vsm", "wrong"), Login("vsm", "right")
    gate = Gate(0, Refusal.at(tmp_path, "10.0.0.7", wrong))
    assert gate.ask(0, "/1") == "go"
    gate.tell(0, "/1", accepted=False)
    assert Gate(5, Refusal.at(tmp_path, "10.0.0.7", wrong)).wait_s(5, "/1") == 1800
    assert Gate(5, Refusal.at(tmp_path, "10.0.0.7", right)).wait_s(5, "/1") == 0, "the password was changed"
    gate = Gate(5, Refusal.at(tmp_path, "10.0.0.7", wrong))
    assert gate.ask(1805, "/1") == "go"
    gate.tell(1805, "/1", accepted=True)
    assert Gate(9, Refusal.at(tmp_path, "10.0.0.7", wrong)).wait_s(9, "/1") == 0
    assert not list((tmp_path / "logins").iterdir())


def test_a_stream_that_a_right_account_may_not_see_keeps_no_other_waiting_after_a_restart(tmp_path: Path) -> None:
    login = Login("vsm", "right")
    gate = Gate(0, Refusal.at(tmp_path, "10.0.0.7", login))
    for now, what, accepted in ((0, "/1", True), (1, "/2", False), (601, "/2", False)):
        assert gate.ask(now, what) == "go"
        gate.tell(now, what, accepted=accepted)
    assert Gate(700, Refusal.at(tmp_path, "10.0.0.7", login)).wait_s(700, "/1") == 0
    assert gate.ask(4300, "/1") == "go"
    gate.tell(4300, "/1", accepted=False)  # the password is another one now
    assert Gate(4400, Refusal.at(tmp_path, "10.0.0.7", login)).wait_s(4400, "/1") == 1800


def test_a_card_that_cannot_be_written_to_is_no_hindrance(tmp_path: Path) -> None:
    (tmp_path / "logins").write_text("in the way")
    gate = Gate(0, Refusal.at(tmp_path, "10.0.0.7", Login("vsm", "wrong")))
    assert gate.ask(0, "/1") == "go"
    gate.tell(0, "/1", accepted=False)
    assert gate.wait_s(0, "/1") == 600


def test_a_paid_line_has_a_share_a_day_and_says_when_it_is_gone() -> None:
    budget = Budget(310, 0.0)
    budget.spend(6_000_000, 10.0, picture=True)
    assert budget.rest_s(10.0) == pytest.approx(DAY_S - 10)
    assert budget.rest_s(DAY_S + 1) == 0
    assert Budget(None, 0.0).rest_s(5) == 0


def frames(packets: list[bytes], codec: Codec = "h264") -> list[Frame]:
    track = Depacketiser(codec, 96)
    return [frame for packet in packets for frame in track.push(packet)]


@pytest.mark.parametrize("codec", ["h264", "h265"])
@pytest.mark.parametrize("inband", [True, False])
def test_pictures_are_the_same_after_their_way(codec: Codec, inband: bool) -> None:
    stream, packetiser = Stream(Scene("a", 1, 1.0), Coding(codec, inband)), Packetiser(7, codec)
    pictures = [picture for number in range(12) if (picture := stream.tick(number))]
    found = frames([packet for picture in pictures for packet in packetiser.packets(picture)], codec)
    assert [frame.key for frame in found] == [picture.key for picture in pictures]
    assert found[0].content() == b"".join(START + nal for nal in pictures[0].nals)
    assert all(frame.whole for frame in found)
    offered = media(sdp(stream, "127.0.0.1"), BASE)
    assert (offered.codec, offered.control) == (codec, BASE + "track1")
    assert offered.extradata == b"".join(START + one for one in stream.parameter_sets)


def test_a_lost_packet_makes_a_picture_that_is_not_whole() -> None:
    packets = Packetiser(7).packets(Picture((b"\x65" + bytes(5000),), 1, True))
    assert [frame.whole for frame in frames([packets[0], *packets[2:]])] == [False]


def test_a_camera_that_marks_every_packet_is_understood_from_the_second_picture_on() -> None:
    packetiser = Packetiser(7)
    pictures = [Picture((b"\x67ab", b"\x68c", b"\x65" + bytes(3000)), stamp, True) for stamp in range(4)]
    packets = [packet for picture in pictures for packet in packetiser.packets(picture)]
    marked = [packet[:1] + bytes([packet[1] | 0x80]) + packet[2:] for packet in packets]
    whole = [frame for frame in frames(marked) if len(frame.content()) > 3000]
    assert len(whole) >= 2


def test_several_units_in_one_packet_are_taken_apart() -> None:
    units = (b"\x67ab", b"\x68c", b"\x65defg")
    payload = b"\x78" + b"".join(struct.pack("!H", len(unit)) + unit for unit in units)
    header = struct.pack("!BBHII", 0x80, 0x80 | 96, 1, 5, 7)
    found = frames([header + payload])
    assert found[0].content() == b"".join(START + unit for unit in units)
    assert found[0].key


@given(st.lists(st.binary(max_size=80), max_size=20), st.sampled_from(["h264", "h265"]))
def test_rubbish_makes_no_error(packets: list[bytes], codec: Codec) -> None:
    frames([b"\x80\x60" + packet for packet in packets] + packets, codec)


@given(st.text(max_size=300))
def test_a_rubbish_description_is_a_failure_with_words(text: str) -> None:
    with pytest.raises(Failed, match=r"picture|video"):
        media(text.replace("m=video", ""), BASE)


def test_sound_without_picture_is_said() -> None:
    with pytest.raises(Failed, match="sends sound and no picture"):
        media("v=0\nm=audio 0 RTP/AVP 0\na=control:x", BASE)


def test_addresses_of_tracks_are_joined_as_players_do_it() -> None:
    for control, joined in {
        "track1": "rtsp://h/a/track1",
        "rtsp://h/b": "rtsp://h/b",
        "*": "rtsp://h/a/",
        "/c": "rtsp://h/c",
    }.items():
        assert media(f"m=video 0 RTP/AVP 96\na=control:{control}", "rtsp://h/a/").control == joined


def test_parameter_sets_that_are_no_base64_are_passed_over() -> None:
    said = base64.b64encode(b"\x67ab").decode()
    text = "m=video 0 RTP/AVP 96\na=rtpmap:96 H264/90000\na=fmtp:96 sprop-parameter-sets="
    assert media(text + said, BASE).extradata == START + b"\x67ab"
    assert media(text + "%%%%x", BASE).extradata in {b"", START}


def camera(**changed: object) -> Camera:
    plain = {"id": "cam-01", "kind": "camera", "driver": "opencv", "source": "rtsp://10.0.0.7/1"}
    return Camera.model_validate(plain | changed)


@pytest.mark.parametrize(
    "wrong",
    [
        {"source": "rtsp://admin:x@10.0.0.7/1"},
        {"source": "http://10.0.0.7/1"},
        {"substream": "rtsp://admin:x@10.0.0.7/2"},
        {"substream": "film.avi"},
        {"onvif": "http://admin:x@10.0.0.7/onvif"},
        {"recording": {"playback": "rtsp://10.0.0.7/1"}},
        {"recording": {"playback": "rtsp://10.0.0.7/1?{start}&{end}&{start.year}"}},
    ],
)
def test_an_inventory_holds_no_login_and_no_address_that_cannot_be_asked(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"must|pattern"):
        camera(**wrong)


def test_a_recording_is_asked_for_in_the_recorders_own_words() -> None:
    plain = {"playback": "rtsp://n/1?a={start}&b={end:%Y_%m_%d_%H_%M_%S}", "time": "china"}
    recording = camera(recording=plain).recording
    assert recording
    assert recording.url(1_773_806_400, 1_773_806_460) == "rtsp://n/1?a=20260318T120000Z&b=2026_03_18_12_01_00"


def test_footage_is_judged_with_its_figures() -> None:
    good = CameraSample("open", 0.1, recorded=True, clock_off_s=-59.0)
    assert judge_footage(good) == ({}, {"clock_off_s": -59.0})
    bad = CameraSample("open", 0.1, recorded=False, not_recorded_since_s=7200.0, clock_off_s=-61.0)
    findings, figures = judge_footage(bad)
    assert set(findings) == {"not_recorded", "clock_off"}
    assert figures == {"unrecorded_s": 7200.0, "clock_off_s": -61.0}


def test_what_cannot_be_decoded_is_no_view_whatever_was_seen_before() -> None:
    sample = CameraSample("open", 0.1, luma_p99=200.0, luma_mean=90.0, picture_age_s=5.0, undecoded=3, recorded=False)
    verdict = judge(sample, None, camera(), 100.0)[0]["cam-01"]
    assert set(verdict.findings) == {"view_lost", "not_recorded"}
    assert verdict.state == "down"
    assert verdict.nc == PICTURE - {"view_lost"}
