"""The police's pages of now and of a month."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from dashboard_api.desk import Desk, DeskDep
from dashboard_api.web.police import month, month_view, now, response, sabotage
from dashboard_api.web.police.month_view import Ask
from dashboard_api.web.police.shell import Worker, answer, is_part
from dashboard_api.web.render import taste
from dashboard_api.web.reports.words import SHOWN, class_pill, month_title
from dashboard_api.web.texts import Lang, say
from gateway.uptime.months import Month

router = APIRouter(include_in_schema=False)


@router.get("/police")
def overview(request: Request, desk: DeskDep, person: Worker) -> Response:
    """Which cameras are not usable now, what may have been done on purpose, how fast people were."""
    lang = taste(request).lang
    found = now.read(desk, lang, person)
    if is_part(request):
        return answer(request, desk, person, "now_body.html", found=found)
    return answer(
        request,
        desk,
        person,
        "now.html",
        found=found,
        incidents=sabotage.read(desk, lang, person),
        replies=response.read(desk, lang, person),
        days=sabotage.DAYS,
        median_of=response.MEDIAN_OF,
        most_of=response.MOST_OF,
    )


@router.get("/police/month")
def uptime_month(request: Request, desk: DeskDep, person: Worker, ask: Annotated[Ask, Query()]) -> Response:
    """One month of all cameras, or why there is none."""
    lang, first = taste(request).lang, month.first_month(desk)
    asked = month_view.named(ask.month, desk.clock())
    told = _none(desk, lang, asked, first)
    if told or asked is None or first is None:
        status = 422 if asked is None else 200
        return answer(request, desk, person, "month_none.html", status, ask=ask, told=told)
    made = month.account(desk, asked)
    if made.broken:
        told = say(lang, "police.month_broken", month=month_title(lang, asked.name))
        return answer(request, desk, person, "month_none.html", ask=ask, told=told)
    page = month_view.page(desk, lang, person, made, ask, first)
    columns = ("known", "coverage", "down", "unknown", "statement")
    return answer(
        request,
        desk,
        person,
        "month.html",
        page=page,
        ask=ask,
        shows=month_view.SHOWS,
        low=month_view.LOW,
        classes={what: class_pill(lang, what).word for what in SHOWN},
        marks={mark: say(lang, f"police_month.mark_{mark}") for mark in ("low", "little", "none")},
        columns={name: say(lang, f"police_month.col_{name}") for name in columns},
        to_statement=say(lang, "police.to_statement"),
    )


def _none(desk: Desk, lang: Lang, asked: Month | None, first: Month | None) -> str:
    """Why there is no account of it; "" if there is one."""
    if asked is None:
        return say(lang, "police.month_wrong")
    title = month_title(lang, asked.name)
    if asked.from_ms >= desk.clock():
        return say(lang, "police.month_future", month=title)
    if first is None:
        return say(lang, "police.month_nothing")
    if asked.to_ms <= first.from_ms:
        return say(lang, "police.month_before", month=title, first=month_title(lang, first.name))
    return ""
