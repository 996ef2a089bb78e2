"""One picture of a camera, now."""

from cv2.typing import MatLike

from contracts.inventory import Camera
from edge.drivers.base import DriverContext
from edge.drivers.opencv.client import Client
from edge.drivers.opencv.driver import address_of
from edge.drivers.opencv.local import capture_of
from edge.drivers.opencv.outcome import Failed
from edge.drivers.opencv.picture import decode_key
from edge.drivers.opencv.sampler import KEY_WITHIN_S, first_key


def snapshot(device: Camera, context: DriverContext) -> MatLike:
    """BGR. Raises :class:`Failed` with what keeps it from being taken."""
    if device.source.startswith(("rtsp://", "rtsps://")):
        image = _of_stream(device, context)
    else:
        capture = capture_of(device.source)()
        try:
            image = capture.retrieve()[1] if capture.isOpened() and capture.grab() else None
        finally:
            capture.release()
    if image is None:
        raise Failed("unreachable", "no picture can be decoded from what comes")
    return image


def _of_stream(device: Camera, context: DriverContext) -> MatLike | None:
    address = address_of(device, context)
    client = Client(address)
    try:
        content, extradata = first_key(client, context.clock() + KEY_WITHIN_S, context.clock, lambda: False)
    finally:
        client.close()
    return decode_key(extradata, content)
