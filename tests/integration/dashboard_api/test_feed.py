"""A listener that does not listen."""

import asyncio

from dashboard_api.feed import QUEUE, Feed
from gateway.store import Batch
from tests.integration.dashboard_api.conftest import Town


def never() -> bool:
    return False


def everything(_asset: str) -> bool:
    return True


def test_a_listener_too_slow_is_dropped_and_holds_nobody_up(town: Town) -> None:
    row = town.sees("cam-01")

    async def scene() -> tuple[int, list[bytes]]:
        feed, ready = Feed(town.store), asyncio.Event()
        poller = asyncio.create_task(feed.run(ready.set))
        await ready.wait()
        slow, quick = feed.follow(None, everything, never), feed.follow(None, everything, never)
        await anext(slow)
        await anext(quick)
        town.store.record(Batch(at_ms=town.now_ms(), live=[row] * (QUEUE + 1)))
        heard = [await anext(quick) for _ in range(QUEUE + 1)]
        missed = [wire async for wire in slow]
        poller.cancel()
        return len(heard), missed

    assert asyncio.run(asyncio.wait_for(scene(), 10)) == (QUEUE + 1, [])
