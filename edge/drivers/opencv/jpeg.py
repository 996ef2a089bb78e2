"""JPEG in RTP (RFC 2435): cameras leave the file's head away, since both sides know it; here it is put back."""

from collections.abc import Sequence

import cv2
import numpy as np

HEAD = 8
SIDE = 8
# Types 64 to 127 are those of 0 to 63 with restart markers; a quality from 128 on brings its own tables.
RESTARTS, OWN_TABLES = 64, 128
SAMPLING = {0: cv2.IMWRITE_JPEG_SAMPLING_FACTOR_422, 1: cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420}
TABLE = 64
DQT, SOS = 0xDB, 0xDA


def joined(payloads: Sequence[bytes]) -> bytes:
    """The JPEG file of one picture's payloads; empty where they make none."""
    first = payloads[0]
    if len(first) < HEAD or first[1:4] != b"\0\0\0":
        return b""
    kind, quality, width, height = first[4], first[5], first[6] * SIDE, first[7] * SIDE
    sampling = SAMPLING.get(kind % RESTARTS)
    at = HEAD + (4 if kind >= RESTARTS else 0)
    if sampling is None or not width or not height or len(first) < at:
        return b""
    tables = b""
    if quality >= OWN_TABLES:
        length = int.from_bytes(first[at + 2 : at + 4], "big")
        tables, at = first[at + 4 : at + 4 + length], at + 4 + length
        if len(tables) != 2 * TABLE:
            return b""
    interval = int.from_bytes(first[HEAD : HEAD + 2], "big") if kind >= RESTARTS else 0
    head = _head((width, height), sampling, min(max(quality, 1), 100), interval)
    rest = HEAD + (4 if kind >= RESTARTS else 0)
    scan = first[at:] + b"".join(payload[rest:] for payload in payloads[1:])
    return (_with_tables(head, tables) if tables else head) + scan + b"\xff\xd9"


def _head(size: tuple[int, int], sampling: int, quality: int, interval: int) -> bytes:
    """All up to the scan, of an empty picture that is coded the same way: the standard's tables are libjpeg's."""
    options = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, sampling]
    empty = np.zeros((size[1], size[0], 3), np.uint8)
    _, coded = cv2.imencode(".jpg", empty, [*options, cv2.IMWRITE_JPEG_RST_INTERVAL, interval])
    whole = coded.tobytes()
    start = whole.index(bytes([0xFF, SOS]))
    return whole[: start + 2 + int.from_bytes(whole[start + 2 : start + 4], "big")]


def _with_tables(head: bytes, tables: bytes) -> bytes:
    """``head`` with the camera's own quantisation tables, luma and chroma, in place of its two."""
    made = bytearray(head)
    at = 2
    while made[at + 1] != SOS:
        length = int.from_bytes(made[at + 2 : at + 4], "big")
        if made[at + 1] == DQT:
            place = at + 4
            while place < at + 2 + length:
                number = made[place] & 0x0F
                made[place + 1 : place + 1 + TABLE] = tables[number * TABLE : (number + 1) * TABLE]
                place += 1 + TABLE
        at += 2 + length
    return bytes(made)
