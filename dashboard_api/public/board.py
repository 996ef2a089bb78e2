"""What the public routes work with: the village's box draws it from the store, a front from what it was told."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from dashboard_api.caching import Cache
from dashboard_api.published import Published
from dashboard_api.sheet import Look


@dataclass(frozen=True, slots=True)
class Board:
    """``look``: the chargers now; ``version``: a number that changes with them; ``chargers``, ``sites``: the ids that
    there are. ``fronted``: there are no other pages than the public ones.
    """

    look: Callable[[], Look]
    version: Callable[[], int]
    chargers: Callable[[], Collection[str]]
    sites: Callable[[], Collection[str]]
    clock: Callable[[], int]
    cache: Cache
    published: Published
    public_url: str | None
    secure: bool
    party: str
    fronted: bool = False


async def _board(request: Request) -> Board:
    board = request.app.state.board
    assert isinstance(board, Board)  # noqa: S101  # narrows Starlette's Any for mypy
    return board


BoardDep = Annotated[Board, Depends(_board)]
