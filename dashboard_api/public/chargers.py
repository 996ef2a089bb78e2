"""``/public/chargers``: the village's chargers for other programs and pages, without a key."""

from fastapi import APIRouter, Request, Response

from dashboard_api.caching import respond
from dashboard_api.present import text
from dashboard_api.public.board import BoardDep
from dashboard_api.public.models import PublicCharger, PublicChargers, PublicSite, PublicSocket
from dashboard_api.sheet import Charger, Look, Site, Socket
from dashboard_api.times import iso_or_none

router = APIRouter(tags=["public"])
# Anybody's page may read it; no cookie goes along.
OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, X-Total-Count, X-Limit",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


@router.get(
    "/public/chargers",
    summary="Chargers: state, place and age",
    response_model=PublicChargers,
    responses={304: {"description": "nothing new since the ETag that was sent"}},
)
async def list_chargers(request: Request, board: BoardDep) -> Response:
    """Answered from a cache of five seconds, with an ETag, to pages of any origin."""

    def make() -> bytes:
        return said(board.look()).model_dump_json().encode()

    made = await board.cache.soon("public chargers", board.version(), make)
    answer = respond(request, made, "application/json", "public, max-age=5")
    answer.headers.update(OPEN)
    return answer


def said(seen: Look) -> PublicChargers:
    """The list of one look."""
    items = [_charger(site, charger) for site in seen.sites for charger in site.chargers]
    return PublicChargers(newest=iso_or_none(seen.newest_ms), silent=seen.silent, items=items)


def _charger(site: Site, charger: Charger) -> PublicCharger:
    return PublicCharger(
        id=charger.id,
        name=text(charger.name),
        site=PublicSite(id=site.id, name=text(site.name), lat=site.lat, lon=site.lon),
        vehicle=charger.vehicle,
        sockets=[_socket(socket) for socket in charger.sockets],
    )


def _socket(socket: Socket) -> PublicSocket:
    return PublicSocket(
        number=socket.plate.number,
        word=socket.word,
        since=iso_or_none(socket.since_ms),
        seen=iso_or_none(socket.seen_ms),
        last_known=socket.before,
        power_kw=socket.plate.power_kw,
    )
