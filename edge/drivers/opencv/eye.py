"""The picture checks of one camera as they run on a node: they learn by themselves, and what they learned is kept."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import structlog
from cv2.typing import MatLike

from contracts.inventory import Camera
from contracts.picture import PictureLimits
from edge import cardfile
from edge.album import Pair
from edge.drivers.base import DriverContext, PictureView
from edge.drivers.opencv.shots import Shots
from edge.vision import card
from edge.vision.policy import Policy
from edge.vision.reference import LESSONS, References
from edge.vision.watch import Watch
from edge.vision.window import Window

log = structlog.get_logger(__name__)

FOLDER = "views"
# The first lessons come one after the other, so that a camera is watched within minutes; the rest see other light.
FIRST_LESSONS = 8
LESSON_S = 600.0
# What was learned is written down after so many lessons: a card is not written to for each.
KEPT_AFTER = (5, FIRST_LESSONS, 15, LESSONS)
# What is learned of clock and quiet changes for long, and is written down so often at most.
KEPT_EVERY_S = 21_600.0
# A view so much covered is no view to learn from, though it is no fault either.
CLEAR = 0.15
# A night that resembles no day is learned on trust, and counts only when the known view is whole again after it.
NIGHT_LESSON_S = 120.0
# A picture smaller than this shows nothing.
MIN_SIDE = 32


class Eye:
    """Judges decoded keys. ``file``: where the learned view is kept, None: nowhere. Safe from any thread.

    ``burst_s``: seconds between two groups of consecutive frames that it wants.
    """

    def __init__(self, device: str, limits: PictureLimits, file: Path | None, is_night: Callable[[], bool | None]):
        self._device, self._limits, self._file, self._is_night = device, limits, file, is_night
        self.burst_s = limits.flicker_every_s
        self._guard = threading.Lock()
        self._watch = Watch(limits, _read(device, file))
        self._trusted = Watch(limits)
        self._policy = Policy(limits)
        self._window: Window | None = None
        self._fresh = False
        # Of a camera that is asked for evidence.
        self.shots: Shots | None = None
        self._lesson_at = self._trust_at = float("-inf")
        self._kept, self._kept_at = self._watch.references, float("-inf")

    def new_stream(self) -> None:
        """What comes next is compared with no picture of before."""
        with self._guard:
            self._fresh = True

    def see(self, image: MatLike, now: float) -> bool:
        """Take in a decoded key (H, W, 3; BGR); whether it changed what is told."""
        if image.ndim != 3 or min(image.shape[:2]) < MIN_SIDE:
            return False
        pixels = np.asarray(image, np.uint8)
        with self._guard:
            before = self._policy.told()
            night = self._is_night()
            fresh, self._fresh = self._fresh, False
            window = self._watch.see(pixels, now, stream=fresh, night=night)
            if window is not None:
                self._window = window
                self._policy.take(window)
            calm = self._policy.is_calm()
            if self.shots is not None:
                self.shots.take(pixels, calm=calm)
            if window is None:
                return False
            if calm:
                self._learn(pixels, window, night)
            self._keep_now_and_then(now)
            return self._policy.told() != before

    def burst(self, frames: Sequence[MatLike], fps: float) -> bool:
        """Take in about a second of consecutive frames (H, W, 3; BGR); whether it changed what is told."""
        pixels = [np.asarray(frame, np.uint8) for frame in frames]
        with self._guard:
            before = self._policy.told()
            self._policy.flicker(self._watch.burst(pixels, fps))
            return self._policy.told() != before

    def view(self, now: float) -> PictureView:
        """What is to be told at ``now``."""
        with self._guard:
            below = self._watch.black_below(self._is_night())
            window = self._window
            if window is None:
                return PictureView(black_p99=below)
            told = self._policy.told()
            return PictureView(
                codes=told.codes,
                nc=told.nc,
                suspected=told.suspected,
                black_p99=below,
                attention=told.attention,
                numbers=window.numbers,
                outline=window.outline,
                mode=window.mode,
                lessons=self._watch.lessons(window.mode),
                age_s=max(0.0, now - window.at),
            )

    def pictures(self) -> Pair | None:
        """The last good picture and the newest, with what is wrong outlined; None where nobody asks for evidence."""
        with self._guard:
            outline = self._window.outline if self._window else ()
            return None if self.shots is None else self.shots.pair(outline)

    def accept_new_view(self) -> None:
        """Forget the view, on the card too, and learn what is seen from now on."""
        with self._guard:
            self._watch.accept_new_view()
            self._trusted = Watch(self._limits)
            self._policy = Policy(self._limits)
            self._window = None
            if self.shots is not None:
                self.shots.forget()
            self._fresh = True
            self._lesson_at = float("-inf")
            self._keep()

    def _learn(self, image: MatLike, window: Window, night: bool | None) -> None:
        """Only from a whole view without any fault: a cover that creeps in must never become the reference."""
        known, mode = self._watch.references.by_mode, window.mode
        if known and "occluded" in window.nc:
            self._trust(image, window, night)
            return
        if window.numbers.get("covered", 0.0) > CLEAR:
            return
        if mode in known and self._trusted.references.by_mode:
            self._watch.adopt(self._trusted.references)
            self._trusted = Watch(self._limits)
            self._keep()
        lessons = self._watch.lessons(mode)
        every_s = 0.0 if lessons < FIRST_LESSONS else LESSON_S
        if lessons < LESSONS and window.at - self._lesson_at >= every_s:
            self._lesson_at = window.at
            self._watch.learn()
            if self._watch.lessons(mode) in KEPT_AFTER:
                self._keep()

    def _trust(self, image: MatLike, window: Window, night: bool | None) -> None:
        if window.mode not in self._watch.references.by_mode and window.at - self._trust_at >= NIGHT_LESSON_S:
            self._trust_at = window.at
            self._trusted.teach(np.asarray(image, np.uint8), window.at, night=night)

    def _keep_now_and_then(self, now: float) -> None:
        if self._kept_at == float("-inf"):
            self._kept_at = now
        if now - self._kept_at >= KEPT_EVERY_S and self._watch.references is not self._kept:
            self._kept_at = now
            self._keep()

    def _keep(self) -> None:
        """Replace the file, so that a power cut leaves the old one or the new one."""
        self._kept = self._watch.references
        if self._file is None:
            return
        try:
            self._file.parent.mkdir(mode=0o700, exist_ok=True)
            cardfile.replace(self._file, card.pack(self._watch.references))
        except OSError as error:
            log.warning("camera_view_not_kept", device=self._device, error=str(error))


def open_eye(device: Camera, context: DriverContext) -> Eye:
    """The eye of ``device``; it keeps what it learns beside the node's spool."""
    folder = context.spool.folder / FOLDER if context.spool.cap_bytes else None
    eye = Eye(device.id, device.picture, folder / f"{device.id}.view" if folder else None, context.is_night)
    eye.shots = Shots() if device.evidence else None
    return eye


def _read(device: str, file: Path | None) -> References:
    if file is None:
        return References()
    try:
        references = card.unpack(file.read_bytes())
    except FileNotFoundError:
        return References()
    except (OSError, ValueError) as error:
        log.warning("camera_view_unreadable", device=device, file=str(file), error=str(error), what="is learned anew")
        return References()
    log.info("camera_view_known", device=device, modes=list(references.by_mode))
    return references
