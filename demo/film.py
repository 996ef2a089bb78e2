"""Video files as what a camera films: as they are coded, or decoded and coded anew."""

from pathlib import Path

import av
import numpy as np
from av.bitstream import BitStreamFilterContext

from demo.nal import KEYS, Codec, Picture, kind_of, parameter_sets, split_nals
from demo.scene_view import Image
from demo.video import RTP_CLOCK, Look

CODECS: dict[str, tuple[Codec, str]] = {"h264": ("h264", "h264_mp4toannexb"), "hevc": ("h265", "hevc_mp4toannexb")}


class Copied:
    """A file's own H.264 or H.265, over and over. Raises OSError and ValueError for what is none."""

    def __init__(self, path: Path, *, inband: bool = True) -> None:
        self.name = path.stem
        self.codec, self.fps, pictures = _read(path)
        held = parameter_sets((nal for nals in pictures for nal in nals), self.codec)
        self._sets = tuple(dict.fromkeys(held))
        self._pictures = [(self._key(nals), self._carried(nals, inband)) for nals in pictures]
        keys = [index for index, (key, _) in enumerate(self._pictures) if key]
        self.gop = keys[1] - keys[0] if len(keys) > 1 else len(pictures)
        self._at = 0

    @property
    def parameter_sets(self) -> tuple[bytes, ...]:
        """Those of the file."""
        return self._sets

    def picture(self, number: int, *, key: bool, look: Look) -> Picture:  # noqa: ARG002  # a film has one look
        """The next of the file; the next key where one has to be."""
        while key and not self._pictures[self._at][0]:
            self._at = (self._at + 1) % len(self._pictures)
        starts, nals = self._pictures[self._at]
        self._at = (self._at + 1) % len(self._pictures)
        return Picture(nals, round(number * RTP_CLOCK / self.fps), starts)

    def _key(self, nals: tuple[bytes, ...]) -> bool:
        return any(kind_of(nal, self.codec) in KEYS[self.codec] for nal in nals)

    def _carried(self, nals: tuple[bytes, ...], inband: bool) -> tuple[bytes, ...]:
        bare = tuple(nal for nal in nals if nal not in self._sets)
        return self._sets + bare if inband and self._key(nals) else bare


def _read(path: Path) -> tuple[Codec, float, list[tuple[bytes, ...]]]:
    """Codec, pictures a second, and the NAL units of each picture."""
    with av.open(str(path)) as file:
        stream = file.streams.video[0]
        if stream.codec_context.name not in CODECS:
            raise ValueError(f"{path} is {stream.codec_context.name}; only H.264 and H.265 are served as they are")
        codec, name = CODECS[stream.codec_context.name]
        plain = BitStreamFilterContext(name, stream)
        packets = [bytes(out) for packet in file.demux(stream) for out in plain.filter(packet if packet.size else None)]
        fps = float(stream.average_rate or 25)
    pictures = [tuple(nal for nal in split_nals(packet) if nal) for packet in packets]
    if not any(pictures):
        raise ValueError(f"{path} holds no picture")
    return codec, fps, pictures


class Filmed:
    """A file's pictures as a view, over and over, whatever it is coded in. Raises OSError and ValueError."""

    def __init__(self, path: Path) -> None:
        self.name = path.stem
        with av.open(str(path)) as file:
            self._fps = float(file.streams.video[0].average_rate or 25)
            self._pictures: list[Image] = [
                np.asarray(frame.to_ndarray(format="bgr24"), np.uint8) for frame in file.decode(video=0)
            ]
        if not self._pictures:
            raise ValueError(f"{path} holds no picture")

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self._pictures[0].shape[1], self._pictures[0].shape[0]

    def draw(self, t: float) -> Image:
        """The picture of that moment."""
        return self._pictures[round(t * self._fps) % len(self._pictures)]

    def black(self, t: float) -> Image:  # noqa: ARG002  # a view draws what it is at a time
        """Darkness."""
        return np.zeros_like(self._pictures[0])

    def night(self, t: float) -> Image:
        """A quarter of the light."""
        return np.asarray(self.draw(t) * 0.25, np.uint8)
