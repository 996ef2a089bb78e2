"""The page behind a link in a message: what is wrong, and one button that takes it on.

There is no session and no form token here: the signed token in the address is the capability. Another site could send
this form only if it knew the token, and whoever knows it may use it anyway; so it is short-lived, good for one episode
of one fault and one use, never logged, and never sent on as a referrer. Looking (GET, HEAD) changes nothing, since
messengers open links by themselves; only the button (POST) does.
"""

import asyncio
import unicodedata
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from contracts.names import name_of, place_of
from dashboard_api import catalogue
from dashboard_api.desk import Desk, DeskDep
from dashboard_api.links import Offer, Refused, look, use
from dashboard_api.recipients import ring_of
from dashboard_api.web import render
from dashboard_api.web.fault_view import SEVERITY_LOOKS
from dashboard_api.web.pages import HTML, remember
from dashboard_api.web.render import Taste, taste
from dashboard_api.web.texts import Lang, say
from dashboard_api.web.texts import person as said_person
from dashboard_api.web.view import Pill
from gateway.dispatch.moments import lasting, moment
from gateway.faults.catalogue import entry
from gateway.store import FaultRow

router = APIRouter(include_in_schema=False)
NAME_MAX = 40
PATH = "/a/{token}"


@dataclass(frozen=True, slots=True)
class Story:
    """One fault as its page shows it. ``electrical``: somebody must measure on site before it is over."""

    id: str
    severity: int
    pill: Pill
    sentence: str
    place: str
    since: str
    lasting: str
    first: str
    electrical: bool


@router.api_route(PATH, methods=["GET", "HEAD"])
def offer(request: Request, desk: DeskDep, token: str) -> Response:
    """What the link is about, and the button. Changes nothing."""
    try:
        found = look(desk, request, token)
    except Refused as refused:
        return _refused(request, desk, refused)
    return _page(request, desk, found, token)


@router.post(PATH)
async def take(request: Request, desk: DeskDep, token: str, who: Annotated[str, Form()] = "") -> Response:
    """Take the fault on. A group's link asks who it is."""
    try:
        found = await asyncio.to_thread(look, desk, request, token)
        by, wrong = _who(found, who)
        if wrong:
            return await asyncio.to_thread(_page, request, desk, found, token, wrong, who)
        row, applied = await use(desk, found, by)
    except Refused as refused:
        return await asyncio.to_thread(_refused, request, desk, refused)
    return await asyncio.to_thread(_taken, request, desk, found, row, applied)


def _who(found: Offer, typed: str) -> tuple[str, str]:
    """The taker's name, or what is wrong with the one that was typed."""
    if found.recipient.name is not None:
        return found.recipient.name, ""
    name = " ".join("".join(one for one in typed if unicodedata.category(one)[0] != "C").split())
    if not name:
        return "", "name_missing"
    return name, "name_long" if len(name) > NAME_MAX else ""


def _page(request: Request, desk: Desk, found: Offer, token: str, wrong: str = "", typed: str = "") -> Response:
    liking = taste(request)
    body = render.small(
        desk,
        liking,
        "take.html",
        fault=_story(desk, liking.lang, found.fault, found),
        token=token,
        asks_name=found.recipient.name is None,
        typed=typed[: 2 * NAME_MAX],
        wrong=say(liking.lang, f"link.{wrong}", most=NAME_MAX) if wrong else "",
        ends=moment(found.claim.expires_ms, desk.clock(), liking.lang),
        name_max=NAME_MAX,
    )
    return _answer(request, desk, liking, body, 422 if wrong else 200)


def _taken(request: Request, desk: Desk, found: Offer, row: FaultRow, applied: bool) -> Response:
    liking = taste(request)
    body = render.small(
        desk,
        liking,
        "taken.html",
        fault=_story(desk, liking.lang, row, found),
        applied=applied,
        title=say(liking.lang, "link.done" if applied else "link.pending"),
        who=said_person(liking.lang, desk.called(row.acknowledged_by or "")),
        ring=_ring(desk, liking.lang),
    )
    return _answer(request, desk, liking, body, 200 if applied else 202)


def _refused(request: Request, desk: Desk, refused: Refused) -> Response:
    liking, row = taste(request), refused.fault
    lang, reason = liking.lang, refused.reason
    body = render.small(
        desk,
        liking,
        "link_end.html",
        reason=reason,
        title=say(lang, f"link.{reason}"),
        advice=say(
            lang, f"link.{reason}_do", detail=said_person(lang, desk.called(refused.detail)), ring=_ring(desk, lang)
        ),
        what="" if row is None else _sentence(desk, lang, row),
        number="" if row is None else row.id,
    )
    answer = _answer(request, desk, liking, body, refused.status)
    if refused.status == HTTPStatus.TOO_MANY_REQUESTS:
        answer.headers["Retry-After"] = refused.detail
    return answer


def _story(desk: Desk, lang: Lang, row: FaultRow, found: Offer) -> Story:
    now_ms = desk.clock()
    looks = SEVERITY_LOOKS.get(row.severity, SEVERITY_LOOKS[3])
    return Story(
        row.id,
        row.severity,
        Pill(looks.css, looks.shape, say(lang, f"faults.severity_{row.severity}")),
        _sentence(desk, lang, row),
        place_of(desk.village, desk.names, row.junction).text(lang),
        moment(row.opened_ms, now_ms, lang),
        lasting(now_ms - row.opened_ms, lang),
        entry(row.code).first(found.recipient.role).say(lang),
        catalogue.electrical(row),
    )


def _sentence(desk: Desk, lang: Lang, row: FaultRow) -> str:
    return entry(row.code).sentence.say(lang, name_of(desk.names, row.asset).text(lang))


def _ring(desk: Desk, lang: Lang) -> str:
    return ring_of(desk) or say(lang, "link.desk")


def _answer(request: Request, desk: Desk, liking: Taste, body: bytes, status: int) -> Response:
    answer = Response(body, status, media_type=HTML, headers={"Cache-Control": "no-store"})
    remember(request, answer, desk, liking)
    return answer
