"""A camera as a driver: one thread each, so that a camera that hangs delays no other."""

import threading
from collections.abc import Callable

import structlog

from contracts.inventory import Camera
from edge.drivers.base import CameraSample, DriverContext
from edge.drivers.opencv.board import Board
from edge.drivers.opencv.local import Local
from edge.drivers.opencv.login import Login
from edge.drivers.opencv.source import Source
from edge.drivers.opencv.stream import Address, MeteredStream, Stream

log = structlog.get_logger(__name__)

# All calls have time-outs well below; a thread silent for so long is stuck in one of them and is replaced.
HUNG_S = 90.0
MOST_HUNG = 3
CLOSE_S = 1.0


class OpenCvDriver:
    """``make`` gives the body of a new thread that writes to ``board``."""

    def __init__(self, device: str, board: Board, make: Callable[[], Source]) -> None:
        self._device, self._board, self._make = device, board, make
        self._hung: list[threading.Thread] = []
        self._start()

    def look(self, now: float) -> CameraSample:
        """The newest facts; replaces a thread that hangs. Raises RuntimeError when the thread has ended in an error."""
        if self._source.broken:
            raise RuntimeError(f"the camera's thread has ended: {self._source.broken}")
        if now - self._source.beat_at > HUNG_S:
            self._replace()
        return self._board.sample(now)

    def close(self) -> None:
        """Stop the thread; one that is in a call ends with it."""
        self._source.stopped.set()
        self._thread.join(CLOSE_S)

    def _start(self) -> None:
        self._source = self._make()
        self._thread = threading.Thread(target=self._source.run, name=f"camera-{self._device}", daemon=True)
        self._thread.start()

    def _replace(self) -> None:
        self._hung = [thread for thread in self._hung if thread.is_alive()]
        if len(self._hung) >= MOST_HUNG:
            return
        log.error("camera_thread_hangs", device=self._device, replaced=len(self._hung) + 1)
        self._source.stopped.set()
        self._hung.append(self._thread)
        self._start()


def open_driver(device: Camera, context: DriverContext) -> OpenCvDriver:
    """Never fails: what cannot be opened is a finding, not an error."""
    board = Board(context.clock(), device.stall_s, context.wake)
    return OpenCvDriver(device.id, board, lambda: _source(device, context, board))


def _source(device: Camera, context: DriverContext, board: Board) -> Source:
    kind, separator, rest = device.source.partition(":")
    if kind == "usb" and rest.isdigit():
        return Local(int(rest), board, device.picture_s, context.clock)
    if not (separator and rest.startswith("//")):
        return Local(device.source, board, device.picture_s, context.clock)
    address = _address(device, context)
    if device.link == "metered":
        return MeteredStream(address, board, device.stall_s, context.clock)
    return Stream(address, board, device.stall_s, device.picture_s, context.clock)


def _address(device: Camera, context: DriverContext) -> Address:
    if device.login is None:
        return Address(device.source)
    secret = context.secret(device.login)
    if not secret:
        return Address(device.source, login_error=f"the secret {device.login!r} is not set")
    return Address(device.source, Login.parse(secret))
