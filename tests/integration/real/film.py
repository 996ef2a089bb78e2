"""Debian's street scene as a camera would send it: H.264, a key each two seconds, and as long as it is asked for."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

import av
from av import Packet, VideoFrame

SOURCE = Path("/usr/share/doc/opencv-doc/examples/data/vtest.avi")
FPS, KEY_EACH, WIDTH, HEIGHT = 10, 20, 320, 240
OPTIONS = {"preset": "ultrafast", "tune": "zerolatency", "g": str(KEY_EACH), "crf": "34"}
# So much of the scene is encoded; more of it is the same packets again.
ENCODED_S = 40


def make(file: Path, seconds: int) -> None:
    """Write the scene, over and over for ``seconds`` at least, as Matroska."""
    with av.open(str(file), "w", format="matroska") as out:
        stream = out.add_stream("libx264", FPS, OPTIONS)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        once = [packet for frame in islice(_frames(), ENCODED_S * FPS) for packet in stream.encode(frame)]
        once += stream.encode()
        for turn in range(-(-seconds // ENCODED_S)):
            for packet in once:
                out.mux(_later(packet, turn * ENCODED_S))


def _frames() -> Iterator[VideoFrame]:
    with av.open(str(SOURCE)) as scene:
        for number, frame in enumerate(scene.decode(video=0)):
            small = frame.reformat(WIDTH, HEIGHT, "yuv420p")
            small.pts, small.time_base = number, Fraction(1, FPS)
            yield small


def _later(packet: Any, by_s: int) -> Any:
    # PyAV's own types forbid what it documents: a packet of one's own in a stream. So they end here.
    copy: Any = Packet(bytes(packet))
    shift = round(by_s / packet.time_base)
    copy.stream, copy.time_base, copy.is_keyframe = packet.stream, packet.time_base, packet.is_keyframe
    copy.pts, copy.dts = packet.pts + shift, packet.dts + shift
    return copy
