"""A camera as a driver: one thread each, so that a camera that hangs delays no other."""

import dataclasses
import threading
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

import structlog

from contracts.inventory import Camera
from edge.album import Pair
from edge.drivers.base import CameraSample, DriverContext
from edge.drivers.opencv.address import Address
from edge.drivers.opencv.board import Board
from edge.drivers.opencv.budget import Budget
from edge.drivers.opencv.eye import Eye, open_eye
from edge.drivers.opencv.gate import Gate, Gates
from edge.drivers.opencv.local import local
from edge.drivers.opencv.login import Login
from edge.drivers.opencv.refusal import Refusal
from edge.drivers.opencv.rounds import Companion, Means, Recorders
from edge.drivers.opencv.source import Source
from edge.drivers.opencv.stream import MeteredStream, Stream, nobody_knows

log = structlog.get_logger(__name__)

# All calls have time-outs well below; a thread silent for so long is stuck in one of them and is replaced.
HUNG_S = 90.0
MOST_HUNG = 3
CLOSE_S = 1.0
GATES, RECORDERS = "opencv gates", "opencv recorders"


class OpenCvDriver:
    """``make`` gives the body of a new thread that writes to ``board``; ``closed`` is set at the end.

    ``eye`` judges what the board is shown.
    """

    def __init__(self, device: str, board: Board, make: Callable[[], Source], eye: Eye | None = None) -> None:
        self._device, self._board, self._make, self._eye = device, board, make, eye
        self._hung: list[threading.Thread] = []
        self.closed = threading.Event()
        self._start()

    def look(self, now: float) -> CameraSample:
        """The newest facts; replaces a thread that hangs. Raises RuntimeError when the thread has ended in an error."""
        if self._source.broken:
            raise RuntimeError(f"the camera's thread has ended: {self._source.broken}")
        if now - self._source.beat_at > HUNG_S:
            self._replace()
        return self._board.sample(now)

    def obey(self, name: str, arguments: Mapping[str, object]) -> str | None:
        """Do what a command asks; None when it is done, else why not."""
        if name != "accept_new_view" or self._eye is None:
            return f"a camera knows no command {name!r}"
        if arguments:
            return "accept_new_view takes no arguments"
        self._eye.accept_new_view()
        return None

    def pictures(self) -> Pair | None:
        """Of before and of now, where the inventory asks for evidence."""
        return None if self._eye is None else self._eye.pictures()

    def close(self) -> None:
        """Stop the thread; one that is in a call ends with it."""
        self.closed.set()
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
    eye = open_eye(device, context)
    board = Board(context.clock(), device.stall_s, context.wake, eye)
    budget = Budget(device.month_mb if device.link == "metered" else None, context.clock())
    driver = OpenCvDriver(device.id, board, lambda: _source(device, context, board, budget), eye)
    if start := _companion(device, context, board, budget):
        start(driver.closed)
    return driver


def _source(device: Camera, context: DriverContext, board: Board, budget: Budget) -> Source:
    if not device.source.startswith(("rtsp://", "rtsps://")):
        return local(device.source, board, device.picture_s, context.clock)
    address = address_of(device, context)
    substream = address.at(device.substream) if device.substream else None
    wall = nobody_knows if device.onvif else context.wall
    if device.link == "metered":
        return MeteredStream(address, board, budget, substream, wall)
    return Stream(address, board, device.stall_s, device.picture_s, substream, wall)


def address_of(device: Camera, context: DriverContext) -> Address:
    """A camera's main stream, with the gate that all of the process shares for its login."""
    return _gated(Address(device.source, context.clock, transport=device.transport), device.login, context)


def _gated(plain: Address, name: str | None, context: DriverContext) -> Address:
    if name is None:
        return plain
    secret = context.secret(name)
    if not secret:
        return dataclasses.replace(plain, login_error=f"the secret {name!r} is not set")
    login = Login.parse(secret)
    gates: Gates = context.shared.setdefault(GATES, Gates())
    host = urlsplit(plain.url).hostname or ""
    gate = gates.of(host, login.user, lambda: Gate(context.clock(), _refusal(host, login, context)))
    return dataclasses.replace(plain, login=login, gate=gate)


def _refusal(host: str, login: Login, context: DriverContext) -> Refusal:
    return Refusal.at(context.spool.folder, host, login) if context.spool.cap_bytes else Refusal()


def _companion(
    device: Camera, context: DriverContext, board: Board, budget: Budget
) -> Callable[[threading.Event], None] | None:
    """Starts what asks the recorder and the clock; None where nothing is to be asked."""
    if device.recording is None and device.onvif is None:
        return None
    recording, main = device.recording, address_of(device, context)
    recorders: Recorders = context.shared.setdefault(RECORDERS, Recorders())
    url = recording.playback if recording else device.source
    login = recording.login if recording and recording.login else device.login
    recorder = _gated(dataclasses.replace(main, url=url, login=None, login_error=None), login, context)
    means = Means(main, recorder, recorders.of(urlsplit(url).netloc.lower()), context.wall, budget)
    return lambda stopped: Companion(device, means, board, stopped).start()
