"""An RTSP stream: raw packets tell liveness all the time, one key packet now and then is decoded."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import cv2

from edge.drivers.base import METERED_PICTURE_S
from edge.drivers.opencv import probe
from edge.drivers.opencv.board import Board
from edge.drivers.opencv.login import Login
from edge.drivers.opencv.picture import decode_key
from edge.drivers.opencv.probe import Outcome
from edge.drivers.opencv.retry import Retry
from edge.drivers.opencv.source import Source

OPEN_S = 10.0
# A read gives up so often within the stall time, so that a stall is seen soon after it.
READS = 4
LONGEST_READ_S = 2.0
# So long a stream must last before its next failure counts as the first.
STEADY_S = 10.0
# An unpaid login is no reason to look away: whether the camera answers at all is asked so often.
REACH_S = 60.0
KEY_WITHIN_S = 15.0


@dataclass(frozen=True, slots=True)
class Address:
    """A stream's address. ``login_error``: why the login named in the inventory cannot be used."""

    url: str
    login: Login | None = None
    login_error: str | None = None

    def check(self) -> Outcome:
        """Whether the camera would let us in now; asks at most one login of it."""
        if self.login_error:
            return Outcome("wrong_password", self.login_error)
        if urlsplit(self.url).scheme != "rtsp":
            return probe.OK  # over TLS only FFmpeg speaks
        return probe.describe(self.url, self.login)

    def reached(self) -> Outcome:
        """Whether the camera answers at all, without a login."""
        return probe.options(self.url) if urlsplit(self.url).scheme == "rtsp" else probe.OK

    def open(self, read_s: float) -> cv2.VideoCapture:
        """Raw packets, not decoded. The address with the login exists only within this call."""
        url = self.login.into(self.url) if self.login else self.url
        settings = {
            cv2.CAP_PROP_FORMAT: -1,
            cv2.CAP_PROP_OPEN_TIMEOUT_MSEC: round(OPEN_S * 1000),
            cv2.CAP_PROP_READ_TIMEOUT_MSEC: round(read_s * 1000),
        }
        return cv2.VideoCapture(url, cv2.CAP_FFMPEG, [int(part) for pair in settings.items() for part in pair])


class Stream(Source):
    """A camera on the LAN: its packets are watched all the time."""

    def __init__(
        self, address: Address, board: Board, stall_s: float, picture_s: float, clock: Callable[[], float]
    ) -> None:
        super().__init__(board, picture_s, clock)
        self._address, self._stall_s = address, stall_s
        self._read_s = min(LONGEST_READ_S, stall_s / READS)
        self._retry = Retry()
        self._login_at = float("-inf")
        self._login_tried = False

    def attempt(self) -> float:
        """One connection; seconds until the next."""
        outcome = self._check()
        if outcome.kind == "ok":
            capture = self._address.open(self._read_s)
            try:
                outcome = self._watch(capture)
            finally:
                capture.release()
        return self.report(outcome)

    def report(self, outcome: Outcome) -> float:
        """Put a failure on the board; seconds until the next attempt."""
        if outcome.kind == "ok" or self.stopped.is_set():
            return 0.0
        if outcome.kind == "silent":
            self.board.failed("silent", None, outcome.error)
        else:
            self.board.failed("lost", outcome.kind, outcome.error)
        if outcome.kind != "wrong_password":
            return self._retry.wait_s(outcome.kind)
        if self._login_tried:
            self._login_at = self.clock() + self._retry.wait_s(outcome.kind)
        return min(REACH_S, self._login_at - self.clock())

    def _check(self) -> Outcome:
        """Between two logins only whether the camera answers."""
        self._login_tried = self.clock() >= self._login_at
        if self._login_tried:
            return self._address.check()
        reached = self._address.reached()
        return Outcome("wrong_password", "the login was refused") if reached.kind == "ok" else reached

    def _watch(self, capture: cv2.VideoCapture) -> Outcome:
        """Read until the stream ends or falls silent; ok means silent: connect again at once, the board knows."""
        if not capture.isOpened():
            return Outcome("unreachable", "answers, but gives no video stream")
        self.new_stream()
        extradata = _extradata(capture)
        heard_at = opened_at = self.clock()
        while not self.stopped.is_set():
            self.beat()
            asked_at = self.clock()
            if capture.grab():
                heard_at = self._arrived(capture, extradata, asked_at)
                if heard_at - opened_at > STEADY_S:
                    self._retry.succeeded()
                continue
            now = self.clock()
            if now - asked_at < self._read_s / 2:
                return Outcome("unreachable", "the camera closed the stream")
            self.board.quiet(now)
            if now - heard_at > self._stall_s:
                return Outcome("silent", "the stream is open and no packet comes")
        return probe.OK

    def _arrived(self, capture: cv2.VideoCapture, extradata: bytes, asked_at: float) -> float:
        """Take in one packet; the time it came."""
        now = self.clock()
        # FFmpeg holds a packet back until it sees the next one, or gives up waiting for that.
        at = asked_at if now - asked_at > self._read_s * 0.9 else now
        read, packet = capture.retrieve()
        if not read or packet is None:
            return at
        key = _is_key(capture)
        self.board.packet(at, packet.size, key=key)
        if key:
            self._key_packet(packet.tobytes(), extradata, now)
        return at

    def _key_packet(self, content: bytes, extradata: bytes, now: float) -> None:
        self.key(content, now, lambda: decode_key(extradata, content))


class MeteredStream(Stream):
    """A camera behind a paid line: asked each minute, one key each 10 minutes, no permanent stream."""

    def __init__(self, address: Address, board: Board, stall_s: float, clock: Callable[[], float]) -> None:
        super().__init__(address, board, stall_s, 0.0, clock)
        self._next_key_at = float("-inf")

    def attempt(self) -> float:
        """One question, and a key when it is due."""
        outcome = self._check()
        if outcome.kind == "ok" and self.clock() >= self._next_key_at:
            outcome = self._fetch_key()
        if outcome.kind != "ok":
            return max(REACH_S, self.report(outcome))
        self._retry.succeeded()
        self.board.answered(self.clock())
        return REACH_S

    def _fetch_key(self) -> Outcome:
        capture = self._address.open(self._read_s)
        try:
            if not capture.isOpened():
                return Outcome("unreachable", "answers, but gives no video stream")
            extradata, end = _extradata(capture), self.clock() + KEY_WITHIN_S
            while not self.stopped.is_set() and self.clock() < end:
                self.beat()
                asked_at = self.clock()
                if not capture.grab():
                    if self.clock() - asked_at < self._read_s / 2:
                        return Outcome("unreachable", "the camera closed the stream")
                    continue
                read, packet = capture.retrieve()
                if not _is_key(capture) or not read or packet is None:
                    continue
                self._key_packet(packet.tobytes(), extradata, self.clock())
                self._next_key_at = self.clock() + METERED_PICTURE_S
                return probe.OK
            return Outcome("silent", "the stream is open and no key comes")
        finally:
            capture.release()


def _is_key(capture: cv2.VideoCapture) -> bool:
    return capture.get(cv2.CAP_PROP_LRF_HAS_KEY_FRAME) > 0


def _extradata(capture: cv2.VideoCapture) -> bytes:
    read, data = capture.retrieve(None, int(capture.get(cv2.CAP_PROP_CODEC_EXTRADATA_INDEX)))
    return data.tobytes() if read and data is not None else b""
