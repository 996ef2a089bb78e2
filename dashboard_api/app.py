"""``create_app``: the whole face as one ASGI application."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

from fastapi import APIRouter, FastAPI
from starlette.middleware.gzip import GZipMiddleware

from contracts.inventory import Village
from contracts.names import names
from dashboard_api import openapi, outline, problems
from dashboard_api.bodies import BodyLimit
from dashboard_api.caching import Cache
from dashboard_api.calls import Calls
from dashboard_api.desk import Desk
from dashboard_api.displays import Displays
from dashboard_api.feed import Feed
from dashboard_api.headers import SecurityHeaders
from dashboard_api.limits import FailureLimit
from dashboard_api.metrics import Measured, Metrics
from dashboard_api.outpost.caller import Outpost
from dashboard_api.outpost.line import Line
from dashboard_api.public import chargers, locations
from dashboard_api.public.look import board_of
from dashboard_api.reports.archive import Archive
from dashboard_api.reports.archivist import Archivist
from dashboard_api.reports.press import Press
from dashboard_api.routers import (
    audit,
    channels,
    charge_points,
    commands,
    device_past,
    devices,
    events,
    evidence,
    faults,
    health,
    letters,
    messages,
    metrics,
    neighbours,
    orders,
    roster,
    rules,
    series,
    sign_in,
    system,
    tokens,
    uptime,
    users,
    windows,
)
from dashboard_api.settings import Settings
from dashboard_api.telemetry import Door, nowhere
from dashboard_api.trials.bench import Bench
from dashboard_api.validators import Validators
from dashboard_api.web import (
    access,
    access_account,
    access_again,
    access_tokens,
    access_users,
    admin,
    assets,
    forms,
    pages,
    police,
    pwa,
    staff,
    take,
)
from dashboard_api.web.audit import routes as audit_page
from dashboard_api.web.desk import routes as duty_desk
from dashboard_api.web.reports import drawing, proof_routes
from dashboard_api.web.reports import routes as reports
from dashboard_api.web.residents import pages as residents
from dashboard_api.web.rules import routes as rules_page
from dashboard_api.web.wall import routes as wall
from gateway.dispatch.setup import Setup
from gateway.faults import Rules
from gateway.store import Store
from gateway.telemetry.base import Reading

VERSION = "1"
PREFIX = f"/api/v{VERSION}"
DESCRIPTION = (
    "Cameras, warning lights and charge points of a village: what they do now, their faults, and cameras' uptime."
)

# Whatever is not under the API's prefix.
# What most people ask for is looked for first.
FIRST = (residents, chargers, locations, pwa)
ROOMS = (
    *(metrics, pages, forms, take, police),
    *(access, access_account, access_users, access_tokens),
    *(duty_desk, wall, admin, rules_page, audit_page),
)


def create_app(
    store: Store,
    village: Village,
    rules: Rules,
    settings: Settings,
    clock: Callable[[], int],
    telemetry: Callable[[], Reading] = nowhere,
) -> FastAPI:
    """The application. ``clock`` gives milliseconds since the Unix epoch (UTC); ``telemetry`` opens the time-series
    store when it is first asked. Raises InputErrors for an outline that cannot be used.
    """
    feed, door, press, bench = Feed(store), Door(telemetry), Press(), Bench(clock)
    archive = Archive(settings.archive, village.id) if settings.archive else None
    keeper = _archivist(store, archive, lambda: app.state.desk) if archive else None
    app = _bare(feed, door, press, bench, keeper)
    app.state.desk = Desk(
        store,
        village,
        village.places(),
        names(village),
        rules,
        Setup(village, None, {}, rules.dispatch),
        settings,
        clock,
        feed,
        Cache(clock),
        FailureLimit(),
        door,
        Displays(store, clock),
        Calls(store),
        bench,
        outline.read(settings.outline, village) if settings.outline else (),
        press=press,
        archive=archive,
    )
    app.state.board = board_of(app.state.desk)
    _rooms(app)
    _layers(app, settings, feed)
    return app


def _rooms(app: FastAPI) -> None:
    """Every route, and what is answered where there is none."""
    for router in (*(room.router for room in FIRST), _api(), staff.router(), *(room.router for room in ROOMS)):
        app.include_router(router)
    app.mount("/static", assets.app())
    problems.install(app, pages.error, access_again.page)
    openapi.install(app)


def _archivist(store: Store, archive: Archive, desk: Callable[[], Desk]) -> Archivist:
    """Keeps the files of what is frozen; it draws with the desk, which is made after it."""
    return Archivist(store, archive, lambda head, stop: drawing.making(desk(), head, stop))


def _bare(feed: Feed, door: Door, press: Press, bench: Bench, keeper: Archivist | None) -> FastAPI:
    return FastAPI(
        title="Village safety monitor",
        version=VERSION,
        description=DESCRIPTION,
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,  # the usual documentation pages load scripts from elsewhere
        redoc_url=None,
        lifespan=_lifespan(feed, door, press, bench, keeper),
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,  # what generated clients call it
    )


def _layers(app: FastAPI, settings: Settings, feed: Feed) -> None:
    """What every request goes through, the innermost first."""
    app.add_middleware(Validators)
    app.add_middleware(GZipMiddleware, minimum_size=500, compresslevel=6)
    app.add_middleware(BodyLimit)
    app.add_middleware(SecurityHeaders, secure=settings.secure)
    app.state.metrics = Metrics(lambda: feed.listeners)
    app.add_middleware(Measured, requests=app.state.metrics.requests)


def _api() -> APIRouter:
    api = APIRouter(prefix=PREFIX)
    staff = (
        faults,
        evidence,
        commands,
        orders,
        messages,
        letters,
        windows,
        roster,
        channels,
        audit,
        rules,
        users,
        tokens,
        system,
    )
    police = (uptime, reports, proof_routes)
    for room in (devices, series, device_past, neighbours, *staff, charge_points, *police, events, health, sign_in):
        api.include_router(room.router)
    return api


def _outpost(app: FastAPI) -> Outpost | None:
    """The calls to a public front, where there is one."""
    desk, board = app.state.desk, app.state.board
    link = desk.settings.front
    return None if link is None else Outpost(Line(link, desk.clock()), link.wait_s, board.look, board.version)


def _lifespan(
    feed: Feed, door: Door, press: Press, bench: Bench, keeper: Archivist | None
) -> Callable[[FastAPI], contextlib.AbstractAsyncContextManager[None]]:
    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        ready = asyncio.Event()
        poller = asyncio.create_task(feed.run(ready.set), name="feed")
        await ready.wait()
        if keeper is not None:
            keeper.start()
        outpost = _outpost(app)
        if outpost is not None:
            outpost.start(app, asyncio.get_running_loop())
        try:
            yield
        finally:
            if outpost is not None:
                outpost.stop()
            feed.stop()
            door.close()
            await asyncio.to_thread(press.close)
            await asyncio.to_thread(bench.close)
            if keeper is not None:
                await asyncio.to_thread(keeper.stop)
            poller.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await poller

    return lifespan
