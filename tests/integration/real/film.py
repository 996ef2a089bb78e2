"""Debian's street scene as a camera would send it: H.264, a key each two seconds, and as long as it is asked for."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from pathlib import Path

import av
from av import Packet, VideoFrame

SOURCE = Path("/usr/share/doc/opencv-doc/examples/data/vtest.avi")
FPS, KEY_EACH, WIDTH, HEIGHT = 10, 20, 384, 288
# So much of the scene is encoded; more of it is the same packets again.
ENCODED_S = 40


def make(file: Path, seconds: int) -> None:
    """Write the scene, over and over for ``seconds`` at least, as Matroska."""
    with av.open(str(file), "w", format="matroska") as out:
        stream = out.add_stream("libx264", FPS, {"preset": "ultrafast", "tune": "zerolatency", "g": str(KEY_EACH)})
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


def _later(packet: Packet, by_s: int) -> Packet:
    copy = Packet(bytes(packet))
    assert packet.time_base is not None
    shift = round(by_s / packet.time_base)
    assert packet.pts is not None
    assert packet.dts is not None
    copy.stream, copy.time_base, copy.is_keyframe = packet.stream, packet.time_base, packet.is_keyframe
    copy.pts, copy.dts = packet.pts + shift, packet.dts + shift
    return copy
