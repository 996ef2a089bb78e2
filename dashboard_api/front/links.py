"""Signed links at the front. A look is passed on to the village while somebody waits; a press is written down first.

The token is never logged, and the front cannot tell a good one from a forged one: it has no key. It reads what the
token speaks of only to ask for a name where the village would, and to write nothing down that is no token.
"""

import unicodedata
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from limits import RateLimitItemPerMinute

from dashboard_api.exchange import Answer, Ask
from dashboard_api.front import pages
from dashboard_api.front.at import Front, FrontDep
from dashboard_api.front.presses import Full, Press
from dashboard_api.problems import Problem
from dashboard_api.recipients import GROUP
from dashboard_api.times import clock_text
from dashboard_api.web.pages import HTML, keep_choice
from dashboard_api.web.render import taste
from dashboard_api.web.residents.spans import lasting
from dashboard_api.web.take import NAME_MAX, PATH
from dashboard_api.web.texts import say
from gateway.dispatch.links import LONGEST_TOKEN, said

router = APIRouter(include_in_schema=False)
EACH = RateLimitItemPerMinute(60, 1, "front links")
APPLIED, ACCEPTED, WRONG_NAME = 200, 202, 422


@router.api_route(PATH, methods=["GET", "HEAD"])
async def look(request: Request, front: FrontDep, token: str) -> Response:
    """The village's page; without the village, what became of a press here, or a button all the same."""
    ask = _ask(request, front, token, None)
    answer = await front.relay.look(ask)
    if answer is not None:
        return _passed_on(request, front, answer)
    presses = front.relay.presses.of(token)
    return _kept(request, front, presses[-1]) if presses else _away(request, front, token)


@router.post(PATH)
async def press(request: Request, front: FrontDep, token: str, who: Annotated[str, Form()] = "") -> Response:
    """Written down before anything else; then the village's page, or the number under which it waits."""
    ask = _ask(request, front, token, _name(who))
    if _asks_name(token) and not 0 < len(ask.who or "") <= NAME_MAX:
        wrong = "name_long" if ask.who else "name_missing"
        return _away(request, front, token, say(taste(request).lang, f"link.{wrong}", most=NAME_MAX))
    try:
        kept = front.relay.presses.add(ask, front.clock())
    except Full as full:
        raise Problem(503, "no more presses are taken now", reason=full.reason, headers={"Retry-After": "60"}) from full
    answer = await (front.relay.look(ask) if kept.status else front.relay.press(kept))
    if answer is not None:
        return _passed_on(request, front, answer)
    return _kept(request, front, next(one for one in front.relay.presses.of(token) if one.id == kept.id))


def _ask(request: Request, front: Front, token: str, who: str | None) -> Ask:
    """What somebody wants; raises :class:`Problem` for who asks too often, and for what is no token."""
    address, liking = request.client.host if request.client else "-", taste(request)
    wait_s = front.tries.wait_s(EACH, address)
    if wait_s:
        raise Problem(429, "too often", headers={"Retry-After": str(wait_s)})
    if len(token) > LONGEST_TOKEN or said(token) is None:
        raise Problem(404, "no link")
    return Ask("", token, who, liking.lang, liking.large, address)


def _name(typed: str) -> str:
    return " ".join("".join(one for one in typed[:400] if unicodedata.category(one)[0] != "C").split())


def _asks_name(token: str) -> bool:
    spoken = said(token)
    return spoken is not None and spoken[1].startswith(GROUP)


def _passed_on(request: Request, front: Front, answer: Answer) -> Response:
    made = Response(answer.page, answer.status, media_type=HTML, headers={"Cache-Control": "no-store"})
    keep_choice(request, made, taste(request), secure=front.settings.secure)
    return made


def _away(request: Request, front: Front, token: str, wrong: str = "") -> Response:
    """The button, although the village is away; 503 unless something was wrong with the name."""
    village, lang = front.village, taste(request).lang
    spoken = said(token)
    values = {
        "token": token,
        "fault": spoken[0] if spoken else "",
        "asks_name": _asks_name(token),
        "wrong": wrong,
        "name_max": NAME_MAX,
        "heard": _heard(front, lang) if village.look else "",
    }
    return pages.small(request, "front/away.html", WRONG_NAME if wrong else 503, **values)


def _heard(front: Front, lang: str) -> str:
    mark, now_ms = front.village.mark, front.village.now_ms()
    age = lasting("en" if lang == "en" else "zh", mark.village_ms, now_ms)
    return say("en" if lang == "en" else "zh", "front.heard", age=age, time=clock_text(mark.village_ms, now_ms))


def _kept(request: Request, front: Front, press: Press) -> Response:
    """What became of a press."""
    lang, now_ms = taste(request).lang, front.clock()
    state = "waits" if not press.status else "applied" if press.status in (APPLIED, ACCEPTED) else "refused"
    values = {
        "state": state,
        "number": press.number,
        "who": press.who,
        "age": lasting(lang, press.at_ms, now_ms),
        "at": clock_text(press.at_ms, now_ms),
        "done": clock_text(press.done_ms, now_ms) if press.status else "",
    }
    return pages.small(request, "front/kept.html", ACCEPTED if state == "waits" else 200, **values)
