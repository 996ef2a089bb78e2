"""Every page there is, by the afternoon of :mod:`demo.afternoon`."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from gateway.dispatch.links import sign
from tests.integration.dashboard_api.conftest import Town

# By route; what stands in braces is filled in from the store. A test holds the list against the application's routes.
PUBLIC = {
    "/": "/",
    "/c/{name}": "/c/cp-02",
    "/poster/{name}": "/poster/j-04",
    "/village": "/village",
    "/sign-in/{token}": "/sign-in/{link}",
    "/a/{token}": "/a/{letter}",
}
STAFF = {
    "/work": "/work",
    "/work/faults/{number}": "/work/faults/{frozen}",
    "/work/faults/{number}/{move}": "/work/faults/{frozen}/acknowledged",
    "/work/map": "/work/map",
    "/work/devices": "/work/devices",
    "/work/devices/{device_id}": "/work/devices/cam-05",
    "/work/more": "/work/more",
}
# The same page where something else is to be seen.
MORE = ("/work/faults/{GroundFailure}", "/work/faults/{feeder_down}", "/work/faults/{blur}", "/work/devices/cp-02")
MORE_PUBLIC = ("/c/eb-01", "/no-such-page", "/sign-in/wrong")
# What is no page: parts of one, and what only leads on.
NO_PAGES = {"/parts/{name}", "/faults/{number}"}


def public(town: Town) -> Iterator[str]:
    """What anybody may open."""
    yield from _filled(town, (*PUBLIC.values(), *MORE_PUBLIC))


def staffs(town: Town) -> Iterator[str]:
    """What maintenance may open."""
    yield from _filled(town, (*STAFF.values(), *MORE, "/village"))


def _filled(town: Town, paths: tuple[str, ...]) -> Iterator[str]:
    named = {fault.code: fault.id for fault in town.faults("open") if fault.root is None}
    for path in paths:
        made = {"link": town.link()} if "{link}" in path else {"letter": _letter(town, named["frozen"])}
        yield path.format(**made, **named)


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
