"""From one key packet to a picture, and from a picture to its brightness."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import cv2
import numpy as np
from cv2.typing import MatLike

WORKING_SIZE = (480, 270)
JPEG = b"\xff\xd8"
FILLING, FILLING_RANGE = (120, 140), 3
_ONE_THREAD = [int(cv2.CAP_PROP_N_THREADS), 1]


def decode_key(extradata: bytes, packet: bytes) -> MatLike | None:
    """The picture (height, width, 3; BGR) of a key packet; None if it cannot be decoded.

    ``extradata`` (SPS and PPS) goes first: some cameras say them in the SDP alone.
    """
    if packet.startswith(JPEG):
        return cv2.imdecode(np.frombuffer(packet, np.uint8), cv2.IMREAD_COLOR)
    with _memory_file(extradata + packet) as path:
        capture = cv2.VideoCapture(path, cv2.CAP_FFMPEG, _ONE_THREAD)
        try:
            read, image = capture.read()
        finally:
            capture.release()
    return image if read and not _is_filling(image) else None


def _is_filling(image: MatLike) -> bool:
    """Whether it is what a decoder fills in where it can make nothing of the bytes: one middle grey, without the grain
    that even a covered lens shows.
    """
    few = image[::16, ::16]
    return int(few.max()) - int(few.min()) <= FILLING_RANGE and FILLING[0] <= few.mean() <= FILLING[1]


def decode_small(content: bytes) -> list[MatLike]:
    """All pictures of ``content`` (Annex B), each brought to the working size."""
    found: list[MatLike] = []
    with _memory_file(content) as path:
        capture = cv2.VideoCapture(path, cv2.CAP_FFMPEG, _ONE_THREAD)
        try:
            while capture.grab():
                read, image = capture.retrieve()
                if read and image is not None:
                    found.append(cv2.resize(image, WORKING_SIZE, interpolation=cv2.INTER_NEAREST))
        finally:
            capture.release()
    return found


@contextmanager
def _memory_file(content: bytes) -> Iterator[str]:
    """A path under which ``content`` can be opened once more; in RAM where the system knows how."""
    if hasattr(os, "memfd_create"):
        with os.fdopen(os.memfd_create("key"), "wb") as file:
            file.write(content)
            file.flush()
            yield f"/proc/self/fd/{file.fileno()}"
    else:
        with tempfile.NamedTemporaryFile() as file:
            file.write(content)
            file.flush()
            yield file.name


def luma(image: MatLike) -> tuple[float, float]:
    """99th percentile and mean of the grey levels (0-255) of the working picture."""
    small = cv2.resize(image, WORKING_SIZE, interpolation=cv2.INTER_AREA)
    grey = small if small.ndim == 2 else cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
    return float(np.percentile(grey, 99)), float(grey.mean())
