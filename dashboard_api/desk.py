"""What every route works with, made once by ``create_app`` and handed out as a dependency."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from contracts.inventory import Name, Place, Village
from dashboard_api.caching import Cache
from dashboard_api.calls import Calls
from dashboard_api.displays import Displays
from dashboard_api.feed import Feed
from dashboard_api.keeping import Keeping
from dashboard_api.limits import FailureLimit, Tries
from dashboard_api.outline import Shape
from dashboard_api.passwords import Passwords
from dashboard_api.published import Published
from dashboard_api.reports.archive import Archive
from dashboard_api.reports.press import Press
from dashboard_api.settings import Settings
from dashboard_api.telemetry import Door
from dashboard_api.trials.bench import Bench
from gateway.dispatch.setup import Setup
from gateway.faults import Rules
from gateway.store import Store


@dataclass(frozen=True, slots=True)
class Desk:
    """``clock``: milliseconds since the Unix epoch (UTC). ``places``: devices and connectors by id, in file order.
    ``names``: what people call whatever a fault may be of, by id. ``setup``: to find
    out whose a fault is; who those people are is not in it. ``called``: what people are called who did something.
    ``calls``: what the duty desk rang people for. ``bench``: where rules are tried.
    ``outline``: what the wall's map is drawn on. ``archive``: where files of frozen months are kept, None = nowhere.
    ``kept``: what is dear to work out.
    """

    store: Store
    village: Village
    places: dict[str, Place]
    names: dict[str, Name]
    rules: Rules
    setup: Setup
    settings: Settings
    clock: Callable[[], int]
    feed: Feed
    cache: Cache
    sign_in_limit: FailureLimit
    telemetry: Door
    called: Displays
    calls: Calls
    bench: Bench
    outline: tuple[Shape, ...] = ()
    link_limit: FailureLimit = field(default_factory=FailureLimit)
    published: Published = field(default_factory=Published)
    tries: Tries = field(default_factory=Tries)
    passwords: Passwords = field(default_factory=Passwords)
    press: Press = field(default_factory=Press)
    archive: Archive | None = None
    kept: Keeping = field(default_factory=Keeping)


def desk_of(request: Request) -> Desk:
    """The desk of the application that got ``request``."""
    desk = request.app.state.desk
    assert isinstance(desk, Desk)  # noqa: S101  # narrows Starlette's Any for mypy
    return desk


async def _desk(request: Request) -> Desk:
    """The same as a dependency, which costs no thread that way."""
    return desk_of(request)


DeskDep = Annotated[Desk, Depends(_desk)]
