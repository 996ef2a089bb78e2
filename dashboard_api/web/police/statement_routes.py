"""The statement: the form that asks for one, and the page that is printed. Each one that is drawn leaves a line in the
audit log.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from contracts.inventory import Place
from contracts.names import name_of
from contracts.topics import ID_PATTERN
from dashboard_api.auth.people import Person, theirs
from dashboard_api.desk import Desk, DeskDep
from dashboard_api.problems import Problem
from dashboard_api.times import CHINA, iso, millis
from dashboard_api.web import texts
from dashboard_api.web.police import asking, cameras, statement_view
from dashboard_api.web.police.asking import Draft, Form
from dashboard_api.web.police.shell import Worker, answer
from dashboard_api.web.render import taste
from dashboard_api.web.texts import Lang, say
from gateway.reports.window import Asked, draw
from gateway.store import Deed

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
    return RedirectResponse(f"{FORM}/{found.place.device}?{window}", 303)


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
    found = cameras.find(desk, camera)
    if found is None:
        raise Problem(404, f"no camera '{camera}' in this village")
    theirs(person, person.sees(found.junction))
    lang = taste(request).lang
    asked = _asked(desk, lang, found, from_, to)
    if isinstance(asked, Draft):
        return _form(request, desk, person, asked, 422)
    made = draw(desk.store, desk.village, asked)
    _note(desk, person, asked, made.hash)
    by = texts.person(lang, person.display)
    page = statement_view.page(desk, lang, made, by)
    again = urlencode(asking.typed(camera, asked.from_ms, asked.to_ms).model_dump(by_alias=True))
    return answer(request, desk, person, "statement.html", page=page, again=again, files=list(files(lang, asked)))


def files(lang: Lang, asked: Asked) -> Iterator[tuple[str, str]]:
    """What else the same statement is had as: kind and address."""
    window = urlencode({"from": _bound(asked.from_ms), "to": _bound(asked.to_ms), "lang": lang})
    yield "PDF", f"/api/v1/cameras/{asked.place.device}/statement.pdf?{window}"


def _asked(desk: Desk, lang: Lang, camera: Place, from_: str, to: str) -> Asked | Draft:
    """The window of an address: whole seconds, without the future."""
    bounds = [_moment(text) for text in (from_, to)]
    begin, end = bounds
    if begin is None or end is None:
        unread = [name for name, at in zip(("from", "to"), bounds, strict=True) if at is None]
        wrong = {name: say(lang, "police_statement.wrong_moment") for name in unread}
        return Draft(_typed(camera.device, begin, end), wrong)
    wrong = asking.misfits(lang, begin, end, desk.clock())
    if wrong:
        return Draft(asking.typed(camera.device, begin, end), wrong)
    return asking.until_now(Asked(camera, begin, end), desk.clock())


def _typed(camera: str, begin: int | None, end: int | None) -> Form:
    known = asking.typed(camera, begin or end or 0, end or begin or 0)
    gone = {"from_": "" if begin is None else known.from_, "to": "" if end is None else known.to}
    return known.model_copy(update={**gone, **({"day": "", "until": ""} if begin is None and end is None else {})})


def _moment(text: str) -> int | None:
    """Whole seconds as milliseconds; without an offset it is the village's time. None for what is no time."""
    try:
        # A plus sign that nobody escaped reaches us as a space.
        at = datetime.fromisoformat(text.strip().replace(" ", "+") if "T" in text else text.strip())
        at = at if at.tzinfo else at.replace(tzinfo=CHINA)
        found = millis(at.astimezone(UTC)) // 1000 * 1000
    except (ValueError, OverflowError):
        return None
    return found if 0 < found < 2**52 else None


def _bound(ms: int) -> str:
    return iso(ms).replace(".000", "")


def _note(desk: Desk, person: Person, asked: Asked, digest: str) -> None:
    detail = f"{_bound(asked.from_ms)} {_bound(asked.to_ms)} sha256 {digest}"
    deed = Deed(desk.clock(), person.name, person.role, "statement drawn", asked.place.device, detail=detail)
    desk.store.note(deed)


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
