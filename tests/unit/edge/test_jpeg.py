import struct

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.drivers.opencv.jpeg import joined
from edge.drivers.opencv.media import media
from edge.drivers.opencv.picture import decode_key
from edge.drivers.opencv.rtp import Depacketiser

PICTURE = cv2.GaussianBlur(np.random.default_rng(2).integers(0, 255, (176, 320, 3), dtype=np.uint8), (9, 9), 0)
FACTORS = {0: cv2.IMWRITE_JPEG_SAMPLING_FACTOR_422, 1: cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420}

# Quality, tables of its own, restart interval.
WAYS = [(80, False, 0), (35, False, 0), (90, True, 0), (80, False, 4)]


def coded(kind: int, quality: int, interval: int = 0) -> bytes:
    options = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, FACTORS[kind]]
    return bytes(cv2.imencode(".jpg", PICTURE, [*options, cv2.IMWRITE_JPEG_RST_INTERVAL, interval])[1].tobytes())


def tables(file: bytes) -> bytes:
    found, at = b"", 0
    while (at := file.find(b"\xff\xdb", at)) >= 0:
        found += file[at + 5 : at + 69]
        at += 69
    return found


def packets(file: bytes, kind: int, quality: int, *, own: bool = False, interval: int = 0) -> list[bytes]:
    """As a camera sends it."""
    start = file.index(b"\xff\xda")
    scan = file[start + 2 + int.from_bytes(file[start + 2 : start + 4], "big") : -2]
    restart = struct.pack("!HH", interval, 0xFFFF) if interval else b""
    sent: list[bytes] = []
    for at in range(0, len(scan), 1000):
        head = struct.pack("!I4B", at, kind + (64 if interval else 0), 255 if own else quality, 320 // 8, 176 // 8)
        extra = b"\0\0" + struct.pack("!H", 128) + tables(file) if own and not at else b""
        last = 0x80 if at + 1000 >= len(scan) else 0
        rtp = struct.pack("!BBHII", 0x80, 26 | last, len(sent), 9, 7)
        sent.append(rtp + head + restart + extra + scan[at : at + 1000])
    return sent


@pytest.mark.parametrize("kind", [0, 1])
@pytest.mark.parametrize(
    ("quality", "own", "interval"), [(80, False, 0), (35, False, 0), (90, True, 0), (80, False, 4)]
)
def test_the_picture_is_the_same_after_its_way(kind: int, quality: int, own: bool, interval: int) -> None:
    file = coded(kind, quality, interval)
    track = Depacketiser("jpeg", 26)
    (frame,) = [
        one for packet in packets(file, kind, quality, own=own, interval=interval) for one in track.push(packet)
    ]
    assert frame.key
    assert frame.whole
    image = decode_key(b"", frame.content())
    assert image is not None
    assert np.array_equal(image, np.asarray(cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_COLOR)))


def test_its_number_need_not_be_named() -> None:
    assert media("m=video 0 RTP/AVP 26\na=control:1", "rtsp://h/a").codec == "jpeg"


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=4))
def test_rubbish_makes_no_picture_and_no_error(payloads: list[bytes]) -> None:
    joined([b"\0\0\0\0" + payloads[0], *payloads[1:]])
    joined(payloads)
