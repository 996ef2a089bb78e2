import hashlib
import re
import sys
import time
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from demo.nal import Codec
from demo.video import Coding, Stream
from edge.drivers.opencv.address import Address
from edge.drivers.opencv.board import Board
from edge.drivers.opencv.client import Client, reached
from edge.drivers.opencv.driver import OpenCvDriver
from edge.drivers.opencv.local import Local
from edge.drivers.opencv.login import Login
from edge.drivers.opencv.outcome import Failed

SDP = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"


def state(judged: Callable[..., Any], watched: tuple[Any, Any]) -> tuple[str, list[str]]:
    verdict = judged(*watched)[watched[1].id]
    return verdict.state, list(verdict.findings)


@pytest.fixture
def noise(tmp_path: Path) -> Callable[[int, int], str]:
    """Writes a picture file, or a film of several frames, as bright as asked; its path."""

    def write(frames: int, brightness: int) -> str:
        dice = np.random.default_rng(7)
        pictures = [dice.integers(0, brightness, (180, 320, 3), dtype=np.uint8) for _ in range(frames)]
        path = str(tmp_path / f"{frames}-{brightness}.{'avi' if frames > 1 else 'png'}")
        if frames == 1:
            cv2.imwrite(path, pictures[0])
            return path
        writer = cv2.VideoWriter(path, cv2.VideoWriter.fourcc(*"MJPG"), 5, (320, 180))
        for picture in pictures:
            writer.write(picture)
        writer.release()
        return path

    return write


def test_files_loop_and_are_judged_by_their_frames(
    camera: Any, noise: Any, judged: Callable[..., Any], until: Callable[..., float]
) -> None:
    good, still, dark = camera(noise(10, 255)), camera(noise(1, 255)), camera(noise(10, 20))
    until(lambda: state(judged, still) == ("down", ["frozen"]), 8)
    until(lambda: state(judged, dark) == ("down", ["black"]), 8)
    until(lambda: "fps" in judged(*good)[good[1].id].m, 8)
    assert state(judged, good) == ("up", [])
    assert judged(*good)[good[1].id].m["fps"] == pytest.approx(5, abs=0.5)


def test_a_missing_file_is_unreachable(camera: Any, judged: Callable[..., Any], until: Callable[..., float]) -> None:
    watched = camera("nowhere/film.avi")
    until(lambda: state(judged, watched) == ("down", ["unreachable"]), 3)


@pytest.mark.parametrize("transport", ["tcp", "udp"])
@pytest.mark.parametrize("codec", ["h264", "h265"])
def test_keys_are_decoded_wherever_the_parameter_sets_are_said(
    codec: Codec, transport: str, *, cameras: Any, camera: Any, judged: Callable[..., Any], until: Callable[..., float]
) -> None:
    servers = [cameras("/cam", coding=Coding(codec, inband=inband)) for inband in (True, False)]
    for watched in [camera(server.url("/cam"), transport=transport) for server in servers]:
        until(lambda watched=watched: "luma_p99" in judged(*watched)[watched[1].id].m, 25)
        assert state(judged, watched) == ("up", [])
        assert 40 < judged(*watched)[watched[1].id].m["luma_p99"] <= 255
        assert watched[0].look(time.monotonic()).undecoded == 0


def test_a_repeated_group_of_pictures_is_frozen_and_thaws(
    cameras: Any, camera: Any, judged: Callable[..., Any], until: Callable[..., float]
) -> None:
    server = cameras("/cam")
    watched = camera(f"rtsp://127.0.0.1:{server.port}/cam")
    until(lambda: state(judged, watched) == ("up", []), 10)
    server.break_("/cam", "frozen")
    until(lambda: state(judged, watched) == ("down", ["frozen"]), 10)
    server.break_("/cam", None)
    until(lambda: state(judged, watched) == ("up", []), 5)


def test_a_stall_and_a_hang_up_are_told_apart_and_mend_by_themselves(
    cameras: Any, camera: Any, judged: Callable[..., Any], until: Callable[..., float]
) -> None:
    server = cameras("/cam")
    watched = camera(f"rtsp://127.0.0.1:{server.port}/cam", stall_s=2)
    until(lambda: state(judged, watched) == ("up", []), 10)
    server.break_("/cam", "stalled")
    assert until(lambda: state(judged, watched) == ("down", ["stalled"]), 6) < 4
    server.break_("/cam", None)
    until(lambda: state(judged, watched) == ("up", []), 15)
    server.break_("/cam", "unreachable")
    assert until(lambda: state(judged, watched) == ("down", ["unreachable"]), 6) < 2
    server.break_("/cam", None)
    until(lambda: state(judged, watched) == ("up", []), 15)


def test_a_camera_that_accepts_and_never_answers_delays_no_other(
    cameras: Any, camera: Any, listening: Any, judged: Callable[..., Any], until: Callable[..., float]
) -> None:
    server = cameras("/cam")
    with listening(lambda _request: None) as (port, _asked):
        silent = camera(f"rtsp://127.0.0.1:{port}/cam")
        time.sleep(0.3)
        good = camera(f"rtsp://127.0.0.1:{server.port}/cam")
        assert until(lambda: state(judged, good) == ("up", []), 5) < 4
        began = time.monotonic()
        assert state(judged, silent) == ("unknown", [])
        assert time.monotonic() - began < 0.05
        until(lambda: state(judged, silent) == ("down", ["stalled"]), 8)


def test_one_that_falls_silent_after_describe_delays_no_other(
    cameras: Any, camera: Any, listening: Any, judged: Callable[..., Any], until: Callable[..., float]
) -> None:
    def answer(request: str) -> str | None:
        if not request.startswith(("OPTIONS", "DESCRIBE")):
            return None
        number = request.partition("CSeq: ")[2].partition("\r\n")[0]
        body = SDP if request.startswith("DESCRIBE") else ""
        headers = f"CSeq: {number}\r\nContent-Type: application/sdp\r\nContent-Length: {len(body)}"
        return f"RTSP/1.0 200 OK\r\n{headers}\r\n\r\n{body}"

    server = cameras("/cam")
    with listening(answer) as (port, asked):
        camera(f"rtsp://127.0.0.1:{port}/cam")
        until(lambda: any(request.startswith("SETUP") for request in asked), 5)
        good = camera(f"rtsp://127.0.0.1:{server.port}/cam")
        assert until(lambda: state(judged, good) == ("up", []), 5) < 4


REFUSALS = [
    ("401 Unauthorized", None, "wrong_password"),
    ("401 Unauthorized", "vsm:geheim", "wrong_password"),
    ("453 Not Enough Bandwidth", None, "busy"),
    ("403 Too many users", None, "busy"),
    ("404 Not Found", None, "unreachable"),
]


@pytest.mark.parametrize(("status", "secret", "code"), REFUSALS)
def test_refusals_are_told_apart_and_no_login_is_shown(
    status: str, secret: str | None, code: str, *, camera: Any, listening: Any, judged: Any, until: Any
) -> None:
    reply = f'RTSP/1.0 {status}\r\nCSeq: 1\r\nWWW-Authenticate: Digest realm="c", nonce="n"\r\n\r\n'
    with listening(lambda _request: reply) as (port, asked):
        watched = camera(f"rtsp://127.0.0.1:{port}/cam", secret=secret, login="cam" if secret else None)
        until(lambda: state(judged, watched)[1] == [code], 5)
        raw = judged(*watched)["cam-0"].findings[code][1]
        assert raw.startswith(status[:3])
        assert not any("geheim" in text for text in [raw, *asked])
        time.sleep(0.5)
        # A refused login is not tried again soon.
        assert len([request for request in asked if "Authorization" in request]) == (1 if secret else 0)


def described(address: Address) -> str:
    client = Client(address)
    try:
        client.describe()
    except Failed as failure:
        return failure.outcome.kind
    finally:
        client.close()
    return "ok"


def test_a_right_login_opens_and_is_sent_hashed(listening: Any) -> None:
    def md5(*parts: str) -> str:
        return hashlib.md5(":".join(parts).encode(), usedforsecurity=False).hexdigest()

    def answer(request: str) -> str:
        said = dict(re.findall(r'(\w+)="?([^",\r]+)', request.partition("Authorization: ")[2]))
        uri = request.split()[1]
        right = md5(md5("vsm", "c", "geheim"), "n", "00000001", said.get("cnonce", ""), "auth", md5("DESCRIBE", uri))
        status = "200 OK" if said.get("response") == right else "401 Unauthorized"
        return f'RTSP/1.0 {status}\r\nWWW-Authenticate: Digest realm="c", nonce="n", qop="auth"\r\n\r\n'

    with listening(answer) as (port, asked):
        url = f"rtsp://127.0.0.1:{port}/cam"
        assert described(Address(url, time.monotonic, Login("vsm", "geheim"))) == "silent"  # no picture in an empty SDP
        assert described(Address(url, time.monotonic, Login("vsm", "falsch"))) == "wrong_password"
        assert reached(Address(url, time.monotonic)) > 0
    assert len(asked) == 5
    assert not any("geheim" in request for request in asked)


def test_nobody_listens_is_unreachable_within_two_seconds(
    camera: Any, judged: Callable[..., Any], until: Callable[..., float]
) -> None:
    watched = camera("rtsp://127.0.0.1:9/cam")
    assert until(lambda: state(judged, watched) == ("down", ["unreachable"]), 3) < 2


def test_a_login_whose_secret_is_missing_asks_no_login(camera: Any, judged: Callable[..., Any], until: Any) -> None:
    watched = camera("rtsp://127.0.0.1:9/cam", login="cam")
    until(lambda: state(judged, watched)[1] == ["wrong_password"], 3)
    assert "cam" in judged(*watched)["cam-0"].findings["wrong_password"][1]


def test_a_metered_camera_is_asked_once_and_shows_one_key(
    cameras: Any, camera: Any, judged: Callable[..., Any], until: Callable[..., float]
) -> None:
    server = cameras("/cam")
    watched = camera(f"rtsp://127.0.0.1:{server.port}/cam", link="metered")
    until(lambda: state(judged, watched) == ("up", []), 10)
    assert "luma_p99" in judged(*watched)["cam-0"].m
    time.sleep(1)
    # No stream stays open over the paid line.
    assert judged(*watched)["cam-0"].m["silent_s"] > 0.9


def test_a_thread_that_ends_in_an_error_is_told_without_its_words(noise: Any) -> None:
    class Broken(Local):
        def attempt(self) -> float:
            raise cv2.error("rtsp://admin:secret@10.0.0.7/1")

    board = Board(time.monotonic(), 8.0, lambda: None)
    driver = OpenCvDriver(
        "cam-0", board, lambda: Broken(lambda: cv2.VideoCapture(noise(1, 255)), board, 1.0, time.monotonic)
    )
    driver._thread.join(5)
    with pytest.raises(RuntimeError, match=r"has ended: error$"):
        driver.look(time.monotonic())


class Lamp:
    """A view under a lamp that pulses; ``steady``: one that does not."""

    name = "lamp"

    def __init__(self, steady: bool) -> None:
        self._steady = steady
        self._grain = np.random.default_rng(5).integers(60, 160, (360, 640, 3), dtype=np.uint8)

    def draw(self, t: float) -> np.ndarray[Any, np.dtype[np.uint8]]:
        bright = 1.0 if self._steady or round(t * 12) % 2 else 0.7
        return np.asarray(self._grain * bright, np.uint8)

    def black(self, t: float) -> np.ndarray[Any, np.dtype[np.uint8]]:  # noqa: ARG002  # a view draws what it is at a time
        return self._grain

    night = black


@pytest.mark.parametrize("steady", [True, False])
def test_flicker_is_seen_in_consecutive_pictures(
    steady: bool, *, cameras: Any, camera: Any, until: Callable[..., float]
) -> None:
    server = cameras()
    server.server.add("/cam", Stream(Lamp(steady), Coding(fps=12, gop=6)))
    watched = camera(server.url("/cam"), picture={"flicker_every_s": 10}, picture_s=2)
    eye = watched[0]._eye
    told: list[bool | None] = []
    eye._policy.flicker = told.append
    until(lambda: told, 30)
    assert told[0] is not steady


def test_a_folder_of_pictures_is_a_camera(
    noise: Any, tmp_path: Path, camera: Any, judged: Callable[..., Any], until: Callable[..., float]
) -> None:
    folder = tmp_path / "ftp"
    folder.mkdir()
    for number, brightness in enumerate((255, 200, 220, 240)):
        Path(noise(1, brightness)).rename(folder / f"{number}.png")
    (folder / "notes.txt").write_text("no picture")
    watched = camera(str(folder))
    until(lambda: "fps" in judged(*watched)["cam-0"].m, 10)
    assert state(judged, watched) == ("up", [])
    assert judged(*watched)["cam-0"].m["fps"] == pytest.approx(1, abs=0.3)
    (tmp_path / "empty").mkdir()
    empty = camera(str(tmp_path / "empty"))
    until(lambda: state(judged, empty) == ("down", ["unreachable"]), 5)


def test_a_pi_camera_without_its_library_is_unreachable(camera: Any, judged: Callable[..., Any], until: Any) -> None:
    watched = camera("csi:0")
    until(lambda: state(judged, watched) == ("down", ["unreachable"]), 5)


class Picamera2:
    """Stands in for the library, which runs on a Pi alone."""

    def __init__(self, number: int) -> None:
        if number:
            raise IndexError(number)
        self._dice = np.random.default_rng(1)

    def create_video_configuration(self, main: dict[str, Any]) -> dict[str, Any]:
        return main

    def configure(self, main: dict[str, Any]) -> None:
        self._size = main["size"]

    def start(self) -> None:
        """Nothing."""

    def capture_array(self, _name: str) -> np.ndarray[Any, np.dtype[np.uint8]]:
        time.sleep(0.1)
        return self._dice.integers(0, 255, (self._size[1], self._size[0], 3), dtype=np.uint8)

    def stop(self) -> None:
        """Nothing."""

    close = stop


def test_a_pi_camera_is_watched_as_fast_as_it_gives(
    camera: Any, judged: Callable[..., Any], until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = types.ModuleType("picamera2")
    vars(library)["Picamera2"] = Picamera2
    monkeypatch.setitem(sys.modules, "picamera2", library)
    there, none = camera("csi:0"), camera("csi:1")
    until(lambda: "fps" in judged(*there)["cam-0"].m and "luma_p99" in judged(*there)["cam-0"].m, 10)
    assert state(judged, there) == ("up", [])
    until(lambda: state(judged, none) == ("down", ["unreachable"]), 5)
