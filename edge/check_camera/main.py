"""Command line of the field tool. Here alone the package reads clock, environment and terminal."""

import argparse
import getpass
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
from pydantic import ValidationError

from contracts.inventory import Camera
from edge.check_camera.annotate import Box, annotated
from edge.check_camera.report import lines
from edge.check_camera.texts import CODES, WORDS, Language, say
from edge.detect import JUDGES
from edge.detect.verdict import Verdict
from edge.drivers.base import DriverContext
from edge.drivers.opencv.driver import open_driver
from edge.drivers.opencv.outcome import Failed
from edge.drivers.opencv.snapshot import snapshot
from edge.settings import secrets_of

STEP_S = 0.5
BAD_CALL = 2
Outline = tuple[Box, ...]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m edge.check_camera",
        description="Watches one camera for a while as a node does, and says what the node would report. "
        "看一个摄像机一段时间，并说明节点会上报什么。Needs no display.",
        epilog="Exit status: 0 nothing found, 1 something found, 2 a wrong call.",
    )
    add = parser.add_argument
    add("url", metavar="URL", help="rtsp:// address without a login, a file, a folder, usb:N or csi:N")
    add("--login", metavar="SECRET", help="name of the secret user:password; asked for when it is not set")
    add("--seconds", type=float, default=20.0, metavar="N", help="how long to watch (default: 20)")
    add("--picture", type=Path, metavar="OUT.jpg", help="write what it shows, with what was found")
    add("--substream", metavar="URL")
    add("--transport", choices=("tcp", "udp"), default="tcp")
    add("--onvif", metavar="URL", help="device service, for the camera's clock")
    add("--playback", metavar="URL", help="rtsp:// address of its recording, with {start} and {end}")
    add("--retention-days", type=int, default=30, metavar="N", help="what the recorder has to keep (default: 30)")
    add("--language", choices=("zh", "en"), help="default: by the environment (LANG)")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """0 = nothing found, 1 = something found, 2 = a wrong call."""
    options = _parser().parse_args(argv)
    language: Language = options.language or ("zh" if os.environ.get("LANG", "").startswith("zh") else "en")
    try:
        device = _camera(options)
    except ValidationError as error:
        for mistake in error.errors():
            where = ".".join(str(part) for part in mistake["loc"])
            print(f"{say(WORDS, 'wrong_call', language)}: {where}: {mistake['msg']}", file=sys.stderr)
        return BAD_CALL
    context = DriverContext(secret=_secret(options.login, language))
    verdict, outline = _watched(device, context, options.seconds, language)
    for line in lines(verdict, language):
        print(line)
    if options.picture:
        _write(options.picture, (device, context), verdict, outline, language)
    return 1 if verdict.findings else 0


def _camera(options: argparse.Namespace) -> Camera:
    recording = {"playback": options.playback, "retention_days": options.retention_days} if options.playback else None
    said = {
        "id": "camera",
        "kind": "camera",
        "driver": "opencv",
        "source": options.url,
        "login": "login" if options.login else None,
        "substream": options.substream,
        "transport": options.transport,
        "onvif": options.onvif,
        "recording": recording,
        "picture_s": 2,
    }
    return Camera.model_validate(said)


def _secret(name: str | None, language: Language) -> Callable[[str], str | None]:
    known = secrets_of(os.environ)(name) if name else None
    if name and known is None:
        known = getpass.getpass(say(WORDS, "login", language))
    return lambda _name: known


def _watched(device: Camera, context: DriverContext, seconds: float, language: Language) -> tuple[Verdict, Outline]:
    """Watch, and judge at the end; what is wrong is outlined."""
    driver = open_driver(device, context)
    end = time.monotonic() + seconds
    memory = None
    try:
        while True:
            now = time.monotonic()
            sample = driver.look(now)
            verdicts, memory = JUDGES[device.kind](sample, memory, device, now)
            if now >= end:
                view = getattr(sample, "picture", None)
                return verdicts[device.id], view.outline if view else ()
            if sys.stderr.isatty():
                print(f"\r{say(WORDS, 'watching', language)} {end - now:3.0f} ", end="", file=sys.stderr, flush=True)
            time.sleep(min(STEP_S, end - now))
    finally:
        driver.close()
        if sys.stderr.isatty():
            print(file=sys.stderr)


def _write(
    path: Path, asked: tuple[Camera, DriverContext], verdict: Verdict, outline: Outline, language: Language
) -> None:
    """The annotated picture. A camera that has just refused the login is not asked again."""
    try:
        if "wrong_password" in verdict.findings:
            raise Failed("wrong_password", say(CODES, "wrong_password", language))
        written = cv2.imwrite(str(path), annotated(snapshot(*asked), verdict, outline))
    except (Failed, cv2.error, OSError) as error:
        print(f"{say(WORDS, 'no_picture', language)}: {error}", file=sys.stderr)
        return
    word = "picture" if written else "no_picture"
    print(f"{say(WORDS, word, language)}: {path}")
