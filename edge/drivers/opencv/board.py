"""What is known of one camera: written by its thread, read by looks from another."""

import math
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Literal

from cv2.typing import MatLike

from edge.drivers.base import CameraSample
from edge.drivers.opencv.eye import Eye
from edge.drivers.opencv.footage import Kept

Link = Literal["connecting", "open", "silent", "lost"]
Why = Literal["unreachable", "wrong_password", "busy"]

WINDOW_S = 10.0
SHORTEST_WINDOW_S = 2.0
KEYS = 5
# So many equal keys are news worth a look at once; so is their end.
EQUAL_KEYS = 3


class Board:
    """``wake`` is called when a look would see something new in kind. ``stall_s``: silence beyond it is such news.

    ``eye`` judges the pictures.
    """

    def __init__(self, now: float, stall_s: float, wake: Callable[[], None], eye: Eye | None = None) -> None:
        self._stall_s, self._wake, self._eye = stall_s, wake, eye
        self._guard = threading.Lock()
        self._link: Link = "connecting"
        self._why: Why | None = None
        self._error: str | None = None
        self._heard_at = now
        self._packets: deque[tuple[float, int]] = deque()
        self._frames_since_key: int | None = None
        self._gop: int | None = None
        self._crcs: deque[int] = deque(maxlen=KEYS)
        self._picture: tuple[float, float, float] | None = None
        self._stalled = False
        self._undecoded = 0
        self._line: tuple[int, float] | None = None
        self._clock_off: float | None = None
        self._kept: Kept | None = None
        self._missing_from: float | None = None

    def sample(self, now: float) -> CameraSample:
        """Everything known at ``now``."""
        view = self._eye.view(now) if self._eye else None
        with self._guard:
            at, p99, mean = self._picture or (None, None, None)
            fps, kbps = self._rates()
            return CameraSample(
                link=self._link,
                silent_s=max(0.0, now - self._heard_at),
                why=self._why,
                error=self._error,
                fps=fps,
                gop=None if self._gop is None else float(self._gop),
                kbps=kbps,
                key_crcs=tuple(self._crcs),
                luma_p99=p99,
                luma_mean=mean,
                picture_age_s=None if at is None else max(0.0, now - at),
                undecoded=self._undecoded,
                line_bytes=self._line[0] if self._line else None,
                capped_s=self._line[1] if self._line else 0.0,
                recorded=self._kept.recorded if self._kept else None,
                not_recorded_since_s=None if self._missing_from is None else now - self._missing_from,
                clock_off_s=self._clock_off,
                picture=view,
            )

    def connected(self) -> None:
        """A new stream: its keys and pictures are compared with none of before."""
        with self._guard:
            self._packets.clear()
            self._crcs.clear()
            self._picture = self._frames_since_key = self._gop = None
            self._undecoded = 0
        if self._eye:
            self._eye.new_stream()

    def failed(self, link: Literal["silent", "lost"], why: Why | None, error: str | None) -> None:
        """No stream, and why; ``error`` holds no login."""
        self._move(link, why, error)

    def answered(self, now: float) -> None:
        """The camera has answered, or a packet has come."""
        with self._guard:
            self._heard_at = now
            recovered, self._stalled = self._stalled, False
        if self._link != "open":
            self._move("open", None, None)
        elif recovered:
            self._wake()

    def packet(self, now: float, size: int, *, key: bool) -> None:
        """A packet of ``size`` bytes arrived at ``now``."""
        with self._guard:
            self._packets.append((now, size))
            while now - self._packets[0][0] > WINDOW_S:
                self._packets.popleft()
            if key:
                self._gop, self._frames_since_key = self._frames_since_key, 1
            elif self._frames_since_key is not None:
                self._frames_since_key += 1
        self.answered(now)

    def key(self, crc: int) -> bool:
        """The CRC of a key; whether it has just become the last of :data:`EQUAL_KEYS` equal ones."""
        with self._guard:
            before = self._repeats()
            self._crcs.append(crc)
            after = self._repeats()
        if before != after:
            self._wake()
        return after and not before

    def picture(self, now: float, p99: float, mean: float) -> None:
        """Brightness of a decoded key."""
        with self._guard:
            self._picture = (now, p99, mean)

    @property
    def burst_s(self) -> float:
        """Seconds between two bursts that are wanted; infinite where nobody looks."""
        return self._eye.burst_s if self._eye else math.inf

    def burst(self, frames: Sequence[MatLike], fps: float) -> None:
        """Let the picture checks see about a second of consecutive frames."""
        if self._eye and self._eye.burst(frames, fps):
            self._wake()

    def decoded(self, good: bool) -> None:
        """Whether the newest key that was looked at gave a picture."""
        with self._guard:
            self._undecoded = 0 if good else self._undecoded + 1

    def paid(self, used: int, capped_s: float) -> None:
        """Bytes over the paid line today, and for how long no picture may be paid for."""
        with self._guard:
            self._line = (used, capped_s)

    def clock_off(self, off_s: float | None) -> None:
        """By how much the camera's clock is ahead; None: it does not say."""
        with self._guard:
            self._clock_off = off_s

    def kept(self, kept: Kept, wall: float, now: float) -> None:
        """What the recorder had at Unix time ``wall``, which is ``now``; while nobody can say, what it had before."""
        with self._guard:
            if kept.recorded is None and self._kept is not None:
                return
            self._kept = kept
            self._missing_from = None if kept.since is None else now - (wall - kept.since)
        self._wake()

    def show(self, image: MatLike, now: float) -> None:
        """Let the picture checks see a decoded key (H, W, 3; BGR)."""
        if self._eye and self._eye.see(image, now):
            self._wake()

    def quiet(self, now: float) -> float:
        """Nothing came until ``now``: seconds of silence."""
        with self._guard:
            silent_s = now - self._heard_at
            news = self._link == "open" and not self._stalled and silent_s > self._stall_s
            self._stalled = self._stalled or news
        if news:
            self._wake()
        return silent_s

    def _move(self, link: Link, why: Why | None, error: str | None) -> None:
        with self._guard:
            news = (self._link, self._why) != (link, why)
            self._link, self._why, self._error = link, why, error
        if news:
            self._wake()

    def _repeats(self) -> bool:
        newest = list(self._crcs)[-EQUAL_KEYS:]
        return len(newest) == EQUAL_KEYS and len(set(newest)) == 1

    def _rates(self) -> tuple[float | None, float | None]:
        """Packets and kilobits a second over the window."""
        span_s = self._packets[-1][0] - self._packets[0][0] if self._packets else 0.0
        if span_s < SHORTEST_WINDOW_S:
            return None, None
        kbits = sum(size for _, size in self._packets) * 8 / 1000
        return (len(self._packets) - 1) / span_s, kbits / span_s if kbits else None
