import contextlib
import socket
import zlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import cv2
import numpy as np
import pytest

from demo.rtsp import RtspServer
from demo.scene import Scene
from demo.video import Coding, Stream

pytestmark = pytest.mark.usefixtures("quiet_camera")
TIMEOUTS = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, 4000, cv2.CAP_PROP_READ_TIMEOUT_MSEC, 1000]


@contextlib.contextmanager
def opened(url: str, raw: bool = False) -> Iterator[cv2.VideoCapture]:
    capture = cv2.VideoCapture(url, cv2.CAP_FFMPEG, [*TIMEOUTS, *([cv2.CAP_PROP_FORMAT, -1] if raw else [])])
    try:
        yield capture
    finally:
        capture.release()


def packets(capture: cv2.VideoCapture, count: int) -> list[tuple[bool, int, float]]:
    """(key, CRC, PTS in ms) of ``count`` raw packets; fewer when the stream ends."""
    found = []
    for _ in range(count):
        ok, packet = capture.read()
        if not ok:
            break
        key = bool(capture.get(cv2.CAP_PROP_LRF_HAS_KEY_FRAME))
        found.append((key, zlib.crc32(packet.tobytes()), capture.get(cv2.CAP_PROP_POS_MSEC)))
    return found


def test_a_node_sees_key_frames_at_five_pictures_a_second(fakes: Any) -> None:
    with opened(fakes.rtsp + "/cam-01", raw=True) as capture:
        seen = packets(capture, 22)
    keys = [index for index, (key, *_) in enumerate(seen) if key]
    assert keys[0] == 0
    assert keys[-1] - keys[-2] == 10
    steps = np.diff([stamp for *_, stamp in seen[2:]])
    assert np.allclose(steps, 200, atol=1)


def test_the_picture_can_be_decoded_and_shows_a_scene(fakes: Any) -> None:
    with opened(fakes.rtsp + "/cam-02") as capture:
        ok, picture = capture.read()
    assert ok
    assert picture.shape == (360, 640, 3)
    assert picture.std() > 30


def test_a_newcomer_is_shown_the_picture_from_its_key(fakes: Any) -> None:
    with opened(fakes.rtsp + "/cam-01", raw=True) as first:
        packets(first, 6)
        with opened(fakes.rtsp + "/cam-01", raw=True) as second:
            assert packets(second, 1)[0][0]


def test_a_frozen_camera_repeats_its_key_packet(fakes: Any) -> None:
    with opened(fakes.rtsp + "/cam-01", raw=True) as capture, fakes.broken("freeze", device="cam-01"):
        keys = [crc for key, crc, _ in packets(capture, 22) if key]
    assert keys[-1] == keys[-2]


def test_a_black_camera_is_dark(fakes: Any) -> None:
    with fakes.broken("black", device="cam-02"), opened(fakes.rtsp + "/cam-02") as capture:
        ok, picture = capture.read()
    assert ok
    assert np.percentile(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), 99) < 40


def test_a_stalled_camera_keeps_the_line_and_resumes_with_a_key(fakes: Any) -> None:
    with opened(fakes.rtsp + "/cam-03", raw=True) as capture:
        packets(capture, 3)
        with fakes.broken("stall", device="cam-03"):
            assert len(packets(capture, 20)) < 20
        resumed = packets(capture, 2)
    assert resumed[0][0]


def test_an_unreachable_camera_hangs_up_and_lets_nobody_in(fakes: Any) -> None:
    with opened(fakes.rtsp + "/cam-03", raw=True) as capture, fakes.broken("refuse", device="cam-03"):
        assert len(packets(capture, 30)) < 30
        with opened(fakes.rtsp + "/cam-03", raw=True) as again:
            assert not again.isOpened()
    with opened(fakes.rtsp + "/cam-03", raw=True) as mended:
        assert mended.isOpened()


def ask(fakes: Any, request: str) -> str:
    """Status line of the server's answer; empty if it hangs up."""
    at = urlsplit(fakes.rtsp)
    with socket.create_connection((at.hostname, at.port), 5) as wire:
        wire.sendall(request.encode())
        return wire.recv(4096).decode().partition("\r\n")[0]


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        ("OPTIONS {}/cam-01 RTSP/1.0\r\nCSeq: 1", "RTSP/1.0 200 OK"),
        ("DESCRIBE {}/cam-09 RTSP/1.0\r\nCSeq: 1", "RTSP/1.0 404 Not Found"),
        (
            "SETUP {}/cam-01/track1 RTSP/1.0\r\nCSeq: 1\r\nTransport: RTP/AVP;multicast;port=5000-5001",
            "RTSP/1.0 461 Unsupported Transport",
        ),
        ("PLAY {}/cam-01 RTSP/1.0\r\nCSeq: 1", "RTSP/1.0 455 Method Not Valid in This State"),
        ("RECORD {}/cam-01 RTSP/1.0\r\nCSeq: 1", "RTSP/1.0 405 Method Not Allowed"),
        ("GET / HTTP/1.1", ""),
    ],
)
def test_the_server_answers_as_the_standard_says(fakes: Any, request_line: str, status: str) -> None:
    assert ask(fakes, request_line.format(fakes.rtsp) + "\r\n\r\n") == status


def test_a_camera_may_name_its_parameter_sets_in_the_description_alone(serving: Any) -> None:
    server = RtspServer()
    server.add("/sparse", Stream(Scene("a", 1, 1.0), Coding(inband=False)))
    with opened(f"rtsp://127.0.0.1:{serving(server)}/sparse") as capture:
        assert capture.read()[0]
