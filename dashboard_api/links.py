"""Taking a fault on by a signed link: what the link allows now, and using it up.

Reasons for a refusal, each with a page of its own (``web.take``): ``forged`` (nothing we signed, or no key is set),
``limit``, ``expired``, ``unknown`` (no such fault), ``closed``, ``episode`` (the fault came again since), ``part`` (of
another fault), ``taken``, ``moved`` (its order waits for another department, or for a date), ``used``, ``refused`` (by
the gateway).
"""

import asyncio
from dataclasses import dataclass

import msgspec
from fastapi import Request

from dashboard_api.desk import Desk
from dashboard_api.problems import Problem
from dashboard_api.recipients import Recipient, recipient_of
from dashboard_api.wishes import follow
from gateway.dispatch import links
from gateway.dispatch.links import Claim, Expired
from gateway.store import Acknowledgement, FaultRow, LinkWish


@dataclass(frozen=True, slots=True)
class Offer:
    """A link that can be used now."""

    claim: Claim
    fault: FaultRow
    recipient: Recipient


class Refused(Exception):
    """The link cannot be used; nothing was changed. ``detail``: who took it, the gateway's reason, or seconds."""

    def __init__(self, status: int, reason: str, fault: FaultRow | None = None, detail: str = "") -> None:
        super().__init__(reason)
        self.status, self.reason, self.fault, self.detail = status, reason, fault, detail


def look(desk: Desk, request: Request, token: str) -> Offer:
    """What ``token`` allows; changes nothing. Raises :class:`Refused`."""
    claim = _claim(desk, request, token)
    row = desk.store.fault(claim.fault)
    if row is None:
        raise Refused(404, "unknown")
    reason = _stands(row, claim.episode)
    if reason:
        raise Refused(409, reason, row, row.acknowledged_by or "")
    if desk.store.link_used(claim.id):
        raise Refused(410, "used", row)
    return Offer(claim, row, recipient_of(desk, claim.recipient, row.id))


def _stands(row: FaultRow, episode: int) -> str:
    """Why nobody can take the fault on by a link of ``episode``; '' = somebody can."""
    if row.closed_ms is not None:
        return "closed"
    if row.reopened != episode:
        return "episode"
    if row.root is not None:
        return "part"
    if row.order_state == "closed":
        return "closed"
    if row.acknowledged_ms is not None:
        return "taken"
    return "" if row.order_state == "open" else "moved"


async def use(desk: Desk, offer: Offer, by: str) -> tuple[FaultRow, bool]:
    """Take the fault on as ``by``: the fault afterwards, and whether the gateway has applied it yet.

    Never records a measurement: what is latched stays so. Raises :class:`Refused`.
    """
    claim, row = offer.claim, offer.fault
    # A name that somebody typed is shown with the group whose link it was.
    comment = None if offer.recipient.name is not None else claim.recipient
    payload = msgspec.json.encode(Acknowledgement(row.id, comment, False, offer.recipient.role))
    wish = LinkWish(row.id, "acknowledge", payload, by, row.version, claim.expires_ms)
    added = await asyncio.to_thread(desk.store.use_link, claim.id, wish, desk.clock())
    if added is None:
        raise Refused(410, "used", row)
    try:
        applied = await follow(desk, added)
    except Problem as problem:
        raise Refused(409, "refused", row, problem.detail) from problem
    return await asyncio.to_thread(desk.store.fault, row.id) or row, applied


def _claim(desk: Desk, request: Request, token: str) -> Claim:
    """What was signed."""
    key, now_ms = desk.settings.link_key, desk.clock()
    read = None if key is None else links.read(key.get_secret_value().encode(), token, now_ms)
    if isinstance(read, Claim):
        return read
    if isinstance(read, Expired):
        raise Refused(410, "expired", desk.store.fault(read.fault))
    raise _forged(desk, request, now_ms)


def _forged(desk: Desk, request: Request, now_ms: int) -> Refused:
    """Wrong tokens are counted by address, as wrong sign-in links are. A right one is never held up by them: a whole
    village may sit behind one address, and nobody guesses 128 bits.
    """
    address = request.client.host if request.client else "-"
    wait_s = desk.link_limit.wait_s(address, now_ms)
    if wait_s:
        return Refused(429, "limit", detail=str(wait_s))
    desk.link_limit.failed(address, now_ms)
    return Refused(404, "forged")
