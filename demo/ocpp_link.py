"""One OCPP-J 1.6 connection seen from the charge point: calls go out one at a time, the other side's calls are
answered.
"""

import asyncio
import contextlib
import json
from collections.abc import Callable
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Subprotocol

CALL, RESULT, ERROR = 2, 3, 4
ANSWER_WITHIN_S = 10.0
Answer = dict[str, Any] | None


class LinkDown(Exception):
    """There is no connection, or it has ended."""


class Link:
    """``answer`` gives the payload for an incoming call, or None for an action that is not known."""

    def __init__(self, connection: ClientConnection, answer: Callable[[str, dict[str, Any]], Answer]) -> None:
        self._connection, self._answer = connection, answer
        self._number = 0
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._turn = asyncio.Lock()

    @classmethod
    async def open(cls, url: str, answer: Callable[[str, dict[str, Any]], Answer]) -> "Link":
        """Dial ``url``; raises :class:`LinkDown` with the reason."""
        try:
            connection = await connect(
                url,
                subprotocols=[Subprotocol("ocpp1.6")],
                compression=None,
                proxy=None,
                open_timeout=5,
                close_timeout=1,
                ping_interval=20,
                ping_timeout=20,
            )
        except (OSError, TimeoutError, InvalidHandshake) as error:
            raise LinkDown(str(error)) from error
        return cls(connection, answer)

    async def call(self, action: str, payload: dict[str, Any]) -> Answer:
        """The other side's answer; None when it sends an error or nothing in time. Raises :class:`LinkDown`."""
        async with self._turn:
            self._number += 1
            number = str(self._number)
            answer = self._waiting[number] = asyncio.get_running_loop().create_future()
            try:
                await self.send(json.dumps([CALL, number, action, payload]))
                return await asyncio.wait_for(answer, ANSWER_WITHIN_S)
            except TimeoutError:
                return None
            finally:
                self._waiting.pop(number, None)

    async def send(self, frame: str | bytes) -> None:
        """Send a frame as it is. Raises :class:`LinkDown`."""
        try:
            await self._connection.send(frame)
        except ConnectionClosed as closed:
            raise LinkDown(str(closed)) from closed

    async def listen(self) -> None:
        """Take answers and answer calls until the connection ends, then raise :class:`LinkDown`."""
        try:
            while True:
                await self._take(await self._connection.recv())
        except ConnectionClosed as closed:
            raise LinkDown(str(closed)) from closed
        finally:
            for future in self._waiting.values():
                if not future.done():
                    future.set_exception(LinkDown("the connection ended before the answer"))

    async def close(self) -> None:
        """End politely."""
        await self._connection.close()

    def cut(self) -> None:
        """End as a power cut does, without a word."""
        self._connection.transport.abort()

    async def _take(self, frame: str | bytes) -> None:
        with contextlib.suppress(ValueError, TypeError, IndexError):  # the other side's rubbish is its own affair
            kind, number, *rest = json.loads(frame)
            if kind == CALL:
                await self._reply(str(number), str(rest[0]), dict(rest[1]))
            elif (future := self._waiting.get(str(number))) is not None and not future.done():
                future.set_result(dict(rest[0]) if kind == RESULT else {})

    async def _reply(self, number: str, action: str, payload: dict[str, Any]) -> None:
        answer = self._answer(action, payload)
        if answer is None:
            await self.send(json.dumps([ERROR, number, "NotImplemented", f"{action} is not known here", {}]))
        else:
            await self.send(json.dumps([RESULT, number, answer]))
