"""A camera's companion: asks its recorder and its clock now and then, in a thread of its own."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from contracts.inventory import Camera
from edge.drivers.opencv.address import Address
from edge.drivers.opencv.board import Board
from edge.drivers.opencv.budget import Budget
from edge.drivers.opencv.client import Client
from edge.drivers.opencv.footage import MINUTE_S, Kept, Rounds
from edge.drivers.opencv.onvif import camera_time
from edge.drivers.opencv.outcome import Failed

AGAIN_S, CLOCK_S = 600.0, 3600.0
# A recorder may have to wake a disk first.
PLAY_S, READ_S = 10.0, 1.0
# A single picture may be one that the recorder found beside the gap.
PICTURES = 2
# Recorders say so that they have nothing of a time.
NOTHING = frozenset({404, 457})
STEP_S = 1.0


class Recorders:
    """One lock a recorder, so that it is never asked for two playbacks at a time."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}

    def of(self, place: str) -> threading.Lock:
        """``place``: host and port."""
        with self._guard:
            return self._locks.setdefault(place, threading.Lock())


@dataclass(frozen=True, slots=True)
class Means:
    """What a round needs. ``main``: the camera's own stream and login; ``recorder``: the login for its recording;
    ``turn``: its recorder's lock; ``wall``: Unix time, None while the node's clock is not to be trusted; ``budget``:
    what the line may carry.
    """

    main: Address
    recorder: Address
    turn: threading.Lock
    wall: Callable[[], float | None]
    budget: Budget


class Companion:
    """``stopped`` ends it."""

    def __init__(self, device: Camera, means: Means, board: Board, stopped: threading.Event) -> None:
        self._device, self._means, self._board, self._stopped = device, means, board, stopped
        self._rounds = Rounds(device.recording, self.plays) if device.recording else None

    def start(self) -> None:
        """In a thread of its own."""
        threading.Thread(target=self.run, name=f"camera-{self._device.id}-rounds", daemon=True).start()

    def run(self) -> None:
        """Round after round until stopped."""
        clock = self._means.main.clock
        round_at = clock_at = clock()
        while not self._stopped.is_set():
            now, wall = clock(), self._means.wall()
            if wall is not None and self._rounds is not None and now >= round_at:
                round_at = now + self.round(self._rounds, wall)
            if wall is not None and self._device.onvif and now >= clock_at:
                self.read_clock(self._device.onvif)
                clock_at = now + CLOCK_S
            self._stopped.wait(STEP_S)

    def round(self, rounds: Rounds, wall: float) -> float:
        """Ask the recorder; seconds until the next time."""
        try:
            kept = rounds.look(wall)
        except Failed:
            self._board.kept(Kept(None), wall, self._means.main.clock())
            return max(min(AGAIN_S, rounds.every_s), self._means.recorder.wait_s())
        self._board.kept(kept, wall, self._means.main.clock())
        return rounds.every_s

    def plays(self, start: float) -> bool:
        """Whether there are pictures of a minute. Raises :class:`Failed` when nobody can say."""
        recording = self._device.recording
        url = recording.url(start, start + MINUTE_S) if recording else ""
        clock, budget = self._means.main.clock, self._means.budget
        if budget.rest_s(clock()) > 0:
            raise Failed("busy", "the paid line has carried its share of the day")
        with self._means.turn:
            client = Client(self._means.recorder.at(url))
            try:
                return self._counted(client)
            except Failed as failure:
                if failure.status in NOTHING:
                    return False
                raise
            finally:
                client.close()
                budget.spend(client.seen, clock())

    def _counted(self, client: Client) -> bool:
        _, track = client.play()
        clock = self._means.main.clock
        end, seen = clock() + PLAY_S, 0
        while seen < PICTURES and clock() < end and not self._stopped.is_set():
            try:
                seen += sum(1 for _ in client.frames(track, READ_S) or ())
            except Failed:  # a recorder hangs up at the end of what it has
                break
        return seen >= PICTURES

    def read_clock(self, url: str) -> None:
        """Put the camera's clock on the board; one that does not answer is not checkable."""
        before, main = self._means.wall(), self._means.main

        def spend(size: int) -> None:
            self._means.budget.spend(size, main.clock())

        try:
            off_s = None if before is None else camera_time(url, main, before, spend) - before
        except Failed:
            off_s = None
        self._board.clock_off(off_s)
