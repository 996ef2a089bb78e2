"""``/ocpi/2.2.1/locations``: the public list of charging locations in OCPI's form, read only and without a token."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Request, Response

from dashboard_api.problems import Responses, responses
from dashboard_api.public import ocpi, paging
from dashboard_api.public.board import Board, BoardDep
from dashboard_api.public.chargers import OPEN
from dashboard_api.public.ocpi_models import Locations
from dashboard_api.public.paging import Asked, BadParameter

router = APIRouter(tags=["public"])
PATH = "/ocpi/2.2.1/locations"
FINE, WRONG_PARAMETER = 1000, 2001
ANSWERS: Responses = {
    200: {
        "description": "`Link` (rel=next), `X-Total-Count` and `X-Limit` page through it. As the standard wants it, a "
        "parameter that cannot be read is answered with 200 and `status_code` 2001."
    },
    **responses(422),
}


@router.get(PATH, summary="Charging locations in OCPI 2.2.1's form", response_model=Locations, responses=ANSWERS)
def list_locations(
    request: Request,
    board: BoardDep,
    asked: Annotated[Asked, Query()],
) -> Response:
    """Answered from a cache of five seconds. Its place among OCPI's modules (versions, credentials) is not there."""
    try:
        page = paging.read(asked)
    except BadParameter as error:
        return _envelope(board, [], WRONG_PARAMETER, str(error), {})
    items, total, more = page.of(msgspec.json.decode(_all(board)))
    headers = {"X-Total-Count": str(total), "X-Limit": str(page.limit)}
    if more is not None:
        base = board.public_url or str(request.base_url).rstrip("/")
        headers["Link"] = f'<{base}{PATH}?{more}>; rel="next"'
    return _envelope(board, items, FINE, "Success", headers)


def _all(board: Board) -> bytes:
    def make() -> bytes:
        found = ocpi.locations(board.party, board.look(), board.published)
        return msgspec.json.encode([one.model_dump(exclude_none=True) for one in found])

    return board.cache.get("ocpi locations", board.version(), make).body


def _envelope(board: Board, data: Sequence[object], code: int, message: str, headers: dict[str, str]) -> Response:
    body = {"data": data, "status_code": code, "status_message": message, "timestamp": ocpi.utc(board.clock())}
    headers = {"Cache-Control": "public, max-age=5", **OPEN, **headers}
    return Response(msgspec.json.encode(body), media_type="application/json", headers=headers)
