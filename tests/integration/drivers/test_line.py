import contextlib
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.drivers.opencv.line import Line, Reply
from edge.drivers.opencv.outcome import Failed

REPLY = b"RTSP/1.0 401 Unauthorized\r\nCSeq: 2\r\nWWW-Authenticate: Basic\r\nWWW-Authenticate: Digest x\r\n\r\n"


@pytest.fixture
def pair() -> tuple[Line, socket.socket]:
    near, far = socket.socketpair()
    return Line(near), far


def test_replies_and_packets_are_cut_apart_wherever_they_are_broken(pair: tuple[Line, socket.socket]) -> None:
    line, camera = pair
    line.packets = True
    said = b"$\x00\x00\x03abc" + REPLY + b"OPTIONS * RTSP/1.0\r\nCSeq: 9\r\n\r\n" + b"$\x01\x00\x01z"
    found: list[object] = []
    for at in range(0, len(said), 7):
        camera.sendall(said[at : at + 7])
        found += line.receive(2) or ()
    first, reply, last = found
    assert (first, last) == ((0, b"abc"), (1, b"z"))
    assert isinstance(reply, Reply)
    assert (reply.status, reply.challenges) == (401, ("Basic", "Digest x"))
    assert line.seen == len(said)
    camera.close()
    with pytest.raises(Failed, match="closes the connection"):
        line.receive(2)
    line.close()


def test_silence_is_no_error(pair: tuple[Line, socket.socket]) -> None:
    line, camera = pair
    assert line.receive(0.01) is None
    assert line.receive(0.0) is None
    line.close()
    camera.close()


@given(st.lists(st.binary(min_size=1, max_size=200), max_size=8))
def test_whatever_is_said_is_told_or_refused_in_words(chunks: list[bytes]) -> None:
    near, far = socket.socketpair()
    with near, far:
        line = Line(near)
        line.packets = bool(len(chunks) % 2)
        with contextlib.suppress(Failed):
            for chunk in chunks:
                far.sendall(chunk)
                list(line.receive(1) or ())


OTHERS = [
    b"HTTP/1.1 200 OK\r\n",
    b"\x16\x03\x01\x00",
    b"SSH-2.0-x\r\n",
    b"Rtsp\0\1",
    b"RTSP/1.0 fine\r\n\r\n",
    b"$abc" * 9,
]


@pytest.mark.parametrize("said", OTHERS)
def test_other_protocols_are_named_as_none(said: bytes) -> None:
    near, far = socket.socketpair()
    with near, far:
        far.sendall(said)
        with pytest.raises(Failed, match="does not speak RTSP"):
            list(Line(near).receive(1) or ())


@pytest.mark.parametrize("cut", range(4, len(REPLY), 3))
def test_half_a_reply_is_waited_for(cut: int) -> None:
    near, far = socket.socketpair()
    with near, far:
        line = Line(near)
        far.sendall(REPLY[:cut])
        assert list(line.receive(1) or ()) == []
        far.sendall(REPLY[cut:])
        assert [type(one) for one in line.receive(1) or ()] == [Reply]


def test_nothing_endless_is_held() -> None:
    near, far = socket.socketpair()
    with near, far:
        line = Line(near)
        for _ in range(16):
            far.sendall(b"R" * 4000)
            assert list(line.receive(1) or ()) == []
        far.sendall(b"R" * 4000)
        with pytest.raises(Failed, match="answers more than"):
            list(line.receive(1) or ())
