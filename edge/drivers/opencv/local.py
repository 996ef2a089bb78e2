"""Video files and folders of pictures, which loop, USB cameras and the Pi's own: decoded frame by frame."""

from collections.abc import Callable
from pathlib import Path

import cv2

from edge.drivers.opencv.board import Board
from edge.drivers.opencv.captures import Capture, Csi, Folder
from edge.drivers.opencv.retry import Retry
from edge.drivers.opencv.source import Source

USUAL_FPS, SLOWEST_FPS, FASTEST_FPS = 25.0, 0.2, 60.0
# A file of one picture is opened no more often than this.
SHORTEST_LOOP_S = 1.0


def local(source: str, board: Board, picture_s: float, clock: Callable[[], float]) -> Source:
    """``usb:N``, ``csi:N``, a file, or a folder of pictures."""
    loops = source.partition(":")[0] not in {"usb", "csi"}
    return Local(capture_of(source), board, picture_s, clock, loops=loops)


def capture_of(source: str) -> Callable[[], Capture]:
    """What opens it."""
    kind, _, number = source.partition(":")
    if kind == "usb" and number.isdigit():
        return lambda: cv2.VideoCapture(int(number))
    if kind == "csi" and number.isdigit():
        return lambda: Csi(int(number))
    if Path(source).is_dir():
        return lambda: Folder(Path(source))
    return lambda: cv2.VideoCapture(source)


class Local(Source):
    """``open_`` opens it anew; what ``loops`` begins again at its end, and is read at its own pace."""

    def __init__(
        self,
        open_: Callable[[], Capture],
        board: Board,
        picture_s: float,
        clock: Callable[[], float],
        *,
        loops: bool = True,
    ) -> None:
        super().__init__(board, picture_s, clock)
        self._open, self._loops = open_, loops
        self._retry = Retry()
        self._opened = False

    def attempt(self) -> float:
        """Once through the file, or until the USB camera fails."""
        capture = self._open()
        error = "gives no picture" if capture.isOpened() else "cannot be opened"
        try:
            frames = self._watch(capture) if capture.isOpened() else 0
        finally:
            capture.release()
        if frames and self._loops:
            return 0.0  # the file starts over
        if not self.stopped.is_set():
            self._opened = False
            self.board.failed("lost", "unreachable", error)
        return self._retry.wait_s("unreachable")

    def _watch(self, capture: Capture) -> int:
        """Grab at the source's own pace; the number of frames."""
        if not self._opened:
            self.new_stream()
            self._opened = True
        period_s = 1 / _fps(capture)
        began = due = self.clock()
        frames = 0
        while not self.stopped.is_set() and capture.grab():
            frames += 1
            self._retry.succeeded()
            self._arrived(capture)
            due += period_s
            if self._loops:
                self.pause(due - self.clock())
        if frames and self._loops:
            self.pause(began + SHORTEST_LOOP_S - self.clock())
        return frames

    def _arrived(self, capture: Capture) -> None:
        now = self.clock()
        self.beat()
        self.board.packet(now, 0, key=False)
        if self.due(now):
            read, image = capture.retrieve()
            if read and image is not None:
                self.key(image.tobytes(), now, lambda: image)


def _fps(capture: Capture) -> float:
    fps = capture.get(cv2.CAP_PROP_FPS)
    return min(max(fps, SLOWEST_FPS), FASTEST_FPS) if fps > 0 else USUAL_FPS
