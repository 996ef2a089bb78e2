"""Figures for Prometheus, in a registry of their own: the village's, kept for some seconds, and this process'."""

import asyncio
from collections import Counter as Tally
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard_api import scene
from dashboard_api.desk import Desk
from dashboard_api.scene import OPEN_READ
from dashboard_api.system import exported
from dashboard_api.system.look import look
from gateway.faults.catalogue import entry
from gateway.store import StoreError

BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
ENDLESS = "/events"
API = "/api/v1"


class Requests:
    """Counts of answers and how long they took, by route; not of streams, which do not end."""

    def __init__(self, registry: CollectorRegistry) -> None:
        labels = ("method", "route", "status")
        self.count = Counter("vsm_http_requests", "answers by route", labels, registry=registry)
        self.seconds = Histogram(
            "vsm_http_request_seconds",
            "from request to the end of the answer",
            ("method", "route"),
            registry=registry,
            buckets=BUCKETS_S,
        )


class Measured:
    """Middleware that fills :class:`Requests`."""

    def __init__(self, app: ASGIApp, *, requests: Requests) -> None:
        self._app, self._requests = app, requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        mono_s = asyncio.get_running_loop().time
        begun, status = mono_s(), 500

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            route, method = route_of(scope), _method(scope)
            self._requests.count.labels(method, route, str(status)).inc()
            if not route.endswith(ENDLESS):
                self._requests.seconds.labels(method, route).observe(mono_s() - begun)


def route_of(scope: Scope) -> str:
    """The route's template; addresses themselves would make a series each, and some are secrets."""
    path = str(getattr(scope.get("route"), "path", "") or scope.get("root_path") or "none")
    # A route that was included twice knows the inner part of its address only.
    return API + path if scope["path"].startswith(f"{API}/") and not path.startswith(API) else path


def _method(scope: Scope) -> str:
    known = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
    return scope["method"] if scope["method"] in known else "other"


class Village(Collector):
    """The village's figures as the store has them now; without the store only that it is away."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def describe(self) -> list[Metric]:
        """Nothing beforehand: asked at registration, when the store may be away."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Read once for all."""
        up = GaugeMetricFamily("vsm_store_up", "whether the store can be read")
        try:
            found = list(self._read())
        except StoreError:
            found = []
        up.add_metric([], float(bool(found)))
        yield up
        yield from found

    def _read(self) -> Iterator[Metric]:
        desk, now_ms = self._desk, self._desk.clock()
        devices = Tally((one.place.kind, one.state) for one in scene.look(desk))
        yield _gauge("vsm_devices", "devices by what they do now", ("kind", "state"), devices)
        rows = desk.store.open_faults(OPEN_READ)
        faults = Tally((str(row.severity), entry(row.code).cls) for row in rows)
        yield _gauge("vsm_faults_open", "open faults", ("severity", "class"), faults)
        yield _age(
            "vsm_unheard_oldest_seconds", "since the oldest message that reached nobody was due", self._unheard()
        )
        waiting = {(one.channel,): one.letters for one in desk.store.letters.waiting()}
        yield _gauge("vsm_outbox_waiting", "letters to be sent", ("channel",), waiting)
        points, parked = desk.store.waiting_points(), desk.store.parked_count()
        yield _gauge("vsm_telemetry_waiting_points", "points that wait for the time-series store", (), {(): points})
        yield _gauge("vsm_telemetry_parked_lines", "lines that the time-series store refused", (), {(): parked})
        newest = desk.store.newest_ms()
        age_ms = None if newest is None else now_ms - newest
        yield _age("vsm_newest_reading_age_seconds", "of the newest reading of all", age_ms)
        for family in exported.families(look(desk)):
            yield _gauge(*family)

    def _unheard(self) -> int | None:
        now_ms = self._desk.clock()
        due = [row.due_ms for one in self._desk.store.letters.wall(now_ms) for row in one.rows]
        return now_ms - min(due) if due else None


def _gauge(name: str, what: str, labels: tuple[str, ...], values: Mapping[Any, float]) -> Metric:
    family = GaugeMetricFamily(name, what, labels=labels)
    for key, value in sorted(values.items()):
        family.add_metric(list(key), value)
    return family


def _age(name: str, what: str, age_ms: int | None) -> Metric:
    """None: there is nothing that could have an age, so there is no sample."""
    return _gauge(name, what, (), {} if age_ms is None else {(): max(0, age_ms) / 1000})


class Metrics:
    """All of it as Prometheus reads it. ``listeners``: how many event streams are open now."""

    def __init__(self, listeners: Callable[[], int]) -> None:
        self._process = CollectorRegistry()
        Gauge("vsm_sse_listeners", "open event streams", registry=self._process).set_function(listeners)
        self.requests = Requests(self._process)
        build = Info("vsm_build", "what runs here", registry=self._process)
        build.info({"version": version("village-safety-monitor")})

    def text(self, desk: Desk) -> bytes:
        """Now; the village's part is some seconds old at most."""
        return generate_latest(self._process) + desk.cache.get("metrics", 0, lambda: _village(desk)).body


def _village(desk: Desk) -> bytes:
    registry = CollectorRegistry()
    registry.register(Village(desk))
    return generate_latest(registry)
