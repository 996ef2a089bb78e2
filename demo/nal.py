"""NAL units of H.264 and H.265: where one ends, what it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Codec = Literal["h264", "h265"]
IDR, SPS, PPS = 5, 7, 8
# The types a decoder may start at, and those of the parameter sets, in the order of the SDP.
KEYS: dict[Codec, frozenset[int]] = {"h264": frozenset({IDR}), "h265": frozenset({16, 17, 18, 19, 20, 21})}
SETS: dict[Codec, tuple[int, ...]] = {"h264": (SPS, PPS), "h265": (32, 33, 34)}


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


def kind_of(nal: bytes, codec: Codec = "h264") -> int:
    """The NAL unit's type: in H.264 5 is a key picture's slice, 7 and 8 are parameter sets."""
    return nal[0] & 0x1F if codec == "h264" else (nal[0] >> 1) & 0x3F


def parameter_sets(nals: Iterator[bytes], codec: Codec) -> tuple[bytes, ...]:
    """The parameter sets among ``nals``."""
    return tuple(nal for nal in nals if nal and kind_of(nal, codec) in SETS[codec])
