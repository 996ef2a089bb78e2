"""What the front's own routes work with, made once by ``create_front`` and handed out as a dependency."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from dashboard_api.front.news import Hub
from dashboard_api.front.relay import Relay
from dashboard_api.front.settings import FrontSettings
from dashboard_api.front.village import VillageTold
from dashboard_api.limits import Tries


@dataclass(frozen=True, slots=True)
class Front:
    """``clock``: this machine's time, Unix ms."""

    settings: FrontSettings
    village: VillageTold
    hub: Hub
    relay: Relay
    clock: Callable[[], int]
    tries: Tries


def front_of(request: Request) -> Front:
    """The front of the application that got ``request``."""
    front = request.app.state.front
    assert isinstance(front, Front)  # noqa: S101  # narrows Starlette's Any for mypy
    return front


async def _front(request: Request) -> Front:
    return front_of(request)


FrontDep = Annotated[Front, Depends(_front)]
