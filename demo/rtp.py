"""H.264 in RTP (RFC 6184), framed for RTSP's own TCP connection (RFC 2326, 10.12), and the SDP that announces it."""

import base64
import struct
from collections.abc import Iterator, Sequence

from demo.video import FPS, RTP_CLOCK, Picture

PAYLOAD_TYPE = 96
MAX_PAYLOAD = 1400
FU_A = 28


def fragments(nal: bytes) -> Iterator[bytes]:
    """RTP payloads of one NAL unit: the unit itself, or FU-A pieces of it."""
    if len(nal) <= MAX_PAYLOAD:
        yield nal
        return
    indicator, kind, body = nal[0] & 0xE0 | FU_A, nal[0] & 0x1F, nal[1:]
    step = MAX_PAYLOAD - 2
    for start in range(0, len(body), step):
        first = 0x80 if start == 0 else 0
        last = 0x40 if start + step >= len(body) else 0
        yield bytes((indicator, first | last | kind)) + body[start : start + step]


class Packetiser:
    """Numbers the packets of one viewer. ``channel``: the interleaved channel the viewer asked for."""

    def __init__(self, channel: int, source: int) -> None:
        self.channel, self.sequence = channel, 0
        self._source = source

    def packets(self, picture: Picture) -> bytes:
        """All interleaved packets of ``picture``; the last one carries the marker bit."""
        payloads = [piece for nal in picture.nals for piece in fragments(nal)]
        marks = [False] * (len(payloads) - 1) + [True]
        return b"".join(
            self._framed(payload, picture.stamp, mark) for payload, mark in zip(payloads, marks, strict=True)
        )

    def _framed(self, payload: bytes, stamp: int, mark: bool) -> bytes:
        kind = PAYLOAD_TYPE | (0x80 if mark else 0)
        header = struct.pack("!BBHII", 0x80, kind, self.sequence, stamp & 0xFFFFFFFF, self._source)
        self.sequence = (self.sequence + 1) & 0xFFFF
        return struct.pack("!cBH", b"$", self.channel, len(header) + len(payload)) + header + payload


def sdp(name: str, address: str, parameter_sets: Sequence[bytes]) -> str:
    """Session description of one camera with its parameter sets and frame rate."""
    sets = ",".join(base64.b64encode(one).decode() for one in parameter_sets)
    profile = parameter_sets[0][1:4].hex() if parameter_sets else "42c01e"
    lines = [
        "v=0",
        f"o=- 0 0 IN IP4 {address}",
        f"s={name}",
        f"c=IN IP4 {address}",
        "t=0 0",
        "a=control:*",
        f"m=video 0 RTP/AVP {PAYLOAD_TYPE}",
        f"a=rtpmap:{PAYLOAD_TYPE} H264/{RTP_CLOCK}",
        f"a=fmtp:{PAYLOAD_TYPE} packetization-mode=1;profile-level-id={profile};sprop-parameter-sets={sets}",
        f"a=framerate:{FPS}",
        "a=control:track1",
    ]
    return "\r\n".join(lines) + "\r\n"
