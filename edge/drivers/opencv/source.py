"""What the threads of all kinds of sources share: when to stop, signs of life, keys and pictures."""

import threading
import zlib
from abc import ABC, abstractmethod
from collections.abc import Callable

from cv2.typing import MatLike

from edge.drivers.opencv.board import Board
from edge.drivers.opencv.picture import luma

# Keys closer together are passed over: pictures within one second of a still scene and its clock may well be equal.
KEY_SPACING_S = 0.9
STEP_S = 1.0


class Source(ABC):
    """One camera's thread body. ``clock``: monotonic seconds. ``picture_s``: seconds between two decoded pictures.

    ``broken``: the kind of error that has ended the thread.
    """

    def __init__(self, board: Board, picture_s: float, clock: Callable[[], float]) -> None:
        self.board, self.clock = board, clock
        self.stopped = threading.Event()
        self.broken: str | None = None
        self.beat_at = clock()
        self._picture_s = picture_s
        self._key_at = self._picture_at = float("-inf")

    def run(self) -> None:
        """Attempt after attempt until stopped. An error of this program ends it: see ``broken``."""
        try:
            while not self.stopped.is_set():
                self.pause(self.attempt())
        except Exception as error:  # noqa: BLE001  # the thread's outermost loop: whatever cv2 raises is told by the next look
            # Its kind alone: the words may hold an address with its login.
            self.broken = type(error).__name__

    @abstractmethod
    def attempt(self) -> float:
        """Open, watch until it ends, let go; seconds until the next attempt."""

    def pause(self, seconds: float) -> None:
        """Wait, with signs of life, until it is time or the end."""
        end = self.clock() + seconds
        while not self.stopped.is_set() and (rest := end - self.clock()) > 0:
            self.beat()
            self.stopped.wait(min(STEP_S, rest))
        self.beat()

    def beat(self) -> None:
        """A sign of life; a thread without one for long hangs in a call."""
        self.beat_at = self.clock()

    def new_stream(self) -> None:
        """Forget what belonged to the stream before."""
        self._key_at = self._picture_at = float("-inf")
        self.board.connected()

    def due(self, now: float) -> bool:
        """Whether a key at ``now`` would be looked at."""
        return now - self._key_at >= KEY_SPACING_S

    def picture_due(self, now: float) -> bool:
        """Whether a picture would be decoded at ``now``."""
        return now - self._picture_at >= self._picture_s

    def key(self, content: bytes | memoryview, now: float, picture: Callable[[], MatLike | None]) -> None:
        """Compare a key with those before it, and decode it by ``picture`` when one is due."""
        if not self.due(now):
            return
        self._key_at = now
        repeated = self.board.key(zlib.crc32(content))
        # Equal keys are looked at once: an encoder may give equal bytes for a black picture.
        if not self.picture_due(now) and not repeated:
            return
        image = picture()
        self.board.decoded(image is not None)
        if image is not None and not self.stopped.is_set():
            self._picture_at = now
            self.board.picture(now, *luma(image))
            self.board.show(image, now)
