"""Statements for staff: was a camera usable, and recorded, from then to then? As JSON, as a page, as PDF."""

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Response

from contracts.inventory import Place
from contracts.names import place_of
from dashboard_api import report_models as models
from dashboard_api.auth.people import SECURITY, Person, allowed, theirs
from dashboard_api.desk import Desk, DeskDep
from dashboard_api.periods import period
from dashboard_api.problems import Problem, Responses, responses
from dashboard_api.reports.sheet import Sheet
from dashboard_api.times import MOMENT, Moment, millis
from dashboard_api.web import texts
from dashboard_api.web.reports import answers, drawing, paper
from dashboard_api.web.reports.proof_view import Drawn
from dashboard_api.web.reports.routes import Language, Reader
from dashboard_api.web.texts import Lang
from gateway.reports.window import Asked, Statement, draw
from gateway.uptime.months import iso

router = APIRouter(tags=["reports"], dependencies=[Depends(allowed("look")), *SECURITY])
CameraId = Annotated[str, Path(max_length=64, examples=["cam-01"])]
From = Annotated[Moment, Query(alias="from", description=MOMENT, examples=["2026-11-01T21:15:00+08:00"])]
To = Annotated[Moment, Query(description=f"{MOMENT}; later than `from`", examples=["2026-11-01T21:40:00+08:00"])]
FILES: Responses = {
    200: {
        "description": "the file",
        "content": {"application/pdf": {"schema": {"type": "string"}}, "text/html": {"schema": {"type": "string"}}},
    }
}


def drawn(desk: DeskDep, person: Reader, device_id: CameraId, from_: From, to: To) -> Statement:
    """The statement that somebody asks for; raises :class:`Problem` with the sentence that says why there is none."""
    place = _camera(desk, device_id)
    theirs(person, person.sees(place.junction))
    asked_ms = millis(to)
    begin, end = period(desk, millis(from_), asked_ms)
    if end - begin < 1000:
        raise Problem(422, "the window is shorter than a second", reason="short")
    found = draw(desk.store, desk.village, Asked(place, begin, end, end < asked_ms))
    if found.first_ms is None or found.first_ms >= end:
        raise _before(device_id, found.first_ms)
    return found


Found = Annotated[Statement, Depends(drawn)]


@router.get(
    "/cameras/{device_id}/statement",
    summary="Was a camera usable, and recorded, over a window?",
    responses=responses(401, 403, 404, 422),
)
def camera_statement(desk: DeskDep, person: Reader, found: Found) -> models.Statement:
    """Every second with its class, its code and whether it was recorded; what lies in the future is left out. Saved as
    it is, `python -m gateway statement --verify FILE` checks it. Who drew it is written into the audit log."""
    _note(desk, person, found, "json", None)
    return answers.statement(found, called(person), desk.clock())


@router.get(
    "/cameras/{device_id}/statement.{format}",
    summary="The same to print and to sign",
    response_class=Response,
    responses=FILES | responses(401, 403, 404, 422, 500, 503),
)
async def statement_file(
    desk: DeskDep,
    person: Reader,
    found: Found,
    format_: Annotated[Literal["pdf", "html"], Path(alias="format", examples=["html"])],
    lang: Language = "zh",
) -> Response:
    """The PDF holds the JSON as an attachment."""
    by = Drawn(texts.person(lang, called(person)), desk.clock())
    page = await asyncio.to_thread(_page, desk, found, lang, by)
    await asyncio.to_thread(_note, desk, person, found, format_, lang)
    name = f"{found.device}-{iso(found.from_ms)[:19].replace(':', '')}.{lang}.{format_}"
    if format_ == "html":
        return drawing.download(page.encode(), "html", name)
    attached = answers.statement(found, called(person), by.at_ms).model_dump_json(by_alias=True, indent=1)
    job = drawing.submit(desk, person, Sheet(page, {"statement.json": attached}, by.at_ms), name)
    return drawing.download(await drawing.wait(job), "pdf", name)


def called(person: Person) -> str:
    """What others call somebody."""
    return person.display or person.name


def _page(desk: Desk, found: Statement, lang: Lang, by: Drawn) -> str:
    return paper.statement(found, lang, by, place_of(desk.village, desk.names, found.junction))


def _camera(desk: Desk, device: str) -> Place:
    place = desk.places.get(device)
    if place is not None and place.kind == "camera":
        return place
    if place is not None:
        raise Problem(404, f"'{device}' is a {place.kind.replace('_', ' ')} and no camera", reason="no_camera")
    first_ms = desk.store.first_interval_ms(device)
    if first_ms is None:
        raise Problem(404, f"no camera '{device}' in this village", reason="unknown")
    text = f"'{device}' has left the inventory; the frozen months from {iso(first_ms)[:7]} on still hold its figures"
    raise Problem(404, text, reason="left")


def _before(device: str, first_ms: int | None) -> Problem:
    if first_ms is None:
        return Problem(404, f"'{device}' has never been heard of: there is no record at all", reason="never")
    return Problem(404, f"nothing is stored of '{device}' before its first record at {iso(first_ms)}", reason="before")


def _note(desk: Desk, person: Person, found: Statement, as_: str, lang: str | None) -> None:
    told = {"as": as_, "lang": lang, "from": iso(found.from_ms), "to": iso(found.to_ms), "hash": found.hash}
    drawing.note(desk, person, "statement drawn", found.device, **told)
