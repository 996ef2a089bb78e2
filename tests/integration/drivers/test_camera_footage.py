"""Recordings and clocks of cameras, asked for over sockets."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from contracts.inventory import Camera
from edge.drivers.opencv.address import Address
from edge.drivers.opencv.board import Board
from edge.drivers.opencv.budget import Budget
from edge.drivers.opencv.login import Login
from edge.drivers.opencv.onvif import camera_time
from edge.drivers.opencv.outcome import Failed
from edge.drivers.opencv.rounds import Companion, Means

PLAYBACK = "?starttime={start}&endtime={end}"
HOUR_S = 3600.0


class Device(BaseHTTPRequestHandler):
    """An ONVIF device service; ``ahead_s`` of the true time; ``strict``: only with a login."""

    ahead_s, strict = 0.0, False
    asked: list[str]

    def do_POST(self) -> None:  # the library's name
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.asked.append(body)
        if self.strict and "UsernameToken" not in body:
            self.send_error(401)
            return
        now = datetime.fromtimestamp(time.time() + self.ahead_s, UTC)
        said = (
            f"<UTCDateTime><Time><Hour>{now.hour}</Hour><Minute>{now.minute}</Minute><Second>{now.second}</Second>"
            f"</Time><Date><Year>{now.year}</Year><Month>{now.month}</Month><Day>{now.day}</Day></Date></UTCDateTime>"
        ).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture
def onvif() -> Iterator[Any]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Device)
    Device.asked, Device.ahead_s, Device.strict = [], 0.0, False
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/onvif/device_service"
    server.shutdown()
    thread.join()
    server.server_close()


def codes(judged: Any, watched: Any) -> list[str]:
    return list(judged(*watched)["cam-0"].findings)


def recording(server: Any) -> dict[str, str]:
    return {"playback": server.url("/playback/cam") + PLAYBACK}


def test_a_recorder_that_has_all_is_asked_twice_and_torn_down(
    cameras: Any, camera: Any, judged: Any, until: Any
) -> None:
    server = cameras("/cam", login="vsm:geheim")
    watched = camera(server.url("/cam"), secret="vsm:geheim", login="cam", recording=recording(server))
    until(lambda: watched[0].look(0.0).recorded is True, 20)
    assert codes(judged, watched) == []
    assert server.server.book.most["/playback/cam"] == 1
    until(lambda: server.server.book.asked["TEARDOWN"] == 2, 3)


def test_a_gap_is_told_from_when_it_began(
    cameras: Any, camera: Any, judged: Any, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge.drivers.opencv.rounds.PLAY_S", 1.0)
    monkeypatch.setattr("edge.drivers.opencv.rounds.READ_S", 0.5)
    server = cameras("/cam")
    began = time.time() - 5 * HOUR_S
    server.server.kept["/cam"] = lambda at: at < began
    watched = camera(server.url("/cam"), recording=recording(server) | {"retention_days": 2})
    until(lambda: "not_recorded" in codes(judged, watched), 60)
    assert judged(*watched)["cam-0"].state == "degraded"
    assert judged(*watched)["cam-0"].m["unrecorded_s"] == pytest.approx(5 * HOUR_S, abs=400)


def test_cameras_of_one_recorder_are_asked_one_at_a_time(cameras: Any, camera: Any, until: Any) -> None:
    paths = [f"/cam-{number}" for number in range(4)]
    server = cameras(*paths)
    playing: list[int] = []
    begins = server.server.book.begins

    def counted(path: str) -> None:
        begins(path)
        playing.append(sum(count for name, count in server.server.book.playing.items() if "playback" in name))

    server.server.book.begins = counted
    for path in paths:
        camera(server.url(path), recording={"playback": server.url("/playback" + path) + PLAYBACK})
    until(lambda: len([one for one in playing if one]) >= 8, 40)
    assert max(playing) == 1


@pytest.mark.parametrize(
    ("ahead_s", "found"), [(0.0, []), (120.0, ["clock_off"]), (-90.0, ["clock_off"]), (28800.0, [])]
)
def test_the_date_of_its_replies_tells_a_cameras_clock(
    ahead_s: float, found: list[str], *, cameras: Any, camera: Any, judged: Any, until: Any
) -> None:
    server = cameras("/cam", date=lambda: time.time() + ahead_s)
    watched = camera(server.url("/cam"))
    until(lambda: "clock_off_s" in judged(*watched)["cam-0"].m, 10)
    assert codes(judged, watched) == found


@pytest.mark.parametrize("strict", [True, False])
def test_onvif_tells_it_better_with_a_login_only_where_one_is_wanted(
    strict: bool, *, cameras: Any, camera: Any, judged: Any, until: Any, onvif: str
) -> None:
    Device.ahead_s, Device.strict = -600.0, strict
    server = cameras("/cam", date=time.time)
    watched = camera(server.url("/cam"), onvif=onvif, secret="vsm:geheim", login="cam")
    until(lambda: codes(judged, watched) == ["clock_off"], 10)
    assert judged(*watched)["cam-0"].m["clock_off_s"] == pytest.approx(-600, abs=3)
    assert len([body for body in Device.asked if "UsernameToken" in body]) == int(strict)
    assert not any("geheim" in body for body in Device.asked)


@pytest.mark.parametrize("strict", [True, False])
def test_what_it_costs_to_ask_for_the_time_is_counted(onvif: str, strict: bool) -> None:
    Device.strict = strict
    address = Address("rtsp://127.0.0.1/1", time.monotonic, Login("vsm", "geheim"))
    spent: list[int] = []
    assert camera_time(onvif, address, time.time(), spent.append) == pytest.approx(time.time(), abs=3)
    assert len(spent) == 1 + strict
    assert all(300 < size < 3000 for size in spent)
    assert sum(spent) > sum(map(len, Device.asked)) + 150


def test_a_recording_is_not_asked_for_once_the_paid_line_has_carried_its_share(cameras: Any) -> None:
    server = cameras("/cam")
    address = Address(server.url("/cam"), time.monotonic)
    plain = {"id": "cam-01", "kind": "camera", "driver": "opencv", "source": address.url}
    device = Camera.model_validate(plain | {"recording": recording(server)})
    board, budget = Board(0.0, 8.0, lambda: None), Budget(0.01, time.monotonic())
    means = Means(address, address, threading.Lock(), time.time, budget)
    companion = Companion(device, means, board, threading.Event())
    assert companion.plays(time.time() - HOUR_S)
    assert budget.used > 1000
    budget.spend(10, time.monotonic(), picture=True)
    with pytest.raises(Failed, match="share of the day"):
        companion.plays(time.time() - HOUR_S)
    assert server.server.book.asked["PLAY"] == 1
