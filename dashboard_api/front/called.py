"""Where the village's box calls: it says what has changed, and takes along what people ask."""

import msgspec
import structlog
from fastapi import APIRouter, Request, Response

from dashboard_api import exchange
from dashboard_api.exchange import LARGEST, MAC, Bad, Heard
from dashboard_api.front.at import Front, FrontDep

router = APIRouter(include_in_schema=False)
LONGEST_WAIT_S = 60.0
STATUS = {"size": 413, "key": 403, "again": 409, "start": 409, "base": 412}
log = structlog.get_logger()


@router.post(exchange.PATH)
async def called(request: Request, front: FrontDep) -> Response:
    """One call. Refused: 403 for a wrong key, 409 for one that came already, 412 for a look that leans on one that is
    not here, 413 for one that is too long, 400 for anything else; the body says which.
    """
    try:
        body = await _body(request)
        start, number, call = _heard(front, request, body)
    except Bad as bad:
        log.warning("call refused", reason=bad.reason)
        return _json({"reason": bad.reason, "newest": bad.newest}, STATUS.get(bad.reason, 400))
    asks = await front.relay.asks(start, min(call.wait_s, LONGEST_WAIT_S)) if call.wait_s > 0 else ()
    said = msgspec.json.encode(Heard(exchange.digest(front.village.raw), asks))
    return Response(said, media_type="application/json", headers={MAC: exchange.seal(_key(front), start, number, said)})


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST:
            raise Bad("size")
    return bytes(body)


def _heard(front: Front, request: Request, body: bytes) -> tuple[int, int, exchange.Call]:
    """What it says is on disk before it is answered, and before anybody sees it."""
    village = front.village
    start, number, base = exchange.numbers(_key(front), request.headers, body)
    known = village.known(base)
    if known is None:
        raise Bad("base")
    call = exchange.unpacked(body, known)
    overtaken = village.mark.overtaken(start, number)
    mark = village.mark.after(start, number, front.clock(), call.now_ms)
    raw = None if overtaken else call.told
    try:
        before = village.hear(mark, raw)
    except ValueError as error:
        raise Bad("look") from error
    if raw is not None and village.look is not None:
        front.hub.told(before, village.look)
    front.relay.answered(call.answers, front.clock())
    return start, number, call


def _key(front: Front) -> bytes:
    return front.settings.key.get_secret_value().encode()


def _json(what: dict[str, object], status: int) -> Response:
    return Response(msgspec.json.encode(what), status, media_type="application/json")
