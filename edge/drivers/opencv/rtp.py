"""From RTP packets to coded pictures: H.264 (RFC 6184) and H.265 (RFC 7798), one NAL unit, several, or pieces; JPEG."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from edge.drivers.opencv import jpeg
from edge.drivers.opencv.media import START, Codec

# A coded 8K key has some megabytes.
MAX_FRAME = 32 * 1024 * 1024
_SPS = {"h264": 7, "h265": 33}
_KEYS: dict[str, frozenset[int]] = {"h264": frozenset({5}), "h265": frozenset(range(16, 22))}
_STAP, _FU = {"h264": 24, "h265": 48}, {"h264": 28, "h265": 49}


@dataclass(slots=True)
class Frame:
    """One coded picture, as Annex B pieces, or as payloads of a ``jpeg``. ``whole``: no packet of it is missing."""

    stamp: int
    key: bool = False
    whole: bool = True
    size: int = 0
    pieces: list[bytes] = field(default_factory=list)
    # A slice of a picture is in it, not parameter sets alone.
    picture: bool = False
    jpeg: bool = False

    def content(self) -> bytes:
        """Annex B, or a JPEG file."""
        return jpeg.joined(self.pieces) if self.jpeg else b"".join(self.pieces)


class Depacketiser:
    """Packets of one track in, pictures out. ``lost`` counts packets that never came."""

    def __init__(self, codec: Codec, payload_type: int) -> None:
        self.lost = 0
        self._codec, self._payload_type = codec, payload_type
        self._frame: Frame | None = None
        self._sequence: int | None = None
        self._ended: int | None = None
        # Some cameras mark every packet as a picture's last: then the next time stamp tells.
        self._trust_mark = True

    def push(self, packet: bytes) -> Iterator[Frame]:
        """Pictures that ``packet`` completes; what is no packet of this track is passed over."""
        if len(packet) < 12 or packet[0] >> 6 != 2 or packet[1] & 0x7F != self._payload_type:
            return
        payload = _payload(packet)
        stamp = int.from_bytes(packet[4:8], "big")
        gap = self._gap(int.from_bytes(packet[2:4], "big"))
        if self._frame is not None and self._frame.stamp != stamp:
            yield from self._end()
        if self._frame is None:
            self._trust_mark = self._trust_mark and stamp != self._ended
            self._frame = Frame(stamp)
        if gap:
            self._frame.whole = False
        self._take(self._frame, payload)
        if packet[1] & 0x80 and self._trust_mark and (self._frame.picture or self._codec == "other"):
            yield from self._end()

    def _end(self) -> Iterator[Frame]:
        frame, self._frame = self._frame, None
        if frame is not None and (frame.picture or (self._codec == "other" and frame.size)):
            self._ended = frame.stamp
            yield frame

    def _gap(self, sequence: int) -> bool:
        missing = 0 if self._sequence is None else (sequence - self._sequence - 1) & 0xFFFF
        self._sequence = sequence
        # A packet that overtook others counts as one lost: pictures are judged by whole ones alone.
        self.lost += 1 if missing > 0x8000 else missing
        return bool(missing)

    def _take(self, frame: Frame, payload: bytes) -> None:
        frame.size += len(payload)
        if self._codec == "jpeg" and payload and frame.size <= MAX_FRAME:
            frame.jpeg = frame.key = frame.picture = True
            frame.pieces.append(payload)
            return
        header = 1 if self._codec == "h264" else 2
        if self._codec in {"jpeg", "other"} or len(payload) <= header or frame.size > MAX_FRAME:
            return
        kind = self._kind(payload)
        if kind == _FU[self._codec]:
            self._piece(frame, payload, header)
        elif kind == _STAP[self._codec]:
            for nal in _units(payload, header):
                self._unit(frame, nal)
        else:
            self._unit(frame, payload)

    def _piece(self, frame: Frame, payload: bytes, header: int) -> None:
        about = payload[header]
        kind = about & (0x1F if self._codec == "h264" else 0x3F)
        if about & 0x80:
            head = (
                bytes([payload[0] & 0xE0 | kind]) if header == 1 else bytes([payload[0] & 0x81 | kind << 1, payload[1]])
            )
            frame.pieces.append(START + head)
            self._note(frame, kind)
        frame.pieces.append(payload[header + 1 :])

    def _unit(self, frame: Frame, nal: bytes) -> None:
        frame.pieces.append(START + nal)
        self._note(frame, self._kind(nal))

    def _note(self, frame: Frame, kind: int) -> None:
        # A picture with a parameter set before it is one that decoding may start at, whatever its slices are called.
        frame.key = frame.key or kind in _KEYS[self._codec] or kind == _SPS[self._codec]
        frame.picture = frame.picture or kind < (6 if self._codec == "h264" else 32)

    def _kind(self, nal: bytes) -> int:
        return nal[0] & 0x1F if self._codec == "h264" else (nal[0] >> 1) & 0x3F


def _payload(packet: bytes) -> bytes:
    start = 12 + 4 * (packet[0] & 0x0F)
    if packet[0] & 0x10 and len(packet) >= start + 4:
        start += 4 + 4 * int.from_bytes(packet[start + 2 : start + 4], "big")
    end = len(packet) - packet[-1] if packet[0] & 0x20 else len(packet)
    return packet[start:end]


def _units(payload: bytes, at: int) -> Iterator[bytes]:
    while at + 2 < len(payload):
        size = int.from_bytes(payload[at : at + 2], "big")
        if nal := payload[at + 2 : at + 2 + size]:
            yield nal
        at += 2 + size
