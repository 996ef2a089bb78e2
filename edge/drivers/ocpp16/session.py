"""One pile's connection: frames in, answers out, and the three ways to notice that it is dead."""

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from edge.drivers.ocpp16 import frames
from edge.drivers.ocpp16.frames import Answer, Rubbish
from edge.drivers.ocpp16.pile import Pile


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds. ``status_s``: how long a pile may keep its connectors' states to itself before it is asked.

    ``pings``: so many without any answer show that a pile knows no pings.
    """

    ping_s: float = 5.0
    pong_s: float = 5.0
    close_s: float = 1.0
    status_s: float = 5.0
    answer_s: float = 10.0
    pings: int = 20


# A pile is asked for a sign of life after so many heartbeats without a frame, and given up after so many.
ASK_HEARTBEATS, DEAD_HEARTBEATS = 2.0, 3.0


class Session:
    """Serves ``connection`` until it ends. ``clock``: monotonic seconds."""

    def __init__(self, connection: ServerConnection, pile: Pile, timing: Timing, clock: Callable[[], float]) -> None:
        self._connection, self._pile, self._timing, self._clock = connection, pile, timing, clock
        self._frame_at = self._opened_at = clock()
        self._numbers = itertools.count(1)
        self._awaited: tuple[str, asyncio.Future[None]] | None = None

    async def run(self) -> None:
        """Read until the connection ends, by either side."""
        tending = [asyncio.create_task(self._keep_alive()), asyncio.create_task(self._ask())]
        try:
            while True:
                # As bytes: text that is not UTF-8 would end the connection.
                await self._take(await self._connection.recv(decode=False))
        except ConnectionClosed:
            return
        finally:
            for task in tending:
                task.cancel()
            await asyncio.gather(*tending, return_exceptions=True)

    async def _take(self, frame: bytes) -> None:
        self._frame_at = now = self._clock()
        self._pile.touched(now)
        message = frames.read(frame)
        if isinstance(message, Answer):
            self._answered(message)
        elif isinstance(message, Rubbish):
            self._pile.rubbish(message)
            if message.number is not None:
                await self._connection.send(frames.error(message.number, "FormationViolation", message.reason))
        else:
            payload = self._pile.take(message.action, message.payload, now)
            await self._connection.send(self._reply(message, payload))

    def _reply(self, message: frames.Call, payload: dict[str, Any] | None) -> str:
        if payload is None:
            return frames.error(message.number, "NotImplemented", f"{message.action} is not known here")
        return frames.result(message.number, payload)

    def _answered(self, answer: Answer) -> None:
        if self._awaited is not None and self._awaited[0] == answer.number and not self._awaited[1].done():
            self._awaited[1].set_result(None)

    async def _keep_alive(self) -> None:
        """Ping, and hang up when a pile that has ponged once does no longer.

        Some never pong: :meth:`_ask` watches those, and after a while they get a sign of life that waits for nothing.
        """
        ponged, unanswered = False, 0
        while True:
            await asyncio.sleep(self._timing.ping_s)
            if unanswered >= self._timing.pings:
                # Each unanswered ping is remembered until the connection ends, which may be months away.
                await self._connection.pong()
                continue
            pong = asyncio.ensure_future(await self._connection.ping())
            done, _ = await asyncio.wait([pong], timeout=self._timing.pong_s)
            if done:
                ponged = True
            elif ponged:
                await self._connection.close(1011, "no pong")
                return
            else:
                unanswered += 1

    async def _ask(self) -> None:
        """Ask once for what a pile keeps to itself; hang up after three heartbeats without a frame."""
        asked: set[int] = set()
        asked_at = self._opened_at
        while True:
            await asyncio.sleep(min(1.0, self._timing.status_s / 4, self._pile.heartbeat_s / 4))
            now = self._clock()
            silence_s = now - self._frame_at
            if silence_s > DEAD_HEARTBEATS * self._pile.heartbeat_s:
                await self._connection.close(1011, "no frame")
                return
            if silence_s > ASK_HEARTBEATS * self._pile.heartbeat_s and asked_at <= self._frame_at:
                asked_at = now
                await self._trigger("Heartbeat", wait=False)
            if now - self._opened_at > self._timing.status_s:
                for number in [number for number in self._pile.unread() if number not in asked]:
                    asked.add(number)
                    # The standard has no number for the station here: without one all are asked.
                    await self._trigger("StatusNotification", connector=number or None)

    async def _trigger(self, message: str, connector: int | None = None, *, wait: bool = True) -> None:
        """Ask the pile to send ``message``; it may answer, or not, or say yes and send nothing: all are real."""
        number = f"vsm-{next(self._numbers)}"
        answered: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._awaited = (number, answered)
        payload: dict[str, Any] = {"requestedMessage": message}
        if connector is not None:
            payload["connectorId"] = connector
        await self._connection.send(frames.call(number, "TriggerMessage", payload))
        if wait:
            # One call at a time, as the standard asks.
            limit_s = min(self._timing.answer_s, self._pile.heartbeat_s)
            await asyncio.wait([answered], timeout=limit_s)
