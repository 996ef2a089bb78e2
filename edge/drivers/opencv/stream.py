"""An RTSP stream: packets tell liveness all the time, one key now and then is decoded."""

from collections.abc import Callable

from edge.drivers.base import METERED_PICTURE_S
from edge.drivers.opencv.address import Address
from edge.drivers.opencv.board import Board
from edge.drivers.opencv.budget import Budget
from edge.drivers.opencv.burst import Burst
from edge.drivers.opencv.client import Client, reached
from edge.drivers.opencv.media import Media
from edge.drivers.opencv.outcome import OK, Failed, Outcome
from edge.drivers.opencv.picture import decode_key, decode_small
from edge.drivers.opencv.retry import Retry
from edge.drivers.opencv.rtp import Frame
from edge.drivers.opencv.sampler import KEY_WITHIN_S, Sampler, first_key
from edge.drivers.opencv.source import Source

# A read gives up so often within the stall time, so that a stall is seen soon after it.
READS = 4
LONGEST_READ_S = 2.0
# So long a stream must last before its next failure counts as the first.
STEADY_S = 10.0
# An unpaid login is no reason to look away: whether the camera answers at all is asked so often.
REACH_S = 60.0
# A camera with longer groups of pictures spares the line: its sub-stream shows more.
LONG_GOP_S = 12.0
# One read of a metered camera is no longer than on a LAN.
METERED_STALL_S = 8.0
CHINA_S, ZONE_S = 8 * 3600.0, 60.0


def nobody_knows() -> float | None:
    """No clock to compare the camera's with."""
    return None


class Stream(Source):
    """A camera on the LAN: its packets are watched all the time. ``substream``: where pictures are taken from when the
    main stream's keys are far apart; ``wall``: Unix time, to compare the Date of its replies with.
    """

    def __init__(
        self,
        address: Address,
        board: Board,
        stall_s: float,
        picture_s: float,
        substream: Address | None = None,
        wall: Callable[[], float | None] = nobody_knows,
    ) -> None:
        super().__init__(board, picture_s, address.clock)
        self._wall = wall
        self._address, self._stall_s = address, stall_s
        self._read_s = min(LONGEST_READ_S, stall_s / READS)
        self._retry = Retry()
        self._sampler = Sampler(substream, self.stopped) if substream else None
        self._sparse = False
        self._burst = Burst(board.burst_s)
        self.spent = 0

    def attempt(self) -> float:
        """One connection; seconds until the next."""
        if self._address.wait_s() > 0:
            return self.report(self.locked_out())
        client: Client | None = None
        try:
            client = Client(self._address)
            outcome = self._watch(client)
        except Failed as failure:
            outcome = failure.outcome
        finally:
            if client is not None:
                client.close()
        return self.report(outcome)

    def report(self, outcome: Outcome) -> float:
        """Put a failure on the board; seconds until the next attempt."""
        if outcome.kind == "ok" or self.stopped.is_set():
            return 0.0
        if outcome.kind == "wrong_password":
            self.board.failed("lost", outcome.kind, outcome.error)
            return min(REACH_S, self._address.wait_s() or REACH_S)
        if outcome.kind == "silent":
            self.board.failed("silent", None, outcome.error)
        else:
            self.board.failed("lost", outcome.kind, outcome.error)
        return self._retry.wait_s(outcome.kind)

    def locked_out(self) -> Outcome:
        """Between two logins only whether the camera answers."""
        try:
            self.spent += reached(self._address)
        except Failed as failure:
            return failure.outcome
        return Outcome("wrong_password", "the login was refused")

    def _watch(self, client: Client) -> Outcome:
        """Read until the stream falls silent; raises :class:`Failed` when it ends."""
        media, track = client.play()
        self.new_stream()
        self._burst.restart()
        key_at = heard_at = opened_at = self.clock()
        while not self.stopped.is_set():
            self.beat()
            for frame in client.frames(track, self._read_s) or ():
                heard_at = self.clock()
                self._arrived(frame, media, heard_at)
                key_at = heard_at if frame.key else key_at
            self.dated(client)
            now = self.clock()
            if heard_at - opened_at > STEADY_S:
                self._retry.succeeded()
            self._sample(now, key_at)
            if now - heard_at > self._read_s:
                self.board.quiet(now)
            if now - heard_at > self._stall_s:
                return Outcome("silent", "the stream is open and no picture comes")
        return OK

    def _arrived(self, frame: Frame, media: Media, now: float) -> None:
        self.board.packet(now, frame.size, key=frame.key)
        if self._sparse or media.codec == "other":
            return
        if frame.key and frame.whole:
            self.take(frame.content(), media.extradata, now)
        if (group := self._burst.add(frame, now)) is not None:
            self.board.burst(decode_small(media.extradata + group.content), group.fps)

    def dated(self, client: Client) -> None:
        """What the camera's clock has just said, against the node's."""
        wall = self._wall()
        if client.date is not None and wall is not None:
            off_s = client.date - wall
            # Some say the time of China and call it GMT.
            self.board.clock_off(off_s - CHINA_S if abs(off_s - CHINA_S) <= ZONE_S else off_s)
        client.date = None

    def take(self, content: bytes, extradata: bytes, now: float) -> None:
        """A key as it came."""
        self.key(content, now, lambda: decode_key(extradata, content))

    def _sample(self, now: float, key_at: float) -> None:
        """Pictures of the sub-stream, from the first time on that the main stream's keys are far apart."""
        if self._sampler is None:
            return
        self._sparse = self._sparse or now - key_at > LONG_GOP_S
        if self._sparse and self.picture_due(now):
            self._sampler.ask()
        if (found := self._sampler.found()) is not None:
            self.take(*found, now)


class MeteredStream(Stream):
    """A camera behind a paid line: asked each minute, one key each 10 minutes, no permanent stream."""

    def __init__(
        self,
        address: Address,
        board: Board,
        budget: Budget,
        substream: Address | None = None,
        wall: Callable[[], float | None] = nobody_knows,
    ) -> None:
        super().__init__(address, board, METERED_STALL_S, 0.0, None, wall)
        self._pictures, self._budget = substream or address, budget
        self._next_key_at = float("-inf")

    def attempt(self) -> float:
        """One question, and a key when it is due and may be paid for."""
        self.spent, pictured = 0, False
        if self._address.wait_s() > 0:
            outcome = self.locked_out()
        else:
            pictured = self.clock() >= self._next_key_at and not self._budget.rest_s(self.clock())
            outcome = self._tried(self._fetch_key if pictured else self._describe)
        now = self.clock()
        self._budget.spend(self.spent, now, picture=pictured)
        self.board.paid(self._budget.used, self._budget.rest_s(now))
        if outcome.kind != "ok":
            return max(REACH_S, self.report(outcome))
        self._retry.succeeded()
        self.board.answered(now)
        return REACH_S

    def _tried(self, ask: Callable[[], None]) -> Outcome:
        try:
            ask()
        except Failed as failure:
            return failure.outcome
        return OK

    def _describe(self) -> None:
        client = Client(self._address)
        try:
            client.describe()
        finally:
            self.dated(client)
            client.close()
            self.spent += client.seen

    def _fetch_key(self) -> None:
        client = Client(self._pictures)
        try:
            self.take(*first_key(client, self.clock() + KEY_WITHIN_S, self.clock, self.stopped.is_set), self.clock())
            self._next_key_at = self.clock() + METERED_PICTURE_S
        finally:
            client.close()
            self.spent += client.seen
