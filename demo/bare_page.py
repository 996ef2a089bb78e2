"""A page that FastAPI serves with nothing around it, to be compared with: a fixed text, and a stream of events that are
made in it. Run with a port.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI, Response
from fastapi.responses import StreamingResponse

# A page's and an event's usual length, and the demo's rate of changes.
PAGE = b"<!doctype html><title>x</title>" + b"<p>charge point 1: free</p>" * 700
EVENT = b'event: device\ndata: {"type":"device","id":"cam-01","state":"up","word":null,"seen":"2026-11-23"}\nid: 1\n\n'
EVERY_S = 1 / 4.5


def bare() -> FastAPI:
    """The application."""
    queues: set[asyncio.Queue[bytes]] = set()

    async def beat() -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            for queue in queues:
                queue.put_nowait(EVENT)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        task = asyncio.create_task(beat())
        yield
        task.cancel()

    app = FastAPI(lifespan=lifespan)

    @app.get("/")
    def page() -> Response:
        return Response(PAGE, media_type="text/html")

    @app.get("/every")
    def every() -> Response:
        return Response(str(EVERY_S), media_type="text/plain")

    @app.get("/events")
    async def events() -> StreamingResponse:
        return StreamingResponse(follow(), media_type="text/event-stream")

    async def follow() -> AsyncIterator[bytes]:
        queue: asyncio.Queue[bytes] = asyncio.Queue()
        queues.add(queue)
        try:
            while True:
                yield await queue.get()
        finally:
            queues.discard(queue)

    return app


if __name__ == "__main__":
    uvicorn.run(bare(), host="127.0.0.1", port=int(sys.argv[1]), access_log=False)
