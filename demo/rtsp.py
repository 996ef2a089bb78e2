"""An RTSP server for drawn cameras: one port, one path a camera, pictures encoded only while somebody watches.

All pictures are drawn and encoded in one thread of their own, so that what else runs in the loop keeps its time.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from demo.rtsp_session import MAX_HEADER, Session
from demo.video import FPS, Stream


class RtspServer:
    """``now``: Unix time in seconds; what it says stands in the pictures."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._streams: dict[str, Stream] = {}
        self._sessions: set[Session] = set()
        self._pumps: dict[str, asyncio.Task[None]] = {}
        self._server: asyncio.Server | None = None
        self._studio = ThreadPoolExecutor(1, "pictures")

    async def start(self, host: str, port: int) -> int:
        """Listen; the port, chosen by the system when ``port`` is 0. Raises :class:`OSError` when it is taken."""
        self._server = await asyncio.start_server(self._connected, host, port, limit=MAX_HEADER)
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Hang up on everybody and stop listening."""
        if self._server is not None:
            self._server.close()
        for session in list(self._sessions):
            session.close()
        for pump in self._pumps.values():
            pump.cancel()
        await asyncio.gather(*self._pumps.values(), return_exceptions=True)
        self._studio.shutdown(cancel_futures=True)

    def add(self, path: str, stream: Stream) -> None:
        """Serve ``stream`` at ``path``, such as ``/cam-01``."""
        self._streams[path] = stream

    def hang_up(self, stream: Stream) -> None:
        """Drop everybody who watches ``stream``, as a camera without power does."""
        for session in [one for one in self._sessions if one.stream is stream]:
            session.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = Session(writer, self._find, self._wake)
        self._sessions.add(session)
        try:
            await session.run(reader)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self._sessions.discard(session)
            session.watching = False
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    def _find(self, path: str) -> Stream | None:
        """A camera's stream by its path or the path of its track."""
        return self._streams.get(path.rstrip("/").removesuffix("/track1"))

    def _wake(self) -> None:
        for path, stream in self._streams.items():
            pump = self._pumps.get(path)
            if self._viewers(stream) and (pump is None or pump.done()):
                self._pumps[path] = asyncio.get_running_loop().create_task(self._pump(stream))

    def _viewers(self, stream: Stream) -> list[Session]:
        return [session for session in self._sessions if session.watching and session.stream is stream]

    async def _pump(self, stream: Stream) -> None:
        """A picture each tick to all who watch; ends with the last viewer."""
        number, loop = int(self._now() * FPS), asyncio.get_running_loop()
        while self._viewers(stream):
            if (picture := await loop.run_in_executor(self._studio, stream.tick, number)) is not None:
                for session in self._viewers(stream):
                    session.show(picture)
            # After a pause of the whole machine go on from the present: a camera does not send the past.
            number = max(number + 1, int(self._now() * FPS))
            await asyncio.sleep(max(0.0, number / FPS - self._now()))
        stream.rest()
