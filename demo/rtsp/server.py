"""An RTSP server for drawn cameras: one port, one path a camera, pictures encoded only while somebody watches.

All pictures are drawn and encoded in one thread of their own, so that what else runs in the loop keeps its time.
"""

import asyncio
import contextlib
import ssl
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from demo.rtsp.guard import Book, Guard
from demo.rtsp.recordings import Playback, asked
from demo.rtsp.session import MAX_HEADER, House, Session
from demo.video import Fault, Stream


class RtspServer:
    """``now``: Unix time in seconds; what it says stands in the pictures. ``login``: ``user:password``, None for
    everybody; ``date``: what the camera's own clock says, for the Date header.

    ``book`` holds what viewers have asked; ``kept``, by path: whether a Unix time was recorded (all is, without).
    """

    def __init__(
        self,
        now: Callable[[], float] = time.time,
        login: str | None = None,
        date: Callable[[], float] | None = None,
    ) -> None:
        self.book = Book()
        self.kept: dict[str, Callable[[float], bool]] = {}
        self.streams: dict[str, Stream] = {}
        self._now = now
        self._house = House(self._find, self._wake, Guard(login, now, self.book), self.book, date)
        self._sessions: set[Session] = set()
        self._pumps: dict[Stream, asyncio.Task[None]] = {}
        self._server: asyncio.Server | None = None
        self._studio = ThreadPoolExecutor(1, "pictures")

    async def start(self, host: str, port: int, tls: ssl.SSLContext | None = None) -> int:
        """Listen; the port, chosen by the system when ``port`` is 0. Raises :class:`OSError` when it is taken.

        ``tls``: for rtsps.
        """
        self._server = await asyncio.start_server(self._connected, host, port, limit=MAX_HEADER, ssl=tls)
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
        """Serve ``stream`` at ``path``, such as ``/cam-01``, and its recording at ``/playback/cam-01``."""
        self.streams[path] = stream

    def behave(self, path: str, fault: Fault | None) -> None:
        """Begin ``fault`` at ``path``; None mends. Raises :class:`KeyError` for a path that is not served."""
        stream = self.streams[path]
        stream.break_(fault)
        if fault in {"unreachable", "closed", "reset", "audio_only", "refused"}:
            self.hang_up(stream, reset=fault == "reset")

    def hang_up(self, stream: Stream, *, reset: bool = False) -> None:
        """Drop everybody who watches ``stream``, as a camera without power does."""
        for session in [one for one in self._sessions if one.stream is stream]:
            session.close(reset=reset)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = Session(writer, self._house)
        self._sessions.add(session)
        try:
            await session.run(reader)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self._sessions.discard(session)
            session.stop()
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    def _find(self, url: str) -> Stream | None:
        """A camera's stream by its address or that of its track; its recording where the address asks for a time."""
        path = urlsplit(url).path.rstrip("/").removesuffix("/track1")
        camera = path.removeprefix("/playback") if path not in self.streams else path
        stream, stretch = self.streams.get(camera), asked(url)
        if stream is None or (stretch is None and camera != path):
            return None
        return Playback(stream, stretch, self.kept.get(camera, lambda _at: True)) if stretch else stream

    def _wake(self) -> None:
        for stream in {session.stream for session in self._sessions if session.watching and session.stream}:
            pump = self._pumps.get(stream)
            if pump is None or pump.done():
                self._pumps[stream] = asyncio.get_running_loop().create_task(self._pump(stream))

    def _viewers(self, stream: Stream) -> list[Session]:
        return [session for session in self._sessions if session.watching and session.stream is stream]

    async def _pump(self, stream: Stream) -> None:
        """A picture each tick to all who watch; ends with the last viewer."""
        number, loop = int(self._now() * stream.fps), asyncio.get_running_loop()
        while self._viewers(stream):
            if stream.fault == "audio_only":
                for session in self._viewers(stream):
                    session.sound(stream.stamp(number))
            elif (picture := await loop.run_in_executor(self._studio, stream.tick, number)) is not None:
                for session in self._viewers(stream):
                    session.show(picture)
            # After a pause of the whole machine go on from the present: a camera does not send the past.
            number = max(number + 1, int(self._now() * stream.fps))
            await asyncio.sleep(max(0.0, number / stream.fps - self._now()))
        stream.rest()
        if isinstance(stream, Playback):
            self._pumps.pop(stream, None)
