"""Live H.264 from drawn pictures: one small encoder a camera, and the group of pictures (GOP) that newcomers are
shown first.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import av
import cv2
import numpy as np
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType

from demo.scene import Scene
from demo.scene_view import HEIGHT, WIDTH, Image

FPS = 5
GOP = 10
RTP_CLOCK = 90_000
TICK = RTP_CLOCK // FPS
IDR, SPS, PPS = 5, 7, 8
Fault = Literal["frozen", "black", "stalled", "unreachable"]


@dataclass(frozen=True, slots=True)
class Picture:
    """One coded picture: its NAL units without start codes, its time on the 90 kHz clock, whether decoding may
    start here.
    """

    nals: tuple[bytes, ...]
    stamp: int
    key: bool


def split_nals(stream: bytes) -> Iterator[bytes]:
    """NAL units of an Annex B stream, start codes (three bytes or four) taken off."""
    start = stream.find(b"\0\0\1")
    while start >= 0:
        following = stream.find(b"\0\0\1", start + 3)
        unit = stream[start + 3 : following if following >= 0 else None]
        yield unit.rstrip(b"\0") if following >= 0 else unit
        start = following


def kind_of(nal: bytes) -> int:
    """The NAL unit's type: 5 a key picture's slice, 7 and 8 parameter sets."""
    return nal[0] & 0x1F


class Encoder:
    """H.264 baseline for one camera. ``inband`` False: the parameter sets stand in the SDP alone, as some cameras
    do it.
    """

    def __init__(self, inband: bool = True) -> None:
        context = av.CodecContext.create("libx264", "w")
        assert isinstance(context, VideoCodecContext)  # noqa: S101  # narrows for mypy
        context.width, context.height, context.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        context.time_base, context.framerate = Fraction(1, FPS), Fraction(FPS)
        context.gop_size, context.thread_count = GOP, 1
        context.options = {
            "preset": "ultrafast",
            "tune": "zerolatency",
            "profile": "baseline",
            "crf": "26",
            "x264-params": "scenecut=0",
        }
        context.flags |= av.codec.context.Flags.global_header
        context.open()
        self._context, self._count, self._inband = context, 0, inband
        sets = [nal for nal in split_nals(context.extradata or b"") if kind_of(nal) in {SPS, PPS}]
        self.parameter_sets: tuple[bytes, ...] = tuple(sets)

    def encode(self, image: Image, stamp: int, force_key: bool = False) -> Picture:
        """Code one BGR picture of shape (360, 640, 3)."""
        planes = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2YUV_I420), np.uint8)
        frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        frame.pts = self._count
        self._count += 1
        if force_key:
            frame.pict_type = PictureType.I
        nals = tuple(nal for packet in self._context.encode(frame) for nal in split_nals(bytes(packet)))
        key = any(kind_of(nal) == IDR for nal in nals)
        return Picture(self.parameter_sets + nals if key and self._inband else nals, stamp, key)


class Stream:
    """The pictures of one camera, one a tick of 1/5 s, and its faults.

    ``frozen`` sends the kept GOP again and again, the same bytes each time; ``black`` codes darkness; ``stalled``
    sends nothing; ``unreachable`` sends nothing and its server lets nobody in. Pictures are made in another thread than
    the one that serves: every method may be called from any.
    """

    def __init__(self, scene: Scene, inband: bool = True) -> None:
        self.scene = scene
        self.fault: Fault | None = None
        self.gop: list[Picture] = []
        self._inband = inband
        self._encoder: Encoder | None = None
        self._kept: list[Picture] = []
        self._replay = 0
        self._fresh = True
        self._guard = threading.Lock()

    @property
    def parameter_sets(self) -> tuple[bytes, ...]:
        """SPS and PPS, for the SDP."""
        with self._guard:
            return self._coder().parameter_sets

    def break_(self, fault: Fault | None) -> None:
        """Begin ``fault`` in place of any other; None mends."""
        with self._guard:
            if fault != "frozen":  # what has been sent before is over; a freeze repeats it
                self.gop, self._fresh = [], True
            self.fault, self._kept, self._replay = fault, [], 0

    def rest(self) -> None:
        """Nobody watches: forget the GOP, so that the next viewer starts with a new one."""
        with self._guard:
            self.gop, self._fresh = [], not self._kept

    def tick(self, number: int) -> Picture | None:
        """The picture of tick ``number`` (Unix time times 5); None while the camera sends none."""
        with self._guard:
            if self.fault in {"stalled", "unreachable"}:
                return None
            picture = self._again(number) if self._kept else self._new(number)
            self.gop = [picture] if picture.key else [*self.gop, picture]
            if self.fault == "frozen" and not self._kept and len(self.gop) == GOP:
                self._kept = list(self.gop)
            return picture

    def _new(self, number: int) -> Picture:
        t = number / FPS
        image = self.scene.black(t) if self.fault == "black" else self.scene.draw(t)
        picture = self._coder().encode(image, number * TICK, self._fresh)
        self._fresh = False
        return picture

    def _again(self, number: int) -> Picture:
        kept = self._kept[self._replay % GOP]
        self._replay += 1
        return Picture(kept.nals, number * TICK, kept.key)

    def _coder(self) -> Encoder:
        if self._encoder is None:
            self._encoder = Encoder(self._inband)
        return self._encoder
