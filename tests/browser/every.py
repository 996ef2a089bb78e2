"""Every page there is, by the afternoon of :mod:`demo.afternoon`."""

from collections.abc import Callable, Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from dashboard_api.auth import sign_in
from gateway.dispatch.links import sign
from tests.integration.dashboard_api.conftest import Town

# By route; what stands in braces is filled in from the store. A test holds the list against the application's routes.
PUBLIC = {
    "/": "/",
    "/c/{name}": "/c/cp-02",
    "/poster/{name}": "/poster/j-04",
    "/village": "/village",
    "/sign-in": "/sign-in",
    "/sign-in/{token}": "/sign-in/{link}",
    "/a/{token}": "/a/{letter}",
}
STAFF = {
    "/staff": "/staff",
    "/staff/faults/{number}": "/staff/faults/{frozen}",
    "/staff/faults/{number}/{move}": "/staff/faults/{frozen}/acknowledged",
    "/staff/map": "/staff/map",
    "/staff/devices": "/staff/devices",
    "/staff/devices/{device_id}": "/staff/devices/cam-05",
    "/staff/more": "/staff/more",
    "/staff/maintenance": "/staff/maintenance",
    "/staff/maintenance/new": "/staff/maintenance/new",
    "/staff/roster": "/staff/roster",
    "/staff/channels": "/staff/channels",
    "/staff/labels": "/staff/labels",
    "/here/{junction}": "/here/j-05",
    "/desk": "/desk",
    "/desk/{number}": "/desk/{frozen}",
    "/desk/hand-over": "/desk/hand-over",
    "/wall": "/wall",
}
ADMIN = {
    "/account": "/account",
    "/tokens": "/tokens",
    "/users": "/users",
    "/users/{user}": "/users/{person}",
    "/admin": "/admin",
    "/admin/health": "/admin/health",
    "/admin/inventory": "/admin/inventory",
    "/admin/inventory/{asset}": "/admin/inventory/n-05",
    "/admin/settings": "/admin/settings",
    "/admin/rules": "/admin/rules",
    "/admin/audit": "/admin/audit?verify=true",
}
MORE_ADMIN = (
    "/admin/health?sort=-data&show=attention",
    "/admin/inventory?by=list&q=zzz",
    "/admin/inventory?by=list&kind=camera&sort=-seen",
    "/admin/inventory/cp-02",
    "/admin/rules?edit=text",
    "/admin/audit?result=refused&who=nobody",
)
POLICE = {
    "/police": "/police",
    "/police/month": "/police/month?month=2026-10",
    "/police/statement": "/police/statement",
    "/police/statement/{camera}": "/police/statement/cam-09?from=2026-11-08T00:10:00&to=2026-11-08T00:55:00",
    "/police/archive": "/police/archive",
    "/police/archive/{month}/{number}": "/police/archive/2026-10/2",
}
MORE_POLICE = (
    "/police/month",
    "/police/month?month=2026-08",
    "/police/month?month=2026-10&show=low&sort=-down",
    "/police/statement/cam-18?from=2026-10-31T21:15:00&to=2026-11-01T03:40:00",
    "/police/archive/2026-10/1",
    "/staff/devices/cam-05",
)
# The same page where something else is to be seen.
MORE = (
    "/staff/faults/{GroundFailure}",
    "/staff/faults/{feeder_down}",
    "/staff/faults/{blur}",
    "/staff/devices/cp-02",
    "/desk/{blur}",
)
STAFFS = (*STAFF.values(), *MORE, "/village")
POLICES = (*POLICE.values(), *MORE_POLICE)
NOT_THERE = ("/no-such-page", "/sign-in/wrong")
MORE_PUBLIC = ("/c/eb-01", *NOT_THERE, "/sign-in/{set_up}")
# What is no page: parts of one, and what only leads on.
NO_PAGES = {"/parts/{name}", "/faults/{number}", "/wall/now", "/police/archive/{month}/{number}.json"}
NO_PAGES |= {"/admin/inventory.csv"}
# A trial of rules is there once somebody tried some: its own test looks at its page.
NO_PAGES |= {"/admin/rules/trials/{number}", "/admin/rules/trials/{number}/rules.yaml"}
# They lead on to a PDF, and show how far one is that was asked for.
NO_PAGES |= {"/police/month/{month}/pdf", "/police/papers/{number}"}
# What a phone keeps pages with.
NO_PAGES |= {"/manifest.webmanifest", "/worker.js", "/staff/manifest.webmanifest", "/staff/worker.js"}


def of(town: Town, role: str) -> Iterator[str]:
    """What ``role`` is to see ('': anybody)."""
    yield from _filled(
        town,
        {"": (*PUBLIC.values(), *MORE_PUBLIC), "admin": (*ADMIN.values(), *MORE_ADMIN), "police": POLICES}.get(
            role, STAFFS
        ),
    )


def _filled(town: Town, paths: tuple[str, ...]) -> Iterator[str]:
    named = {fault.code: fault.id for fault in town.faults("open") if fault.root is None}
    made: dict[str, Callable[[], object]] = {
        "{link}": town.link,
        "{set_up}": lambda: sign_in.set_up(town.store, 1, town.now_ms()),
        "{letter}": lambda: _letter(town, named["frozen"]),
        "{person}": lambda: town.store.accounts()[0].id,
    }
    for path in paths:
        last = path[path.find("{") :]
        yield path.replace(last, str(made[last]())) if last in made else path.format(**named)


def _letter(town: Town, fault: str) -> str:
    key, now = town.settings.link_key, town.now_ms()
    assert key is not None
    return sign(key.get_secret_value().encode(), fault, "group:maintenance-room", 0, now, now + 3_600_000)


def routes(app: FastAPI) -> Iterator[str]:
    """The routes of ``app`` that answer with pages."""
    waiting: list[Any] = [app.router]
    while waiting:
        found = waiting.pop()
        if isinstance(found, APIRoute):
            if not found.include_in_schema and "GET" in (found.methods or ()):
                yield found.path
        else:
            inner = getattr(found, "original_router", found)
            waiting += getattr(inner, "routes", ())
