"""Statements for staff: was a camera usable, and recorded, from then to then? As JSON, as a page, as PDF."""

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Response

from dashboard_api import report_models as models
from dashboard_api.auth.people import SECURITY, allowed
from dashboard_api.desk import DeskDep
from dashboard_api.problems import Responses, responses
from dashboard_api.reports.sheet import Sheet
from dashboard_api.times import MOMENT, Moment, millis
from dashboard_api.web.reports import answers, drawing, paper, stating
from dashboard_api.web.reports.routes import Language, Reader
from gateway.reports.refusals import LONGEST_DAYS, Refused
from gateway.reports.window import Statement
from gateway.uptime.months import iso

router = APIRouter(tags=["reports"], dependencies=[Depends(allowed("look")), *SECURITY])
CameraId = Annotated[str, Path(max_length=64, examples=["cam-01"])]
From = Annotated[Moment, Query(alias="from", description=MOMENT, examples=["2026-11-01T21:15:00+08:00"])]
UNTIL = f"{MOMENT}; later than `from`, by {LONGEST_DAYS} days at most"
To = Annotated[Moment, Query(description=UNTIL, examples=["2026-11-01T21:40:00+08:00"])]
FILES: Responses = {
    200: {
        "description": "the file",
        "content": {"application/pdf": {"schema": {"type": "string"}}, "text/html": {"schema": {"type": "string"}}},
    }
}


def drawn(desk: DeskDep, person: Reader, device_id: CameraId, from_: From, to: To, lang: Language = "en") -> Statement:
    """The statement that somebody asks for; raises :class:`Problem` with the sentence that says why there is none."""
    try:
        return stating.state(desk, stating.find(desk, person, device_id), millis(from_), millis(to))
    except Refused as error:
        raise stating.problem(error, lang) from error


def drawn_to_print(
    desk: DeskDep, person: Reader, device_id: CameraId, from_: From, to: To, lang: Language = "zh"
) -> Statement:
    """The same, with Chinese where no language is named."""
    return drawn(desk, person, device_id, from_, to, lang)


Found = Annotated[Statement, Depends(drawn)]
ToPrint = Annotated[Statement, Depends(drawn_to_print)]


@router.get(
    "/cameras/{device_id}/statement",
    summary="Was a camera usable, and recorded, over a window?",
    responses=responses(401, 403, 404, 422),
)
def camera_statement(desk: DeskDep, person: Reader, found: Found) -> models.Statement:
    """Every second with its class, its code and whether it was recorded; what lies in the future is left out. Saved as
    it is, `python -m gateway statement --verify FILE` checks it. Who drew it is written into the audit log."""
    stating.note(desk, person, found, "json", None)
    return answers.statement(found, stating.called(person), desk.clock())


@router.get(
    "/cameras/{device_id}/statement.{format}",
    summary="The same to print and to sign",
    response_class=Response,
    responses=FILES | responses(401, 403, 404, 422, 500, 503),
)
async def statement_file(
    desk: DeskDep,
    person: Reader,
    found: ToPrint,
    format_: Annotated[Literal["pdf", "html"], Path(alias="format", examples=["html"])],
    lang: Language = "zh",
) -> Response:
    """The PDF holds the JSON as an attachment."""
    standing = await asyncio.to_thread(stating.standing, desk, lang, person, found)
    page = paper.statement(found, lang, standing)
    await asyncio.to_thread(stating.note, desk, person, found, format_, lang)
    name = f"{found.device}-{iso(found.from_ms)[:19].replace(':', '')}.{lang}.{format_}"
    if format_ == "html":
        return drawing.download(page.encode(), "html", name)
    body = answers.statement(found, stating.called(person), standing.at_ms)
    attached = {"statement.json": body.model_dump_json(by_alias=True, indent=1)}
    job = drawing.submit(desk, person, Sheet(page, attached, standing.at_ms), name)
    return drawing.download(await drawing.wait(job), "pdf", name)
