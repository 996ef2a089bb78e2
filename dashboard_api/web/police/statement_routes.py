"""The statement: the form that asks for one, and the page that is printed. Each one that is drawn leaves a line in the
audit log.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from contracts.names import name_of
from contracts.topics import ID_PATTERN
from dashboard_api.auth.people import Person
from dashboard_api.desk import Desk, DeskDep
from dashboard_api.times import CHINA, iso, millis
from dashboard_api.web.police import asking, cameras
from dashboard_api.web.police.asking import Draft, Form
from dashboard_api.web.police.shell import Worker, answer
from dashboard_api.web.render import taste
from dashboard_api.web.reports import statement_view, stating
from dashboard_api.web.texts import Lang, say
from gateway.reports.refusals import Refused
from gateway.reports.window import Statement

router = APIRouter(include_in_schema=False)
FORM = "/police/statement"
Typed = Annotated[str, Query(max_length=60)]


@router.get(FORM)
def form(request: Request, desk: DeskDep, person: Worker, typed: Annotated[Form, Query()]) -> Response:
    """The form; 303 to the statement once all of it is right. It stands in the address, so signing in keeps it."""
    if typed.empty:
        return _form(request, desk, person, Draft(_today(desk, typed)))
    found = asking.checked(desk, taste(request).lang, person, typed)
    if isinstance(found, Draft):
        return _form(request, desk, person, found, 422)
    window = urlencode({"from": _bound(found.from_ms), "to": _bound(found.to_ms)})
    return RedirectResponse(f"{FORM}/{found.camera}?{window}", 303)


@router.get(FORM + "/{camera}")
def drawn(
    request: Request,
    desk: DeskDep,
    person: Worker,
    camera: Annotated[str, Path(pattern=ID_PATTERN)],
    from_: Annotated[str, Query(alias="from", max_length=60)] = "",
    to: Typed = "",
) -> Response:
    """The statement, or the form with what is wrong with the window."""
    lang, window = taste(request).lang, [_moment(text) for text in (from_, to)]
    begin, end = window
    if begin is None or end is None:
        return _form(request, desk, person, _unread(lang, camera, begin, end), 422)
    try:
        made = stating.state(desk, stating.find(desk, person, camera), begin, end)
    except Refused as error:
        draft = Draft(asking.typed(camera, begin, end), asking.said(lang, error.refusals))
        return _form(request, desk, person, draft, stating.status(error))
    stating.note(desk, person, made, "page", lang)
    page = statement_view.page(lang, made, stating.standing(desk, lang, person, made))
    again = urlencode(asking.typed(camera, begin, end).model_dump(by_alias=True))
    return answer(request, desk, person, "statement.html", page=page, again=again, files=list(files(lang, made)))


def files(lang: Lang, made: Statement) -> Iterator[tuple[str, str]]:
    """What else the same statement is had as: kind and address."""
    window = urlencode({"from": _bound(made.from_ms), "to": _bound(made.to_ms), "lang": lang})
    yield "PDF", f"/api/v1/cameras/{made.device}/statement.pdf?{window}"


def _unread(lang: Lang, camera: str, begin: int | None, end: int | None) -> Draft:
    """The form for an address in which a time cannot be read."""
    unread = [name for name, at in (("from", begin), ("to", end)) if at is None]
    wrong = {name: say(lang, "police_statement.wrong_moment") for name in unread}
    return Draft(_typed(camera, begin, end), wrong)


def _typed(camera: str, begin: int | None, end: int | None) -> Form:
    known = asking.typed(camera, begin or end or 0, end or begin or 0)
    gone = {"from_": "" if begin is None else known.from_, "to": "" if end is None else known.to}
    return known.model_copy(update={**gone, **({"day": "", "until": ""} if begin is None and end is None else {})})


def _moment(text: str) -> int | None:
    """Milliseconds; without an offset it is the village's time. None for what is no time."""
    try:
        # A plus sign that nobody escaped reaches us as a space.
        at = datetime.fromisoformat(text.strip().replace(" ", "+") if "T" in text else text.strip())
        at = at if at.tzinfo else at.replace(tzinfo=CHINA)
        found = millis(at.astimezone(UTC))
    except (ValueError, OverflowError):
        return None
    return found if 0 < found < 2**52 else None


def _bound(ms: int) -> str:
    return iso(ms).replace(".000", "")


def _today(desk: Desk, typed: Form) -> Form:
    day = f"{datetime.fromtimestamp(desk.clock() // 1000, UTC).astimezone(CHINA):%Y-%m-%d}"
    return typed.model_copy(update={"day": day})


def _form(request: Request, desk: Desk, person: Person, draft: Draft, status: int = 200) -> Response:
    groups = _choices(desk, taste(request).lang, person)
    return answer(request, desk, person, "statement_form.html", status, draft=draft, groups=groups)


def _choices(desk: Desk, lang: Lang, person: Person) -> list[tuple[str, list[tuple[str, str]]]]:
    """Their cameras by junction; those that have left the inventory last."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in cameras.seen_by(person, cameras.listed(desk)):
        word = f"{one.name.text(lang)} · {one.id}"
        groups.setdefault(name_of(desk.names, one.junction).text(lang), []).append((one.id, word))
    left = [(one.id, f"{one.name.text(lang)} · {one.id}") for one in cameras.seen_by(person, cameras.gone(desk))]
    return [*groups.items(), *([(say(lang, "police.gone"), left)] if left else [])]
