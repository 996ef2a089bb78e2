"""H.264 (RFC 6184) and H.265 (RFC 7798) in RTP, and the SDP that announces them."""

import base64
import struct
from collections.abc import Iterator

from demo.nal import Codec, Picture, kind_of
from demo.video import RTP_CLOCK, Stream

PAYLOAD_TYPE, AUDIO_TYPE = 96, 0
MAX_PAYLOAD = 1400
FU_A, FU = 28, 49
MARK = 0x80


def fragments(nal: bytes, codec: Codec = "h264") -> Iterator[bytes]:
    """RTP payloads of one NAL unit: the unit itself, or fragmentation units of it."""
    if len(nal) <= MAX_PAYLOAD:
        yield nal
        return
    skipped = 1 if codec == "h264" else 2
    head = bytes([nal[0] & 0xE0 | FU_A]) if codec == "h264" else bytes([nal[0] & 0x81 | FU << 1, nal[1]])
    body, step = nal[skipped:], MAX_PAYLOAD - skipped - 1
    for start in range(0, len(body), step):
        first = 0x80 if start == 0 else 0
        last = 0x40 if start + step >= len(body) else 0
        yield head + bytes([first | last | kind_of(nal, codec)]) + body[start : start + step]


class Packetiser:
    """Numbers the packets of one viewer."""

    def __init__(self, source: int, codec: Codec = "h264") -> None:
        self.sequence = 0
        self._source, self._codec = source, codec

    def packets(self, picture: Picture) -> list[bytes]:
        """All packets of ``picture``; the last one carries the marker bit."""
        payloads = [piece for nal in picture.nals for piece in fragments(nal, self._codec)]
        last = len(payloads) - 1
        return [
            self._packet(PAYLOAD_TYPE | (MARK if index == last else 0), picture.stamp, payload)
            for index, payload in enumerate(payloads)
        ]

    def sound(self, stamp: int) -> bytes:
        """A packet of silence, G.711."""
        return self._packet(AUDIO_TYPE, stamp, b"\xff" * 160)

    def _packet(self, kind: int, stamp: int, payload: bytes) -> bytes:
        header = struct.pack("!BBHII", 0x80, kind, self.sequence, stamp & 0xFFFFFFFF, self._source)
        self.sequence = (self.sequence + 1) & 0xFFFF
        return header + payload


def framed(channel: int, packet: bytes) -> bytes:
    """A packet for RTSP's own TCP connection (RFC 2326, 10.12)."""
    return struct.pack("!cBH", b"$", channel, len(packet)) + packet


def sdp(stream: Stream, address: str) -> str:
    """Session description of one camera with its parameter sets and frame rate."""
    media = _sound() if stream.fault == "audio_only" else _picture(stream)
    head = ["v=0", f"o=- 0 0 IN IP4 {address}", f"s={stream.name}", f"c=IN IP4 {address}", "t=0 0", "a=control:*"]
    return "\r\n".join([*head, *media, "a=control:track1"]) + "\r\n"


def _sound() -> list[str]:
    return [f"m=audio 0 RTP/AVP {AUDIO_TYPE}", f"a=rtpmap:{AUDIO_TYPE} PCMU/8000"]


def _picture(stream: Stream) -> list[str]:
    sets = [base64.b64encode(one).decode() for one in stream.parameter_sets]
    if stream.codec == "h264":
        profile = stream.parameter_sets[0][1:4].hex() if sets else "42c01e"
        form = f"packetization-mode=1;profile-level-id={profile};sprop-parameter-sets={','.join(sets)}"
    else:
        named = zip(("sprop-vps", "sprop-sps", "sprop-pps"), sets, strict=False)
        form = ";".join(f"{name}={one}" for name, one in named)
    return [
        f"m=video 0 RTP/AVP {PAYLOAD_TYPE}",
        f"a=rtpmap:{PAYLOAD_TYPE} {stream.codec.upper()}/{RTP_CLOCK}",
        f"a=fmtp:{PAYLOAD_TYPE} {form}",
        f"a=framerate:{stream.fps:g}",
    ]
