"""A camera's driver against a server that misbehaves, over sockets."""

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contracts.footage import Transport
from demo.nal import Codec
from demo.video import Coding, Fault
from edge.drivers.opencv.address import Address
from edge.drivers.opencv.board import Board
from edge.drivers.opencv.budget import Budget
from edge.drivers.opencv.client import Client
from edge.drivers.opencv.line import Reply
from edge.drivers.opencv.login import Login
from edge.drivers.opencv.outcome import Failed
from edge.drivers.opencv.stream import MeteredStream

Judge = Callable[..., Any]


def state(judged: Judge, watched: tuple[Any, Any]) -> tuple[str, list[str]]:
    verdict = judged(*watched)[watched[1].id]
    return verdict.state, list(verdict.findings)


def raw(judged: Judge, watched: tuple[Any, Any]) -> str:
    return str(next(iter(judged(*watched)[watched[1].id].findings.values()))[1])


@pytest.mark.parametrize("transport", ["tcp", "udp"])
@pytest.mark.parametrize("fault", ["closed", "reset", "unreachable"])
def test_who_hangs_up_is_seen_within_two_seconds_and_is_back_by_itself(
    fault: Fault, transport: str, *, cameras: Any, camera: Any, judged: Judge, until: Any
) -> None:
    server = cameras("/cam")
    watched = camera(server.url("/cam"), transport=transport)
    until(lambda: state(judged, watched) == ("up", []), 10)
    server.break_("/cam", fault)
    assert until(lambda: state(judged, watched) == ("down", ["unreachable"]), 5) < 2
    server.break_("/cam", None)
    assert until(lambda: state(judged, watched) == ("up", []), 20) < 15


@pytest.mark.parametrize("transport", ["tcp", "udp"])
def test_a_stall_is_seen_within_ten_seconds(
    transport: str, *, cameras: Any, camera: Any, judged: Judge, until: Any
) -> None:
    server = cameras("/cam")
    watched = camera(server.url("/cam"), transport=transport)
    until(lambda: state(judged, watched) == ("up", []), 10)
    server.break_("/cam", "stalled")
    assert until(lambda: state(judged, watched) == ("down", ["stalled"]), 15) < 10
    server.break_("/cam", None)
    assert until(lambda: state(judged, watched) == ("up", []), 20) < 15


FAULTS: list[tuple[Fault, str, str, str]] = [
    ("audio_only", "down", "stalled", "sends sound and no picture"),
    ("busy", "unknown", "busy", "453"),
    ("unavailable", "unknown", "busy", "503"),
    ("crowded", "unknown", "busy", "403 Too many users"),
    ("refused", "unknown", "wrong_password", "401"),
    ("redirected", "down", "unreachable", "302: redirects to another address"),
    ("rubbish", "down", "unreachable", "does not speak RTSP"),
    ("mute", "down", "stalled", "does not answer"),
    ("empty", "down", "stalled", "no picture comes"),
]


@pytest.mark.parametrize(("fault", "is_", "code", "words"), FAULTS, ids=[fault for fault, *_ in FAULTS])
def test_what_goes_wrong_is_a_finding_with_a_clear_word(
    fault: Fault, is_: str, code: str, words: str, *, cameras: Any, camera: Any, judged: Judge, until: Any
) -> None:
    server = cameras("/cam")
    server.break_("/cam", fault)
    watched = camera(server.url("/cam"), stall_s=2)
    until(lambda: state(judged, watched) == (is_, [code]), 15)
    assert words in raw(judged, watched)


@pytest.mark.parametrize("codec", ["h264", "h265"])
def test_spoilt_packets_are_no_view_and_it_mends(
    codec: Codec, *, cameras: Any, camera: Any, judged: Judge, until: Any
) -> None:
    server = cameras("/cam", coding=Coding(codec))
    watched = camera(server.url("/cam"))
    until(lambda: "luma_p99" in judged(*watched)["cam-0"].m, 20)
    server.break_("/cam", "corrupt")
    until(lambda: state(judged, watched) == ("down", ["view_lost"]), 25)
    assert "no picture can be decoded" in raw(judged, watched)
    server.break_("/cam", None)
    until(lambda: state(judged, watched) == ("up", []), 25)


def test_a_changed_size_is_looked_at_as_before(cameras: Any, camera: Any, judged: Judge, until: Any) -> None:
    server = cameras("/cam")
    watched = camera(server.url("/cam"))
    until(lambda: state(judged, watched) == ("up", []), 10)
    server.break_("/cam", "resized")
    time.sleep(5)
    assert state(judged, watched) == ("up", [])
    sample = watched[0].look(time.monotonic())
    assert sample.undecoded == 0
    assert sample.picture_age_s < 4


def test_a_picture_of_8k_is_looked_at(cameras: Any, camera: Any, judged: Judge, until: Any) -> None:
    server = cameras("/cam", coding=Coding(fps=1, gop=1, size=(7680, 4320)))
    watched = camera(server.url("/cam"))
    until(lambda: "luma_p99" in judged(*watched)["cam-0"].m, 60)
    assert state(judged, watched) == ("up", [])


def test_pictures_come_from_the_sub_stream_when_the_keys_of_the_main_one_are_far_apart(
    cameras: Any, camera: Any, judged: Judge, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge.drivers.opencv.stream.LONG_GOP_S", 2.0)
    server = cameras("/main", "/sub")
    server.break_("/main", "long_gop")
    watched = camera(server.url("/main"), substream=server.url("/sub"))
    until(lambda: server.server.book.most["/sub"] == 1, 15)
    until(lambda: not server.server.book.playing["/sub"], 5)
    until(lambda: "luma_p99" in judged(*watched)["cam-0"].m, 5)
    assert state(judged, watched) == ("up", [])


@pytest.mark.parametrize("transport", ["tcp", "udp"])
def test_a_right_login_is_hashed_and_every_session_is_torn_down(
    transport: str, *, cameras: Any, camera: Any, judged: Judge, until: Any
) -> None:
    server = cameras("/cam", login="vsm:geheim")
    watched = camera(server.url("/cam"), secret="vsm:geheim", login="cam", transport=transport)
    until(lambda: state(judged, watched) == ("up", []), 10)
    watched[0].close()
    until(lambda: server.server.book.asked["TEARDOWN"] == 1, 5)
    assert not server.server.book.failed_logins


def test_one_wrong_account_behind_many_streams_is_tried_once(
    cameras: Any, camera: Any, judged: Judge, until: Any
) -> None:
    paths = [f"/cam-{number}" for number in range(8)]
    server = cameras(*paths, login="vsm:geheim")
    all_ = [camera(server.url(path), secret="vsm:falsch", login="nvr", substream=server.url(path)) for path in paths]
    for watched in all_:
        until(lambda watched=watched: state(judged, watched) == ("unknown", ["wrong_password"]), 15)
    assert len(server.server.book.failed_logins) == 1


def test_a_login_is_shown_nowhere(
    cameras: Any, camera: Any, judged: Judge, until: Any, caplog: Any, capfd: Any
) -> None:
    server = cameras("/cam", login="vsm:other")
    with caplog.at_level(logging.DEBUG):
        wrong = camera(server.url("/cam"), secret="vsm:ge-heim-99", login="a")
        right = camera(server.url("/cam"), secret="vsm:other", login="b")
        until(lambda: state(judged, wrong)[1] == ["wrong_password"], 10)
        until(lambda: state(judged, right)[1] in (["wrong_password"], []), 10)
    said = [caplog.text, *capfd.readouterr(), repr(judged(*wrong)), repr(wrong[0].look(0.0)), repr(vars(wrong[0]))]
    said += [path.read_bytes().decode(errors="replace") for path in Path("/proc").glob("[0-9]*/cmdline") if _own(path)]
    assert not [text for text in said if "ge-heim-99" in text]


def _own(path: Path) -> bool:
    try:
        path.read_bytes()
    except OSError:
        return False
    return True


def test_a_redirect_is_followed_on_the_same_host_once(camera: Any, judged: Judge, until: Any, listening: Any) -> None:
    place: list[str] = []

    def answer(_request: str) -> str:
        return f"RTSP/1.0 302 Moved\r\nCSeq: 1\r\nLocation: {place[0]}\r\n\r\n"

    with listening(answer) as (port, asked):
        place.append(f"rtsp://127.0.0.1:{port}/new")
        watched = camera(f"rtsp://127.0.0.1:{port}/old")
        until(lambda: state(judged, watched) == ("down", ["unreachable"]), 5)
        assert "302" in raw(judged, watched)
        assert [request.split()[1].rpartition("/")[2] for request in asked[:2]] == ["old", "new"]


def test_a_paid_line_is_spared_when_its_share_of_the_day_is_gone(cameras: Any) -> None:
    server = cameras("/main", "/sub")
    now = [0.0]
    board = Board(0.0, 8.0, lambda: None)
    address = Address(server.url("/main"), lambda: now[0])
    stream = MeteredStream(address, board, Budget(0.4, 0.0), address.at(server.url("/sub")))
    for _ in range(25):
        now[0] += stream.attempt()
    sample = board.sample(now[0])
    assert server.server.book.most == {"/sub": 1}
    assert server.server.book.asked["PLAY"] == 1  # two were due, and the second would have cost too much
    assert sample.link == "open"
    assert sample.line_bytes is not None
    assert 5_000 < sample.line_bytes < 40_000
    assert sample.capped_s > 80_000
    now[0] = 86_401.0
    stream.attempt()
    assert server.server.book.asked["PLAY"] == 2


@pytest.mark.parametrize(("more", "lives"), [(", stale=true", True), ("", False)])
@pytest.mark.parametrize("transport", ["tcp", "udp"])
def test_a_sign_of_life_with_an_old_nonce_is_given_again_and_a_refused_one_never(
    more: str, lives: bool, transport: Transport, *, cameras: Any, until: Any
) -> None:
    server = cameras("/cam", login="vsm:geheim")
    client = Client(Address(server.url("/cam"), time.monotonic, Login("vsm", "geheim"), transport=transport))
    _, track = client.play()
    answered = Reply(401, "Unauthorized", challenges=(f'Digest realm="camera", nonce="new"{more}',))
    if lives:
        client._heard(answered)
        before = server.server.book.asked["OPTIONS"]
        client.frames(track, 2)
        until(lambda: server.server.book.asked["OPTIONS"] == before + 1, 3)
    else:
        with pytest.raises(Failed, match="ended the session"):
            client._heard(answered)
    client.close()
