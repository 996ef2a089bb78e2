"""``web.*``: what the page costs with many who look at it, beside a bare FastAPI page measured in the same run."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from demo.bench_figure import Figure
from demo.bench_page import fetch, wait
from demo.workplace import HOST, Workplace, free_port
from gateway.store import Batch, LiveRow, Store, open_store

STREAMS, RATE_S = 500, 300
CONNECTIONS = 64
WARM_S, QUICK_S, WHOLE_S = 3.0, 5.0, 20.0
TICKS_S = os.sysconf("SC_CLK_TCK")


def sse500_core_share(folder: Path, quick: bool) -> Figure:
    """Of one core, for 500 open streams at the demo's rate of changes."""
    with _page(folder) as page, _bare(folder) as bare:
        ours = asyncio.run(_share(page, quick))
        theirs = asyncio.run(_share(bare, quick))
    return Figure(ours, f"{ours / theirs:.2f} x a bare FastAPI stream ({theirs:.3f}), {page.every_s:.2f} s a change")


def public_p99_ms(folder: Path, quick: bool) -> Figure:
    """The 99th percentile of the public page and its JSON in turn, at 300 requests a second, from when each was due."""
    with _page(folder) as page, _bare(folder) as bare:
        ours = asyncio.run(_p99_ms(page, ("/", "/public/chargers"), quick))
        theirs = asyncio.run(_p99_ms(bare, ("/",), quick))
    return Figure(ours, f"{ours / theirs:.2f} x a bare FastAPI page ({theirs:.1f} ms)")


@dataclass(frozen=True)
class _Server:
    """A server process on ``port``; ``change`` makes one event each ``every_s``."""

    process: subprocess.Popen[bytes]
    port: int
    stream: str
    every_s: float
    change: Callable[[], None]

    def cpu_s(self) -> float:
        """What it has used so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_S


@contextmanager
def _page(folder: Path) -> Iterator[_Server]:
    place = Workplace(folder, free_port())
    village = place.write()
    store = open_store(f"sqlite:///{place.database}")
    rate = sum(len(node.devices) / node.interval_s for _, _, node in village.nodes())
    argv = ["-m", "dashboard_api", "--config", str(place.config("dashboard_api"))]
    try:
        with _running(folder / "page.log", argv, place.page_port) as process:
            yield _Server(process, place.page_port, "/api/v1/events", 1 / rate, _changes(store, place))
    finally:
        store.close()


def _changes(store: Store, place: Workplace) -> Callable[[], None]:
    """Readings of the village's devices in turn."""
    places, n = list(place.village.places().values()), 0

    def change() -> None:
        nonlocal n
        n += 1
        one, now = places[n % len(places)], time.time_ns() // 1_000_000  # a measurement has its own clock
        word = "free" if one.kind == "connector" else None
        row = LiveRow(one.device, one.kind, one.junction, one.node, "up", word, now, now, (), {}, "5" * 16, n)
        store.record(Batch(at_ms=now, live=[row]))

    change()
    return change


@contextmanager
def _bare(folder: Path) -> Iterator[_Server]:
    port = free_port()
    with _running(folder / "bare.log", ["-m", "demo.bare_page", str(port)], port, "/") as process:
        yield _Server(process, port, "/events", float(fetch(port, "/every")[1]), lambda: None)


@contextmanager
def _running(log: Path, argv: list[str], port: int, path: str = "/api/v1/health") -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as out, subprocess.Popen([sys.executable, *argv], stdout=out, stderr=out) as process:
        try:
            wait(port, process, log, path)
            yield process
        finally:
            process.terminate()


async def _share(server: _Server, quick: bool) -> float:
    """CPU seconds a second while :data:`STREAMS` listen and changes come."""
    async with _streams(server) as counts:
        await _changing(server, WARM_S)
        heard, used, begun = sum(counts), server.cpu_s(), time.monotonic()  # as above
        await _changing(server, QUICK_S if quick else WHOLE_S)
        took = time.monotonic() - begun  # as above
        share = (server.cpu_s() - used) / took
        if sum(counts) - heard < STREAMS * took / server.every_s * 0.5:
            raise RuntimeError(f"{sum(counts) - heard} events reached {STREAMS} listeners in {took:.0f} s: too few")
        return share


@asynccontextmanager
async def _streams(server: _Server) -> AsyncIterator[list[int]]:
    """Open streams, and how many events each has heard."""
    counts = [0] * STREAMS
    tasks = [asyncio.create_task(_listen(server, counts, at)) for at in range(STREAMS)]
    try:
        yield counts
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _listen(server: _Server, counts: list[int], at: int) -> None:
    await asyncio.sleep(at / STREAMS)  # not all in one moment: a listening socket's queue is short
    reader, writer = await asyncio.open_connection(HOST, server.port)
    writer.write(f"GET {server.stream} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    try:
        while data := await reader.read(65_536):
            counts[at] += data.count(b"data: ")
    finally:
        writer.close()


async def _changing(server: _Server, seconds: float) -> None:
    end = time.monotonic() + seconds  # as above
    while time.monotonic() < end:  # as above
        await asyncio.to_thread(server.change)
        await asyncio.sleep(server.every_s)


async def _p99_ms(server: _Server, paths: tuple[str, ...], quick: bool) -> float:
    """Open loop: each request is due at its moment, however the ones before it fare."""
    lines: asyncio.Queue[_Line] = asyncio.Queue()
    for _ in range(CONNECTIONS):
        lines.put_nowait(await _Line.to(server.port))
    for path in paths * 20:
        await _asked(lines, path)
    count = round(RATE_S * (QUICK_S if quick else WHOLE_S))
    begun = asyncio.get_running_loop().time()
    tasks = [asyncio.create_task(_due(lines, begun + n / RATE_S, paths[n % len(paths)])) for n in range(count)]
    took = sorted(await asyncio.gather(*tasks))
    while not lines.empty():
        lines.get_nowait().writer.close()
    return took[int(len(took) * 0.99)] * 1000


async def _due(lines: "asyncio.Queue[_Line]", at_s: float, path: str) -> float:
    """Seconds from when it was due."""
    loop = asyncio.get_running_loop()
    await asyncio.sleep(at_s - loop.time())
    await _asked(lines, path)
    return loop.time() - at_s


async def _asked(lines: "asyncio.Queue[_Line]", path: str) -> None:
    line = await lines.get()
    try:
        await line.get(path)
    finally:
        lines.put_nowait(line)


@dataclass
class _Line:
    """A connection that is kept."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @classmethod
    async def to(cls, port: int) -> "_Line":
        """A new one."""
        return cls(*await asyncio.open_connection(HOST, port))

    async def get(self, path: str) -> None:
        """Ask and read the answer to its end."""
        self.writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n".encode())
        head = (await self.reader.readuntil(b"\r\n\r\n")).lower()
        if not head.startswith(b"http/1.1 200"):
            raise RuntimeError(f"GET {path}: {head[:60]!r}")
        await self.reader.readexactly(int(head.partition(b"content-length: ")[2].split(b"\r\n")[0]))
