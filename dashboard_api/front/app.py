"""``create_front``: the public front as one ASGI application. What is not listed here is not there."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from fastapi import FastAPI, Request, Response
from starlette.middleware.gzip import GZipMiddleware

from dashboard_api import exchange, problems
from dashboard_api.bodies import BodyLimit
from dashboard_api.caching import Cache
from dashboard_api.front import called, events, links, pages, ready
from dashboard_api.front.at import Front
from dashboard_api.front.news import Hub
from dashboard_api.front.presses import Presses
from dashboard_api.front.relay import Relay
from dashboard_api.front.settings import FrontSettings
from dashboard_api.front.village import VillageTold
from dashboard_api.headers import SecurityHeaders
from dashboard_api.limits import Tries
from dashboard_api.public import chargers, locations
from dashboard_api.public.board import Board
from dashboard_api.published import Published
from dashboard_api.validators import Validators
from dashboard_api.web import assets, pwa
from dashboard_api.web.residents import pages as residents

# The village calls every 20 s or so; after that long a browser need not wait for it.
REACHABLE_S = 45.0
TIDY_S = 3600.0


def create_front(settings: FrontSettings, clock: Callable[[], int], mono_s: Callable[[], float]) -> FastAPI:
    """The application. ``clock``: Unix ms; ``mono_s``: seconds that never jump. Its folder is there already."""
    folder = settings.folder
    village = VillageTold(folder, settings.stale_after_s, clock, mono_s)
    hub = Hub(clock())
    presses = Presses(folder / "presses", settings.queue_most)
    relay = Relay(presses, mono_s, lambda: not village.stale and village.age_s() < REACHABLE_S)
    front = Front(settings, village, hub, relay, clock, Tries())
    app = FastAPI(
        title="Public front",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan(front),
        redirect_slashes=False,
    )
    app.state.front, app.state.board = front, _board(front)
    for room in (residents, chargers, locations, pwa, events, links, called, ready):
        app.include_router(room.router)
    app.mount("/static", assets.app())
    problems.install(app, pages.error, _nobody_signs_in)
    app.add_middleware(Validators)
    app.add_middleware(GZipMiddleware, minimum_size=500, compresslevel=6)
    app.add_middleware(BodyLimit)
    app.add_middleware(SecurityHeaders, secure=settings.secure, bare=exchange.PATH)
    return app


def prepare(folder: Path) -> None:
    """Make the folder, and try whether it can be written; raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    probe = folder / ".probe"
    probe.write_bytes(b"")
    probe.unlink()


def _board(front: Front) -> Board:
    village, hub = front.village, front.hub
    return Board(
        lambda: village.shown(hub.seq),
        village.version,
        lambda: {charger.id for charger in village.shown(hub.seq).chargers},
        lambda: {site.id for site in village.shown(hub.seq).sites},
        village.now_ms,
        Cache(front.clock),
        Published(),
        front.settings.public_url,
        front.settings.secure,
        front.settings.ocpi_party_id,
        fronted=True,
    )


async def _nobody_signs_in(request: Request) -> Response:
    return await asyncio.to_thread(pages.error, request, 404, None)


def _lifespan(front: Front) -> Callable[[FastAPI], contextlib.AbstractAsyncContextManager[None]]:
    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        tasks = [
            asyncio.create_task(front.hub.beat(), name="heartbeats"),
            asyncio.create_task(front.hub.watch(lambda: front.village.stale), name="silence"),
            asyncio.create_task(_tidy(front), name="tidy"),
        ]
        try:
            yield
        finally:
            front.hub.stop()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    return lifespan


async def _tidy(front: Front) -> None:
    while True:
        front.relay.presses.tidy(front.clock())
        await asyncio.sleep(TIDY_S)
