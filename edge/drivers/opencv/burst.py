"""About a second of consecutive pictures of a stream, now and then: flicker shows from picture to picture alone."""

from dataclasses import dataclass

from edge.drivers.opencv.rtp import Frame

SPAN = 90_000  # of the 90 kHz clock: a second
MOST_FRAMES = 90
# Slower streams cannot show it and are not decoded for it.
SLOWEST_FPS = 8.0


@dataclass(frozen=True, slots=True)
class Group:
    """Annex B of pictures that follow each other, from a key on."""

    content: bytes
    fps: float


class Burst:
    """Collects one group each ``every_s`` seconds."""

    def __init__(self, every_s: float) -> None:
        self._every_s = every_s
        self._frames: list[Frame] = []
        self._not_before = float("-inf")

    def restart(self) -> None:
        """What comes next does not follow what came."""
        self._frames.clear()

    def add(self, frame: Frame, now: float) -> Group | None:
        """Take ``frame`` in; the group that it completes."""
        if not frame.whole:
            self._frames.clear()
        elif self._frames or (frame.key and now >= self._not_before):
            self._frames.append(frame)
        if not self._frames:
            return None
        # Not by arrival: newcomers are often sent a whole group at once.
        span = (self._frames[-1].stamp - self._frames[0].stamp) & 0xFFFFFFFF
        if span < SPAN and len(self._frames) < MOST_FRAMES:
            return None
        frames, self._frames = self._frames, []
        self._not_before = now + self._every_s
        fps = (len(frames) - 1) * SPAN / span if span else 0.0
        return Group(b"".join(one.content() for one in frames), fps) if fps >= SLOWEST_FPS else None
