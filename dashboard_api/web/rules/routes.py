"""Other rules on the recorded journal: typed, tried, read. Works without any script."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from contracts.yamlfile import InputErrors
from dashboard_api import tried
from dashboard_api.auth import areas
from dashboard_api.auth.people import Person, check_csrf, member
from dashboard_api.desk import Desk, DeskDep
from dashboard_api.times import CHINA
from dashboard_api.trials import asked, draft
from dashboard_api.trials.asked import LONGEST_DAYS
from dashboard_api.web.access_view import places
from dashboard_api.web.admin.shell import answer, is_part
from dashboard_api.web.render import taste
from dashboard_api.web.rules import form, typed
from dashboard_api.web.rules.found import shown
from dashboard_api.web.rules.typed import Typed
from dashboard_api.web.texts import Lang, say
from dashboard_api.web.texts import person as person_in_words
from gateway.faults import Rules

router = APIRouter(prefix="/admin/rules", include_in_schema=False)
Admin = Annotated[Person, Depends(member("rules"))]
Number = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
Sent = Annotated[Typed, Depends(typed.typed)]
DAYS = 7


@router.get("")
def look(
    request: Request, desk: DeskDep, person: Admin, edit: Annotated[str, Query(max_length=10)] = "values"
) -> Response:
    """The rules in force, to be changed and tried."""
    sent = typed.of(desk.rules, draft.written(desk.rules), edit)
    return _page(request, desk, person, sent)


@router.post("")
def send(request: Request, desk: DeskDep, person: Admin, sent: Sent) -> Response:
    """Try what was typed, or show it the other way."""
    check_csrf(person, sent.csrf)
    if sent.act == "other":
        try:
            return _page(request, desk, person, typed.other_way(sent))
        except InputErrors as found:
            return _page(request, desk, person, sent, found)
    rules, wrong = typed.rules_of(sent)
    days = (sent.first, sent.last, sent.area)
    try:
        wanted = asked.asked(tried.journal(desk), rules or draft.SHIPPED, sent.written, days)
    except asked.Wrong as found:
        return _page(request, desk, person, sent, wrong, found.fields)
    if rules is None:
        return _page(request, desk, person, sent, wrong)
    return RedirectResponse(f"/admin/rules/trials/{tried.submit(desk, person, wanted).number}", 303)


@router.get("/trials/{number}")
def one(request: Request, desk: DeskDep, person: Admin, number: Number) -> Response:
    """How far it is, then what differs."""
    trial, lang = tried.one(desk, number), taste(request).lang
    found = shown(desk, lang, trial.found()) if trial.state == "done" else None
    values: dict[str, Any] = {
        "trial": trial,
        "found": found,
        "changed": list(form.changes(desk.rules, trial.asked.rules)),
        "place": _place(desk, request, trial.asked.area),
        "file": str(desk.settings.rules) if desk.settings.rules else "",
        "by": _called(desk, lang, trial.by),
        "over": trial.state not in {"waiting", "judging"},
    }
    return answer(request, desk, person, f"rules/{'trial_body' if is_part(request) else 'trial'}.html", **values)


@router.post("/trials/{number}/again")
def again(
    request: Request, desk: DeskDep, person: Admin, number: Number, csrf: Annotated[str, Form()] = ""
) -> Response:
    """The form as that trial had it."""
    check_csrf(person, csrf)
    wanted = tried.one(desk, number).asked
    sent = typed.of(wanted.rules, wanted.text, "values")
    days = {"first": wanted.first.isoformat(), "last": wanted.last.isoformat(), "area": wanted.area}
    return _page(request, desk, person, typed.changed(sent, **days))


@router.post("/trials/{number}/cancel")
def cancel(desk: DeskDep, person: Admin, number: Number, csrf: Annotated[str, Form()] = "") -> Response:
    """Judge it no further."""
    check_csrf(person, csrf)
    tried.cancel(desk, person, tried.one(desk, number))
    return RedirectResponse(f"/admin/rules/trials/{number}", 303)


@router.get("/trials/{number}/rules.yaml")
def file(desk: DeskDep, _person: Admin, number: Number) -> Response:
    """The rules that were tried, to be put into force."""
    headers = {"Content-Disposition": f'attachment; filename="{draft.FILE}"', "Cache-Control": "no-store"}
    return Response(tried.one(desk, number).asked.text, media_type="application/yaml", headers=headers)


def _page(
    request: Request,
    desk: Desk,
    person: Person,
    sent: Typed,
    errors: InputErrors | None = None,
    days: Mapping[str, str] | None = None,
) -> Response:
    lang, found = taste(request).lang, errors.errors if errors else ()
    wrong = {error.key: form.said(lang, error) for error in found}
    values: dict[str, Any] = {
        "sent": _with_days(desk, sent),
        "groups": form.groups(lang, desk.rules, sent, wrong),
        "errors": [(error, form.said(lang, error)) for error in found],
        "wrong": {name: say(lang, f"rules_wrong.{word}", n=LONGEST_DAYS) for name, word in (days or {}).items()},
        "places": places(desk, lang)[1:],
        "trials": [
            (one, _place(desk, request, one.asked.area), _called(desk, lang, one.by)) for one in desk.bench.trials()
        ],
        "file": str(desk.settings.rules) if desk.settings.rules else "",
        "begin": _begin(desk),
        "shipped": desk.rules == Rules(),
    }
    return answer(request, desk, person, "rules/page.html", 422 if found or days else 200, **values)


def _with_days(desk: Desk, sent: Typed) -> Typed:
    """With the last week where no days were typed."""
    if sent.first or sent.last:
        return sent
    today = datetime.fromtimestamp(desk.clock() / 1000, CHINA).date()
    first = (today - timedelta(days=DAYS - 1)).isoformat()
    return typed.changed(sent, first=max(first, _begin(desk)), last=today.isoformat())


def _begin(desk: Desk) -> str:
    """The first day of which there is a journal."""
    at_ms = desk.store.journal_begin()
    return "" if at_ms is None else datetime.fromtimestamp(at_ms / 1000, CHINA).date().isoformat()


def _called(desk: Desk, lang: Lang, by: str) -> str:
    return person_in_words(lang, desk.called(by))


def _place(desk: Desk, request: Request, area: str) -> str:
    lang = taste(request).lang
    known = areas.known(desk.village)
    return known[area].text(lang) if area in known else say(lang, "users.everything")
