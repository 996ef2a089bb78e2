"""Live video from drawn pictures: one small encoder a camera, and the group of pictures (GOP) that newcomers are
shown first.
"""

import dataclasses
import random
import threading
import zlib
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, Protocol, runtime_checkable

import av
import cv2
import numpy as np
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType

from demo.nal import IDR, Codec, Picture, kind_of, parameter_sets, split_nals
from demo.scene_view import HEIGHT, WIDTH, Image
from demo.scenes.degradations import DEGRADATIONS
from demo.scenes.spoil import spoilt

__all__ = ["FPS", "GOP", "IDR", "TICK", "Coding", "Drawn", "Fault", "Picture", "Stream", "kind_of", "split_nals"]
FPS = 5
GOP = 10
RTP_CLOCK = 90_000
TICK = RTP_CLOCK // FPS
# A camera that spares the line sends a key once in so many pictures: 10 min.
LONG_GOP = 3000
# One byte in so many is spoilt on a bad line.
SPOILT = 200
Fault = Literal[
    "frozen",
    "black",
    "occluded",
    "moved",
    "blur",
    "night",
    "stalled",
    "unreachable",
    "closed",
    "reset",
    "mute",
    "audio_only",
    "long_gop",
    "refused",
    "busy",
    "unavailable",
    "crowded",
    "redirected",
    "rubbish",
    "resized",
    "corrupt",
    "empty",
]
Look = Literal["plain", "black", "small", "covered", "turned", "defocused", "night"]
LOOKS: dict[Fault, Look] = {
    "black": "black",
    "resized": "small",
    "occluded": "covered",
    "moved": "turned",
    "blur": "defocused",
    "night": "night",
}
# What is laid over a view, by its name in `demo.scenes`, and how strong: shares of the view and of its width.
SPOILS: dict[Look, tuple[str, float]] = {
    "covered": ("cloth", 0.8),
    "turned": ("shift", 0.08),
    "defocused": ("defocus", 0.012),
}
# With these nothing is sent.
SILENT: frozenset[Fault] = frozenset({"stalled", "unreachable", "closed", "reset", "mute"})
CODERS: dict[Codec, tuple[str, dict[str, str]]] = {
    "h264": ("libx264", {"profile": "baseline", "x264-params": "scenecut=0"}),
    "h265": ("libx265", {"x265-params": "scenecut=0:pools=1:frame-threads=1:log-level=none:info=0"}),
}


@runtime_checkable
class View(Protocol):
    """What is filmed. A :class:`demo.scene.Scene` is one."""

    name: str

    def draw(self, t: float) -> Image:
        """The picture at Unix time ``t``: BGR, shape (height, width, 3)."""
        ...

    def black(self, t: float) -> Image:
        """The same without light."""
        ...

    def night(self, t: float) -> Image:
        """The same at night."""
        ...


class Reel(Protocol):
    """Coded pictures, one a tick."""

    name: str
    fps: float
    gop: int
    codec: Codec

    @property
    def parameter_sets(self) -> tuple[bytes, ...]:
        """For the SDP."""
        ...

    def picture(self, number: int, *, key: bool, look: Look) -> Picture:
        """Tick ``number``. ``key``: decoding has to start here."""
        ...


@dataclass(frozen=True, slots=True)
class Coding:
    """How a camera codes. ``gop`` in pictures; ``size``: width and height. ``inband`` False: the parameter sets stand
    in the SDP alone, as some cameras do it.
    """

    codec: Codec = "h264"
    inband: bool = True
    gop: int = GOP
    fps: int = FPS
    size: tuple[int, int] = (WIDTH, HEIGHT)


class Encoder:
    """One coder: a key only where it is asked for."""

    def __init__(self, coding: Coding) -> None:
        name, options = CODERS[coding.codec]
        context = av.CodecContext.create(name, "w")
        assert isinstance(context, VideoCodecContext)  # noqa: S101  # narrows for mypy
        context.width, context.height = coding.size
        context.pix_fmt = "yuv420p"
        context.time_base, context.framerate = Fraction(1, coding.fps), Fraction(coding.fps)
        context.gop_size, context.thread_count = 1_000_000, 1
        usual = {"preset": "ultrafast", "tune": "zerolatency", "crf": "26", "forced-idr": "1"}
        context.options = usual | options
        context.flags |= av.codec.context.Flags.global_header
        context.open()
        self._context, self._coding, self._count = context, coding, 0
        self.parameter_sets = parameter_sets(split_nals(context.extradata or b""), coding.codec)

    def encode(self, image: Image, stamp: int, *, key: bool) -> Picture:
        """Code one BGR picture, brought to size."""
        if image.shape[1::-1] != self._coding.size:
            image = np.asarray(cv2.resize(image, self._coding.size), np.uint8)
        planes = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2YUV_I420), np.uint8)
        frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        frame.pts = self._count
        self._count += 1
        if key:
            frame.pict_type = PictureType.I
        coded = b"".join(bytes(packet) for packet in self._context.encode(frame))
        held = set(self.parameter_sets)
        nals = tuple(nal for nal in split_nals(coded) if nal not in held)
        return Picture(self.parameter_sets + nals if key and self._coding.inband else nals, stamp, key)


class Drawn:
    """A view and its coder."""

    def __init__(self, view: View, coding: Coding) -> None:
        self.name, self.gop, self.fps, self.codec = view.name, coding.gop, float(coding.fps), coding.codec
        self.view, self.coding = view, coding
        self._encoder: Encoder | None = None
        self._size = coding.size

    @property
    def parameter_sets(self) -> tuple[bytes, ...]:
        """Of the present size."""
        return self._coder(self._size).parameter_sets

    def picture(self, number: int, *, key: bool, look: Look) -> Picture:
        """Drawn and coded."""
        t = number / self.fps
        width, height = self.coding.size
        size = (width // 4 * 2, height // 4 * 2) if look == "small" else self.coding.size
        image = self._seen(number, t, look)
        changed = size != self._size
        return self._coder(size).encode(image, round(number * RTP_CLOCK / self.fps), key=key or changed)

    def _seen(self, number: int, t: float, look: Look) -> Image:
        if look in {"black", "night"}:
            return self.view.black(t) if look == "black" else self.view.night(t)
        image = self.view.draw(t)
        if look not in SPOILS:
            return image
        name, strength = SPOILS[look]
        return spoilt(image, DEGRADATIONS[name], zlib.crc32(self.name.encode()), strength, number)

    def _coder(self, size: tuple[int, int]) -> Encoder:
        if self._encoder is None or size != self._size:
            self._size = size
            self._encoder = Encoder(dataclasses.replace(self.coding, size=size))
        return self._encoder


class Stream:
    """The pictures of one camera, one a tick, and its faults.

    ``frozen`` sends the kept GOP again and again, the same bytes each time; ``black`` codes darkness; ``occluded``,
    ``moved`` and ``blur`` spoil the view, ``night`` is no fault; ``stalled`` sends nothing; ``unreachable`` sends
    nothing and its server lets nobody in; ``resized`` changes the picture's size; ``corrupt`` spoils bytes and
    ``empty`` takes all of them; the others are the server's. Pictures are made in another thread than the one that
    serves: every method may be called from any.
    """

    def __init__(self, view: View | Reel, coding: Coding | None = None) -> None:
        self._reel: Reel = Drawn(view, coding or Coding()) if isinstance(view, View) else view
        self.name, self.fps, self.codec = self._reel.name, self._reel.fps, self._reel.codec
        self.fault: Fault | None = None
        self.gop: list[Picture] = []
        self._kept: list[Picture] = []
        self._replay = self._since_key = 0
        self._fresh = True
        self._dice = random.Random(self.name)
        self._guard = threading.Lock()

    @property
    def parameter_sets(self) -> tuple[bytes, ...]:
        """VPS, SPS and PPS, for the SDP."""
        with self._guard:
            return self._reel.parameter_sets

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

    def stamp(self, number: int) -> int:
        """Tick ``number`` on the 90 kHz clock."""
        return round(number * RTP_CLOCK / self.fps)

    def tick(self, number: int) -> Picture | None:
        """The picture of tick ``number`` (Unix time times pictures a second); None while the camera sends none."""
        with self._guard:
            if self.fault in SILENT:
                return None
            picture = self._again(number) if self._kept else self._new(number)
            self._since_key = 1 if picture.key else self._since_key + 1
            # Who comes in the middle of a very long group sees no key of it.
            self.gop = [] if self.fault == "long_gop" else [picture] if picture.key else [*self.gop, picture]
            if self.fault == "frozen" and not self._kept and len(self.gop) == self._reel.gop:
                self._kept = list(self.gop)
            return self._spoilt(picture)

    def again(self) -> Reel:
        """The same view with a coder of its own, for another viewer."""
        return Drawn(self._reel.view, self._reel.coding) if isinstance(self._reel, Drawn) else self._reel

    def _new(self, number: int) -> Picture:
        gop = LONG_GOP if self.fault == "long_gop" else self._reel.gop
        key = self._fresh or self._since_key >= gop
        self._fresh = False
        return self._reel.picture(number, key=key, look=LOOKS.get(self.fault, "plain") if self.fault else "plain")

    def _again(self, number: int) -> Picture:
        kept = self._kept[self._replay % len(self._kept)]
        self._replay += 1
        return Picture(kept.nals, self.stamp(number), kept.key)

    def _spoilt(self, picture: Picture) -> Picture:
        if self.fault == "empty":
            return Picture((b"",), picture.stamp, picture.key)
        if self.fault != "corrupt":
            return picture
        return Picture(tuple(self._noisy(nal) for nal in picture.nals), picture.stamp, picture.key)

    def _noisy(self, nal: bytes) -> bytes:
        """The NAL unit's header is left alone: where a picture begins can be seen on a bad line too."""
        spoilt = bytearray(nal)
        for _ in range(len(nal) // SPOILT + 1):
            spoilt[self._dice.randrange(min(2, len(nal) - 1), len(nal))] = self._dice.randrange(256)
        return bytes(spoilt)
