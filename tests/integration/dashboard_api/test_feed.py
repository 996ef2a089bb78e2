"""Listeners: one that does not listen, hundreds at once, and one whose account ends."""

import asyncio
import http.client
import json
from collections.abc import Iterator

import pytest

from dashboard_api import feed as module
from dashboard_api.feed import HEARTBEAT, QUEUE, Feed, everything
from gateway.store import Batch
from tests.integration.dashboard_api.conftest import Running, Town

MANY = 500


def never() -> bool:
    return False


def test_a_listener_too_slow_is_dropped_and_holds_nobody_up(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "POLL_S", 0.001)
    row = town.sees("cam-01")

    async def scene() -> tuple[int, list[bytes]]:
        feed, ready = Feed(town.store), asyncio.Event()
        poller = asyncio.create_task(feed.run(ready.set))
        await ready.wait()
        slow, quick = feed.follow(None, everything, never), feed.follow(None, everything, never)
        await anext(slow)
        await anext(quick)
        heard = 0
        for _ in range(QUEUE + 1):
            town.store.record(Batch(at_ms=town.now_ms(), live=[row]))
            heard += (await anext(quick)).count(b"data: ")
        missed = [wire async for wire in slow]
        poller.cancel()
        return heard, missed

    assert asyncio.run(asyncio.wait_for(scene(), 30)) == (QUEUE + 1, [])


def test_what_a_poll_found_comes_in_one_piece_and_only_what_is_theirs(town: Town) -> None:
    rows = [town.sees("cam-01"), town.sees("cam-02")]

    async def scene() -> list[list[str]]:
        feed, ready = Feed(town.store), asyncio.Event()
        poller = asyncio.create_task(feed.run(ready.set))
        await ready.wait()
        kinds = (None, everything, lambda asset: asset == "cam-02")
        listeners = [feed.follow(None, sees, never) for sees in kinds]
        for listener in listeners:
            await anext(listener)
        # In one transaction, so that one poll finds both.
        town.store.record(Batch(at_ms=town.now_ms(), live=rows))
        heard = [await anext(listener) for listener in listeners]
        poller.cancel()
        return [
            [*("n" if b'"n":' in line else "-" for line in wire.splitlines() if b"data: " in line)] for wire in heard
        ]

    public, whole, area = asyncio.run(asyncio.wait_for(scene(), 10))
    assert (public, whole, area) == (["-", "-"], ["n", "n"], ["-", "n"])


def test_who_hears_nothing_hears_that_the_line_is_up(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HEARTBEAT_S", 0.05)

    async def scene() -> bytes:
        feed, ready = Feed(town.store), asyncio.Event()
        poller = asyncio.create_task(feed.run(ready.set))
        await ready.wait()
        listener = feed.follow(None, None, never)
        await anext(listener)
        beat = await anext(listener)
        poller.cancel()
        return beat

    assert asyncio.run(asyncio.wait_for(scene(), 10)) == HEARTBEAT


def test_five_hundred_hear_each_change_once_and_in_order(town: Town, running: Running) -> None:
    devices = [device.id for _, _, node in town.village.nodes() for device in node.devices][:10]

    async def listen(begun: asyncio.Semaphore) -> list[str]:
        reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
        writer.write(b"GET /api/v1/events HTTP/1.1\r\nHost: x\r\n\r\n")
        ids: list[str] = []
        while len(ids) < len(devices):
            line = await reader.readline()
            if line.startswith(b"retry: "):
                begun.release()
            elif line.startswith(b"data: "):
                ids.append(json.loads(line[6:])["id"])
        writer.close()
        return ids

    async def scene() -> list[list[str]]:
        begun = asyncio.Semaphore(0)
        listeners = []
        for at in range(MANY):
            listeners.append(asyncio.create_task(listen(begun)))
            if at % 50 == 49:  # a listening socket's queue is short
                for _ in range(50):
                    await begun.acquire()
        for device in devices:
            await asyncio.to_thread(town.sees, device)
            await asyncio.sleep(0.05)
        return await asyncio.gather(*listeners)

    heard = asyncio.run(asyncio.wait_for(scene(), 60))
    assert heard == [devices] * MANY


def test_a_stream_ends_with_its_account(town: Town, running: Running) -> None:
    line = http.client.HTTPConnection("127.0.0.1", running.port, timeout=10)
    body = json.dumps({"token": town.link()})
    line.request("POST", "/api/v1/sign-in", body, {"Content-Type": "application/json"})
    token = json.loads(line.getresponse().read())["token"]
    events: Iterator[dict[str, str]] = running.events({"Authorization": f"Bearer {token}"})
    next(events)
    town.sees("cam-01")
    assert '"n":' in next(events)["data"]
    (account,) = [one for one in town.store.accounts() if one.role == "maintenance"]
    town.ends(account)
    town.sees("cam-02")
    # What was on its way when the account ended may still come; nothing after that, and no wait for the next hour.
    assert len(list(events)) <= 1
    line.close()
