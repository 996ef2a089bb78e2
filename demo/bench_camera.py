"""What a camera costs a node: processor and memory, beside a program that decodes everything."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np

from contracts.inventory import Camera
from contracts.picture import PictureLimits
from demo.bench_figure import Figure
from demo.scene import Scene
from demo.scene_view import Image
from demo.video import Coding, Encoder
from edge.drivers.base import Driver, DriverContext, open_driver
from edge.drivers.opencv.captures import Capture
from edge.drivers.opencv.local import capture_of
from edge.drivers.opencv.picture import decode_key
from edge.vision.watch import Watch

# 1080p at 25 pictures a second, a key each two seconds: what a village's camera usually sends.
FULL = Coding(gop=50, fps=25, size=(1920, 1080))
SMALL = Coding()
FILM_PICTURES, GRAIN = 100, 5
WATCH_S, SETTLE_S, WITHIN_S = 20.0, 3.0, 20.0
CAMERAS = 10
LESSONS = 10


def film(path: Path, coding: Coding, pictures: int) -> Path:
    """A scene with the grain of a real sensor, coded."""
    scene, encoder, dice = Scene("bench", 3, 1.0), Encoder(coding), np.random.default_rng(3)
    grain = [dice.normal(0, GRAIN, (360, 640, 3)) for _ in range(5)]
    with path.open("wb") as file:
        for number in range(pictures):
            noisy: Image = np.clip(scene.draw(number / coding.fps) + grain[number % 5], 0, 255).astype(np.uint8)
            coded = encoder.encode(noisy, number, key=number % coding.gop == 0)
            file.write(b"".join(b"\0\0\0\1" + nal for nal in coded.nals))
    return path


@contextlib.contextmanager
def serving(folder: Path, coding: Coding, paths: Sequence[str]) -> Iterator[list[str]]:
    """The film at some paths, from a process of its own; gives their addresses."""
    path = film(folder / "film.h264", coding, FILM_PICTURES)
    argv = [sys.executable, "-m", "demo.rtsp", "--port", "0", "--copy"]
    argv += [word for one in paths for word in ("--file", f"{one}={path}")]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True) as server:
        try:
            yield [server.stdout.readline().strip() if server.stdout else "" for _ in paths]
        finally:
            server.terminate()


def camera(number: int, url: str, picture_s: float) -> Camera:
    """One of an inventory."""
    plain = {"id": f"cam-{number}", "kind": "camera", "driver": "opencv", "source": url, "picture_s": picture_s}
    return Camera.model_validate(plain)


def share(seconds: float, work: Callable[[float], None]) -> float:
    """CPU seconds of this process a second while ``work`` goes on until a time."""
    began, cpu = time.monotonic(), time.process_time()
    work(began + seconds)
    return (time.process_time() - cpu) / (time.monotonic() - began)


def _until_seen(driver: Driver) -> None:
    end = time.monotonic() + WITHIN_S
    while getattr(driver.look(time.monotonic()), "picture_age_s", None) is None:
        if time.monotonic() > end:
            raise RuntimeError("the camera shows no picture")
        time.sleep(0.1)


def _sleep_until(end: float) -> None:
    time.sleep(max(0.0, end - time.monotonic()))


def _decode_all(capture: Capture) -> Callable[[float], None]:
    def work(end: float) -> None:
        while time.monotonic() < end and capture.grab():
            capture.retrieve()

    return work


def core_share(folder: Path, quick: bool) -> Figure:
    """Share of a core that one watched camera takes, a picture each 10 s; full decoding beside it in the same run."""
    seconds = WATCH_S / 2 if quick else WATCH_S
    with serving(folder, FULL, ["/cam"]) as (url,):
        capture = capture_of(url)()
        try:
            work = _decode_all(capture)
            work(time.monotonic() + 1)
            full = share(seconds / 2, work)
        finally:
            capture.release()
        driver = open_driver(camera(0, url, 10), DriverContext())
        try:
            _until_seen(driver)
            time.sleep(SETTLE_S)
            watched = share(seconds, _sleep_until)
            sample = driver.look(time.monotonic())
        finally:
            driver.close()
    kbps = getattr(sample, "kbps", None) or 0
    note = f"full decode {full:.3f} cores, {full / max(watched, 1e-6):.0f} times; 1080p25, GOP 50, {kbps:.0f} kbit/s"
    return Figure(round(watched, 4), note)


def memory_mib(folder: Path, quick: bool) -> Figure:
    """MiB of memory that one more camera takes, of ten beside the first."""
    paths = [f"/cam-{number}" for number in range(CAMERAS + 1)]
    with serving(folder, SMALL, paths) as urls, contextlib.ExitStack() as opened:
        before = 0.0
        for number, url in enumerate(urls):
            driver = open_driver(camera(number, url, 2), DriverContext())
            opened.callback(driver.close)
            _until_seen(driver)
            before = before or _resident_mib()
        time.sleep(SETTLE_S if quick else 3 * SETTLE_S)
        after = _resident_mib()
    return Figure((after - before) / CAMERAS, f"{after:.0f} MiB with {CAMERAS + 1} cameras of 640x360")


def check_ms(folder: Path, quick: bool) -> Figure:  # noqa: ARG001  # a row's signature
    """Milliseconds of processor for all checks of one 1080p picture, the view being known; decoding its key beside."""
    scene, dice = Scene("bench", 3, 1.0), np.random.default_rng(3)
    size = FULL.size
    drawn = [cv2.resize(scene.draw(2.0 * number), size) for number in range(LESSONS + (10 if quick else 40))]
    pictures = [np.clip(one + dice.normal(0, GRAIN, (size[1], size[0], 1)), 0, 255).astype(np.uint8) for one in drawn]
    watch = Watch(PictureLimits())
    for number, picture in enumerate(pictures[:LESSONS]):
        watch.teach(picture, 10.0 * number)
        watch.see(picture, 10.0 * number)
    times = []
    for number, picture in enumerate(pictures[LESSONS:], LESSONS):
        began = time.process_time()
        window = watch.see(picture, 10.0 * number)
        times.append(1000 * (time.process_time() - began))
    coded = b"".join(b"\0\0\0\1" + nal for nal in Encoder(FULL).encode(pictures[0], 0, key=True).nals)
    began = time.process_time()
    decode_key(b"", coded)
    decode_ms = 1000 * (time.process_time() - began)
    checked = "nothing" if window is None else f"{len(window.nc)} checks not possible"
    return Figure(float(np.median(times)), f"worst {max(times):.0f}; decoding the key {decode_ms:.0f}; {checked}")


def _resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
