"""A camera as a driver: one thread each, so that a camera that hangs delays no other."""

import dataclasses
import threading
from collections.abc import Callable
from urllib.parse import urlsplit

import structlog

from contracts.inventory import Camera
from edge.drivers.base import CameraSample, DriverContext
from edge.drivers.opencv.address import Address
from edge.drivers.opencv.board import Board
from edge.drivers.opencv.budget import Budget
from edge.drivers.opencv.gate import Gates
from edge.drivers.opencv.local import local
from edge.drivers.opencv.login import Login
from edge.drivers.opencv.source import Source
from edge.drivers.opencv.stream import MeteredStream, Stream

log = structlog.get_logger(__name__)

# All calls have time-outs well below; a thread silent for so long is stuck in one of them and is replaced.
HUNG_S = 90.0
MOST_HUNG = 3
CLOSE_S = 1.0
GATES = "opencv gates"


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
    budget = Budget(device.month_mb, context.clock())
    return OpenCvDriver(device.id, board, lambda: _source(device, context, board, budget))


def _source(device: Camera, context: DriverContext, board: Board, budget: Budget) -> Source:
    if not device.source.startswith(("rtsp://", "rtsps://")):
        return local(device.source, board, device.picture_s, context.clock)
    address = address_of(device, context)
    substream = address.at(device.substream) if device.substream else None
    if device.link == "metered":
        return MeteredStream(address, board, device.stall_s, budget, substream)
    return Stream(address, board, device.stall_s, device.picture_s, substream)


def address_of(device: Camera, context: DriverContext) -> Address:
    """A camera's main stream, with the gate that all of the process shares for its login."""
    plain = Address(device.source, context.clock, transport=device.transport)
    if device.login is None:
        return plain
    secret = context.secret(device.login)
    if not secret:
        return dataclasses.replace(plain, login_error=f"the secret {device.login!r} is not set")
    login = Login.parse(secret)
    gates: Gates = context.shared.setdefault(GATES, Gates())
    gate = gates.of(urlsplit(device.source).hostname or "", login.user)
    return dataclasses.replace(plain, login=login, gate=gate)
