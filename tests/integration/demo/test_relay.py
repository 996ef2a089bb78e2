import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from demo.relay import Line

HOST = "127.0.0.1"


@dataclass
class Call:
    """One connection over the line."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def says(self, word: bytes) -> bytes:
        self.writer.write(word)
        return await self.hears(2 * len(word))

    async def hears(self, count: int) -> bytes:
        return await asyncio.wait_for(self.reader.readexactly(count), 5)

    async def is_gone(self) -> bool:
        try:
            return await asyncio.wait_for(self.reader.read(), 5) == b""
        except ConnectionError:
            return True


@dataclass
class Phone:
    """Somebody who dials over the line."""

    line: Line
    calls: list[Call] = field(default_factory=list)

    async def dial(self) -> Call:
        self.calls.append(Call(*await asyncio.wait_for(asyncio.open_connection(HOST, self.line.port), 5)))
        return self.calls[-1]

    async def is_refused(self) -> bool:
        try:
            await self.dial()
        except ConnectionRefusedError:
            return True
        return False

    async def until(self, true: Callable[[], bool]) -> None:
        for _ in range(500):
            if true():
                return
            await asyncio.sleep(0.01)
        raise AssertionError("waited in vain")


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Say everything twice."""
    try:
        while word := await reader.read(100):
            writer.write(word * 2)
    except ConnectionError:
        pass
    finally:
        writer.close()


@asynccontextmanager
async def joined() -> AsyncIterator[Phone]:
    server = await asyncio.start_server(echo, HOST, 0)
    phone = Phone(Line(HOST, 0, (HOST, server.sockets[0].getsockname()[1])))
    await phone.line.start()
    try:
        yield phone
    finally:
        await phone.line.close()
        server.close()
        for call in phone.calls:
            call.writer.transport.abort()
        await asyncio.sleep(0.05)  # what was aborted ends in the loop's next rounds


def run(story: Callable[[Line, Phone], Awaitable[None]]) -> None:
    async def told() -> None:
        async with joined() as phone:
            await story(phone.line, phone)

    asyncio.run(told())


def test_a_whole_line_carries_both_ways_and_lets_go() -> None:
    async def story(line: Line, phone: Phone) -> None:
        call = await phone.dial()
        assert await call.says(b"ab") == b"abab"
        assert line.carried == 1
        call.writer.write_eof()
        assert await call.is_gone()
        await phone.until(lambda: not line.carried)

    run(story)


def test_a_cut_line_drops_what_it_carries_and_refuses_what_comes() -> None:
    async def story(line: Line, phone: Phone) -> None:
        call = await phone.dial()
        await call.says(b"ab")
        line.cut()
        assert await call.is_gone()
        assert await phone.is_refused()
        await line.mend()
        assert await (await phone.dial()).says(b"cd") == b"cdcd"
        assert line.dropped == 1

    run(story)


def test_nobody_can_take_the_port_of_a_cut_line() -> None:
    async def story(line: Line, _phone: Phone) -> None:
        line.cut()
        with socket.socket() as other, pytest.raises(OSError, match="in use"):
            other.bind((HOST, line.port))

    run(story)


def test_a_hanging_line_holds_everything_and_passes_it_on_when_mended() -> None:
    async def story(line: Line, phone: Phone) -> None:
        call = await phone.dial()
        await call.says(b"ab")
        line.hang()
        late = await phone.dial()
        for one in (call, late):
            one.writer.write(b"cd")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(call.reader.read(1), 0.3)
        await line.mend()
        assert [await one.hears(4) for one in (call, late)] == [b"cdcd", b"cdcd"]

    run(story)


def test_a_hanging_line_can_still_be_cut() -> None:
    async def story(line: Line, phone: Phone) -> None:
        line.hang()
        late = await phone.dial()
        line.cut()
        assert await late.is_gone()

    run(story)


def test_a_flapping_line_drops_again_and_again_and_is_whole_when_mended() -> None:
    async def story(line: Line, phone: Phone) -> None:
        line.flap(0.05, 0.2)
        while line.dropped < 3:
            if not await phone.is_refused():
                await phone.calls[-1].is_gone()
        await line.mend()
        assert await (await phone.dial()).says(b"ab") == b"abab"

    run(story)


def test_a_line_whose_far_end_is_away_hangs_up() -> None:
    async def story(line: Line, phone: Phone) -> None:
        line.far_end = (HOST, 1)
        assert await (await phone.dial()).is_gone()

    run(story)
