"""Cameras for a long time: nothing grows, nothing is delayed, no account is locked."""

import gc
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from contracts.inventory import Camera
from demo.video import Fault
from edge.drivers.opencv.address import Address
from edge.drivers.opencv.board import Board
from edge.drivers.opencv.budget import Budget
from edge.drivers.opencv.gate import Gates
from edge.drivers.opencv.login import Login
from edge.drivers.opencv.outcome import Failed
from edge.drivers.opencv.rounds import Companion, Means
from edge.drivers.opencv.sampler import Sampler
from edge.drivers.opencv.stream import MeteredStream, Stream

HOUR_S = 3600.0
# Behaviours, and the paths that show them.
FAULTY = ("mute", "reset", "stall", "rubbish", "401")
ROOT = Path(__file__).parents[3]


def resident_mib() -> float:
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def test_four_hours_of_a_wrong_password_fail_three_times_an_hour_at_most(cameras: Any) -> None:
    """Main stream, sub-stream, a paid stream, the recording and a restart of the thread, all as soon as they may."""
    now = [0.0]
    server = cameras("/main", "/sub", login="vsm:geheim", now=lambda: now[0])
    login = Login("vsm", "falsch")
    gate = Gates().of("127.0.0.1", login.user)
    address = Address(server.url("/main"), lambda: now[0], login, gate=gate)
    board = Board(0.0, 8.0, lambda: None)
    stopped = threading.Event()
    device = Camera.model_validate(
        {
            "id": "cam-01",
            "kind": "camera",
            "driver": "opencv",
            "source": server.url("/main"),
            "recording": {"playback": server.url("/playback/main") + "?starttime={start}&endtime={end}"},
        }
    )
    companion = Companion(
        device, Means(address, address, threading.Lock(), lambda: now[0], Budget(None, 0.0)), board, stopped
    )
    while now[0] < 4 * HOUR_S:
        streams = [
            Stream(address, board, 8.0, 10.0),
            MeteredStream(address.at(server.url("/sub")), board, Budget(None, 0)),
        ]
        waits = [stream.attempt() for stream in streams]
        Sampler(address.at(server.url("/sub")), stopped).ask()
        with pytest.raises(Failed):
            companion.plays(1e9)
        now[0] += max(10.0, min(waits))
    failed = server.server.book.failed_logins
    assert 4 <= len(failed) <= 6
    assert all(len([at for at in failed if begin <= at < begin + HOUR_S]) <= 3 for begin in failed)


@pytest.mark.parametrize("times", [100, pytest.param(1000, marks=pytest.mark.long)])
@pytest.mark.parametrize("fault", ["closed", "reset", "rubbish", "busy", "audio_only"])
def test_memory_is_flat_over_reconnects(fault: Fault, times: int, *, cameras: Any) -> None:
    server = cameras("/cam", login="vsm:geheim")
    server.break_("/cam", fault)
    address = Address(server.url("/cam"), time.monotonic, Login("vsm", "geheim"))
    stream = Stream(address, Board(0.0, 8.0, lambda: None), 8.0, 10.0)
    for _ in range(times // 5):
        stream.attempt()
    before, files = resident_mib(), len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(times):
        stream.attempt()
    assert resident_mib() - before < 3 + times / 500
    assert len(list(Path("/proc/self/fd").iterdir())) <= files + 5
    assert not server.server.book.failed_logins


@contextmanager
def elsewhere(*argv: str) -> Iterator[str]:
    """Cameras in a process of their own, so that only the node's own work is timed; gives ``rtsp://host:port``."""
    with subprocess.Popen(
        [sys.executable, "-m", "demo.rtsp", "--port", "0", *argv], cwd=ROOT, text=True, stdout=subprocess.PIPE
    ) as running:
        try:
            assert running.stdout is not None
            yield running.stdout.readline().strip().rpartition("/")[0]
        finally:
            running.terminate()


@pytest.mark.parametrize("seconds", [12, pytest.param(600, marks=[pytest.mark.long, pytest.mark.timeout(800)])])
def test_five_faulty_cameras_delay_none_of_fifteen_good_ones(
    seconds: int, *, camera: Any, judged: Any, until: Any
) -> None:
    good_names = [f"good-{number}" for number in range(15)]
    paths = [word for name in [*good_names, *FAULTY] for word in ("--path", f"/{name}")]
    steps = [word for name in FAULTY for word in ("--step", f"0:/{name} {name}")]
    with elsewhere(*paths, *steps) as place:
        bad = [camera(f"{place}/{name}", secret="vsm:x", login=f"login-{name}") for name in FAULTY]
        good = [camera(f"{place}/{name}", picture_s=10) for name in good_names]

        def wrong() -> dict[str, list[str]]:
            told = {name: judged(*watched)[watched[1].id] for name, watched in zip(good_names, good, strict=True)}
            return {name: list(one.findings) for name, one in told.items() if one.state != "up"}

        until(lambda: not wrong(), 30)
        end, looks, silent = time.monotonic() + seconds, [0.0], 0.0
        while time.monotonic() < end:
            for watched in [*bad, *good]:
                began = time.monotonic()
                watched[0].look(began)
                looks.append(time.monotonic() - began)
            silent = max([silent, *(watched[0].look(time.monotonic()).silent_s for watched in good)])
            assert wrong() == {}
            time.sleep(0.5)
        # A look reads memory alone; one in a hundred may meet a busy machine.
        assert sorted(looks)[len(looks) * 99 // 100] < 0.05
        assert silent < 8
        assert all(judged(*watched)[watched[1].id].state in {"down", "unknown"} for watched in bad)
