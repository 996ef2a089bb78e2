"""How one record lies in a segment of the spool: a header with length and CRC32, then its body. No I/O.

The CRC covers the stream too, so a block that an older spool left on the card is never read as one of ours.
"""

import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

# Two bytes that UTF-8 text never holds: a search for the next record cannot stop inside a body.
MAGIC = b"\xf5\xfa"
_HEAD = struct.Struct("<2sBIQ8s")  # magic, 1 = event, body length, n, boot
_CRC = struct.Struct("<I")
OVERHEAD = _HEAD.size + _CRC.size
# What the wire takes, less the fields that are added at each sending.
MAX_BODY = 256 * 1024 - 512


class Frame(NamedTuple):
    """Where one record lies: its number, the boot that wrote it, and where its body starts and ends in the segment."""

    n: int
    boot: str
    event: bool
    start: int
    end: int


def seed(stream: str) -> int:
    """The CRC all records of ``stream`` (16 hex digits) start from."""
    return zlib.crc32(bytes.fromhex(stream))


def pack(crc_seed: int, n: int, boot: str, body: bytes, *, event: bool) -> bytes:
    """The bytes of one record; ``boot`` is 16 hex digits."""
    head = _HEAD.pack(MAGIC, event, len(body), n, bytes.fromhex(boot))
    return head + _CRC.pack(zlib.crc32(body, zlib.crc32(head, crc_seed))) + body


def body_of(data: bytes, frame: Frame, crc_seed: int) -> bytes | None:
    """The body of ``frame`` in ``data``, the bytes from its header to its end; None when they are no longer its own."""
    found = _frame_at(data, 0, crc_seed)
    same = found and (found.n, found.boot, found.event, found.end) == (frame.n, frame.boot, frame.event, len(data))
    return data[OVERHEAD:] if same else None


def unpack(data: bytes, crc_seed: int) -> Iterator[Frame]:
    """Every undamaged record of ``data`` with a rising number; after a bad one it goes on at the next good one."""
    at, newest = data.find(MAGIC), 0
    while at >= 0:
        frame = _frame_at(data, at, crc_seed)
        if frame is None:
            at = data.find(MAGIC, at + 1)
            continue
        if frame.n > newest:
            newest = frame.n
            yield frame
        at = data.find(MAGIC, frame.end)


def _frame_at(data: bytes, at: int, crc_seed: int) -> Frame | None:
    body = at + OVERHEAD
    if body > len(data):
        return None
    _, event, length, n, boot = _HEAD.unpack_from(data, at)
    end = body + length
    if length > MAX_BODY or end > len(data) or event > 1:
        return None
    crc = zlib.crc32(data[body:end], zlib.crc32(data[at : at + _HEAD.size], crc_seed))
    if crc != _CRC.unpack_from(data, at + _HEAD.size)[0]:
        return None
    return Frame(n, boot.hex(), bool(event), body, end)
